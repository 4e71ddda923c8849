"""Providers in a bad mood: each message meets something else, drawn from a seed."""

from __future__ import annotations

import random
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from threading import Lock
from time import monotonic

from tests.standins.http import Answer, Ending
from tests.standins.smtp import Reaction, SmtpStandIn, Trouble
from tests.standins.twilio import (
    ACCEPT_THEN_CUT,
    ACCEPT_THEN_HANG,
    ACCEPT_THEN_RESET,
    Behaviour,
    TwilioStandIn,
    answered,
    refused,
)

_USUAL = Behaviour()

_SMS_MOODS: tuple[tuple[Behaviour, float], ...] = (
    (_USUAL, 70),
    (Behaviour(slow=0.05), 6),
    (refused(429, 20429, retry_after="1"), 1),
    (refused(500), 2),
    (refused(503), 2),
    (refused(400, 21211), 3),
    (refused(400, 21610), 0.3),
    (Behaviour(accept=False, ending=Ending.RESET), 2),
    (Behaviour(accept=False, ending=Ending.HANG), 1),
    (Behaviour(answer=Answer(502, b"bad gateway")), 2),
    (ACCEPT_THEN_HANG, 2),
    (ACCEPT_THEN_RESET, 3),
    (ACCEPT_THEN_CUT, 2),
    (answered(201, b"\xff\xfe no JSON"), 1),
    (answered(201, b"[]"), 1),
    (answered(200, b'{"sid": null}'), 1),
)
"""What becomes of a POST, and how often in about a hundred."""

_MAIL_MOODS: Mapping[str, tuple[tuple[Reaction, float], ...]] = {
    "GREETING": (("421 4.3.2 too busy", 1), (Trouble.DROP, 1)),
    "MAIL": (("451 4.3.0 try later", 1), ("421 4.3.2 going down", 1), (Trouble.DROP, 0.5)),
    "RCPT": (("451 4.7.1 greylisted", 3), ("550 5.1.1 no such user", 2), ("552 5.2.2 mailbox full", 1)),
    "DATA": (("451 4.3.0 try later", 1), (Trouble.DROP, 1), ("421 4.3.2 going down", 0.5)),
    "CONTENT": (
        ("451 4.3.0 try later", 2),
        ("550 5.7.1 not wanted", 1),
        ("552 5.3.4 too big", 1),
        ("421 4.3.2 going down", 1),
        (Trouble.DROP, 3),
        (Trouble.HANG, 1),
    ),
}
"""Per step of a mail server, what happens instead of the usual, and how often in a hundred. After the content, trouble
means that the letter was taken."""


class Moods:
    """Draws moods; the same seed draws the same in the same order."""

    def __init__(self, seed: int) -> None:
        self._random = random.Random(seed)  # noqa: S311 - a seeded draw, no secret
        self._lock = Lock()

    def sms(self, form: Mapping[str, str]) -> Behaviour:
        """What becomes of one POST."""
        del form
        with self._lock:
            behaviours, weights = zip(*_SMS_MOODS, strict=True)
            behaviour: Behaviour = self._random.choices(behaviours, weights)[0]
            return behaviour

    def mail(self, step: str) -> Reaction | None:
        """What happens at one step of one letter; None: the usual."""
        with self._lock:
            reactions = _MAIL_MOODS.get(step, ())
            drawn = self._random.uniform(0, 100)
            for reaction, share in reactions:
                drawn -= share
                if drawn < 0:
                    return reaction
            return None

    def spoil(self, twilio: TwilioStandIn, smtp: SmtpStandIn) -> None:
        """Let both be in these moods from now on."""
        twilio.mood = self.sms
        smtp.mood = self.mail


class HurriedClock:
    """Implements `scheduler.clock.Clock`: real time, of which whole stretches may be skipped."""

    def __init__(self, start: datetime) -> None:
        self._start = start
        self._began = monotonic()
        self._skipped = timedelta(0)

    def now(self) -> datetime:
        return self._start.astimezone(UTC) + self.uptime()

    def uptime(self) -> timedelta:
        return timedelta(seconds=monotonic() - self._began) + self._skipped

    def skip_to(self, instant: datetime) -> None:
        """Let it be that instant now, if it is still to come."""
        self._skipped += max(timedelta(0), instant - self.now())
