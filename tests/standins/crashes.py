"""Crashes: a real service is killed while it sends, started again, and its record compared with what was received.

The providers are stand-ins in this process, so they outlive whoever is killed. Each round begins from one database in
which everybody has just come due, and ends when nothing is left to be done.
"""

from __future__ import annotations

import json
import os
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, closing
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random
from select import select
from threading import Event
from types import TracebackType
from typing import Any, Self

from config.accounts import SmtpSecurity
from config.settings import Config
from scheduler.cli.configuration import read
from scheduler.service.assembly import enrol, open_outbox
from tests.standins.clock import StillClock
from tests.standins.comparison import Received, Record, Verdict, compare
from tests.standins.smtp import SmtpStandIn, Trouble
from tests.standins.twilio import ACCOUNT_SID, AUTH_TOKEN, FROM_NUMBER, Behaviour, TwilioStandIn, gated
from tests.standins.victim import situated

ROOT = Path(__file__).parents[2]
PATIENCE = 60.0
"""Seconds after which a process that does not end is a failure."""

NUDGES = ("hydration", "potassium", "legs_up")
BY_SMS = tuple(f"sms{number}" for number in range(6))
BY_EMAIL = tuple(f"email{number}" for number in range(6))
BY_BOTH = "refused"
"""Whose number does not exist, and who gets everything by email."""
EXPECTED = frozenset(f"{person}/{kind}" for person in (*BY_SMS, *BY_EMAIL, BY_BOTH) for kind in (*NUDGES, "welcome"))
"""What is due in every round."""


@dataclass(frozen=True)
class Kill:
    """When a life ends: so many seconds after its start or after its first message, at a boundary, or while a provider
    has the so-manyth message and has not answered. None of them: when all is done."""

    after: float | None = None
    into: float | None = None
    boundary: int | None = None
    sms: int | None = None
    letter: int | None = None

    def __str__(self) -> str:
        for name, value in vars(self).items():
            if value is not None:
                return f"{name} {value:.3f} s" if isinstance(value, float) else f"{name} {value}"
        return "at the end"


@dataclass(frozen=True)
class Life:
    """How a process ended: whether it was killed, after how many boundaries."""

    killed: bool
    boundaries: int


class Zygote:
    """A process with everything imported, which forks the ones to be killed."""

    def __init__(self) -> None:
        kept = {name: value for name, value in os.environ.items() if not name.startswith(("LEGUP_", "COV_"))}
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.standins.victim"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            bufsize=1,
            cwd=ROOT,
            env=kept,
        )

    def begin(self, order: Mapping[str, Any]) -> int:
        """Fork one; returns its process id."""
        assert self._process.stdin is not None
        self._process.stdin.write(json.dumps(order) + "\n")
        return int(self._answer(PATIENCE)["process"])

    def end(self, process: int, within: float = PATIENCE) -> Life:
        """Wait until it has ended; when it has not by then, kill it."""
        if not self._speaks(within):
            os.kill(process, signal.SIGKILL)
        ended = self._answer(PATIENCE)
        assert ended["code"] in {0, -signal.SIGKILL}, f"the process ended by itself with {ended['code']}"
        return Life(ended["code"] != 0, ended["boundaries"])

    def close(self) -> None:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.close()
        self._process.wait(PATIENCE)
        self._process.stdout.close()

    def _speaks(self, within: float) -> bool:
        assert self._process.stdout is not None
        return bool(select([self._process.stdout], [], [], within)[0])

    def _answer(self, within: float) -> Mapping[str, Any]:
        assert self._speaks(within), "the zygote does not answer"
        assert self._process.stdout is not None
        answer: Mapping[str, Any] = json.loads(self._process.stdout.readline())
        return answer


class Site:
    """One installation, brought back to its beginning for every round."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._rounds = 0
        self._open = ExitStack()
        self._zygote = Zygote()
        self._open.callback(self._zygote.close)
        self._template = folder / "template"
        self._template.mkdir()
        self._config = self._template / "legup.yaml"
        self._config.write_text(_config(), encoding="utf-8")
        self._settings = read(self._config)
        with closing(open_outbox(self._settings.service)) as outbox:
            enrol(self._settings, outbox, StillClock(datetime.now(UTC) - timedelta(minutes=20)))
        self._measure()  # the first one waits for the zygote's imports
        self.start, self.sending, self.boundaries = self._measure()
        """Of a burst that nobody kills: the seconds before its first message arrives, those from then on, and the
        boundaries it passes."""

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, fault: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._open.close()

    def _measure(self) -> tuple[float, float, int]:
        with self._fresh() as fresh:
            began = time.monotonic()
            process = fresh.begin()
            fresh.first_arrival()
            arrived = time.monotonic()
            life = self._zygote.end(process)
            return arrived - began, time.monotonic() - arrived, life.boundaries

    def moments(self, seed: int) -> Iterator[Kill]:
        """Four times of five while messages are going out, otherwise before."""
        chance = Random(seed)  # noqa: S311 - to be repeated, not to be secret
        while True:
            sends, share = chance.random() < 0.8, chance.random()
            yield Kill(into=share * self.sending) if sends else Kill(after=share * self.start)

    def round(self, *kills: Kill) -> Verdict:
        """One life per kill, then one in which everything is settled."""
        with self._fresh() as fresh:
            in_flight: set[int] = set()
            for kill in kills:
                fresh.live(kill)
                in_flight |= fresh.in_flight()
            fresh.settle()
            return fresh.judge(kills, in_flight)

    def _fresh(self) -> Round:
        self._rounds += 1
        folder = self._folder / f"round-{self._rounds}"
        shutil.copytree(self._template, folder)
        return Round(folder, self._zygote, self._config, self._settings)


class Round:
    """One database and its providers, from the first life to the comparison."""

    def __init__(self, folder: Path, zygote: Zygote, config: Path, settings: Config) -> None:
        self._folder = folder
        self._zygote = zygote
        self._open = ExitStack()
        self._twilio = self._open.enter_context(TwilioStandIn(latency=0.002))
        self._smtp = self._open.enter_context(SmtpStandIn(folder, security=SmtpSecurity.NONE))
        self._database = folder / "legup.db"
        self._settings = situated(settings, self._database, self._twilio.port, self._smtp.port)
        self._order = {
            "config": str(config),
            "database": str(self._database),
            "twilio": self._twilio.port,
            "smtp": self._smtp.port,
        }

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, fault: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._open.close()
        if kind is None:
            shutil.rmtree(self._folder)

    def begin(self, die_at: int | None = None) -> int:
        """Start the service; returns its process id."""
        return self._zygote.begin({**self._order, "life": "burst", "die_at": die_at})

    def first_arrival(self) -> None:
        """Wait until a message has arrived."""
        self._twilio.calls.wait_for(1, PATIENCE)

    def live(self, kill: Kill) -> Life:
        """A burst until it is killed, or done."""
        answers = Event()
        if kill.sms is not None:
            self._twilio.script(*[Behaviour()] * (kill.sms - 1), *[gated(answers)] * 100)
        if kill.letter is not None:
            self._smtp.script("CONTENT", *["250 queued"] * (kill.letter - 1), *[Trouble.HANG] * 100)
        process = self.begin(kill.boundary)
        within = PATIENCE if kill.after is None else kill.after
        if kill.into is not None:
            self.first_arrival()
            within = kill.into
        if kill.sms is not None:
            self._twilio.messages.wait_for(kill.sms, PATIENCE)
            within = 0
        if kill.letter is not None:
            self._smtp.letters.wait_for(kill.letter, PATIENCE)
            within = 0
        life = self._zygote.end(process, within)
        answers.set()
        self._twilio.forget_script()
        self._smtp.forget_script()
        return life

    def settle(self) -> None:
        assert not self._zygote.end(self._zygote.begin({**self._order, "life": "settle"})).killed

    def in_flight(self) -> set[int]:
        """What is committed as being sent."""
        with closing(sqlite3.connect(self._database)) as connection:
            return {row[0] for row in connection.execute("SELECT id FROM deliveries WHERE state = 'sending'")}

    def judge(self, kills: Sequence[Kill], in_flight: set[int]) -> Verdict:
        with closing(open_outbox(self._settings.service)) as outbox:
            now = datetime.now(UTC)
            deliveries = outbox.deliveries(now - timedelta(days=1), now + timedelta(minutes=1))
            attempts = outbox.attempts([each.id for each in deliveries])
        record = Record(deliveries, sum(each.outcome == "found" for each in attempts), in_flight)
        received = Received(self._twilio.messages.all(), self._smtp.letters.all())
        return compare(" + ".join(str(each) for each in kills), EXPECTED, record, received)


def _config() -> str:
    """Everybody's nudges came due in the last ten minutes, at about one in the afternoon wherever that is now."""
    now = datetime.now(UTC)
    ahead = 13 - now.hour
    local = now.replace(hour=13)
    times = [f"at {local - timedelta(minutes=minutes):%H:%M}" for minutes in (9, 6, 3)]
    nudges = "".join(f"\n      {nudge}: {time}" for nudge, time in zip(NUDGES, times, strict=True))
    people = [f"{each}, channel: sms, phone: '+4479460001{number:02}'" for number, each in enumerate(BY_SMS)]
    people += [f"{each}, channel: email, email: {each}@example.org" for each in BY_EMAIL]
    people += [f"{BY_BOTH}, channel: [sms, email], phone: '+15005550001', email: refused@example.org"]
    listed = "".join(f"\n  - {{id: {each}}}" for each in people)
    return f"""\
timezone: Etc/GMT{-ahead:+d}
quiet_hours: []
database: legup.db
secret_key: {"k" * 40}
twilio:
  account_sid: {ACCOUNT_SID}
  auth_token: {AUTH_TOKEN}
  from_number: "{FROM_NUMBER}"
  timeout: 5
smtp:
  host: 127.0.0.1
  security: none
  from_address: nudges@legup.example
  timeout: 5
limits:
  sms: {{messages_per_second: 200, concurrency: 4}}
  email: {{messages_per_second: 200, concurrency: 4}}
nudges:{nudges.replace("      ", "  ")}
people:{listed}
"""
