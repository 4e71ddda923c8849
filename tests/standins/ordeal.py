"""Nudges sent through the whole pipeline to providers in a bad mood, and what both sides then say of each of them."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from config.accounts import Limits, SmtpSecurity
from config.person import ChannelName, Contacts, NudgePreference, Person, Preferences
from config.phrase import parse_schedule
from messages.rendering import Renderer
from scheduler.channels.email import EmailChannel
from scheduler.channels.sms import SmsChannel
from scheduler.delivery.composing import Wording
from scheduler.delivery.delivery import Delivery, Message, State
from scheduler.delivery.doubt import Answer, Doubt, NoAnswer
from scheduler.delivery.outcome import Outcome
from scheduler.delivery.ports import Channel, Outbox, Resolving
from scheduler.delivery.routines import Routines
from scheduler.service.defaults import nudge_defaults
from scheduler.service.lane import Lane
from scheduler.service.pump import Pump
from scheduler.service.roster import enrolments
from scheduler.storage.sqlite import open_sqlite
from tests.standins.hostility import HurriedClock, Moods
from tests.standins.smtp import SmtpStandIn
from tests.standins.twilio import TwilioStandIn

NINE = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
KINDS = ("hydration", "potassium", "legs_up", "sitting_break")
NUDGES = len(KINDS)
"""Each person gets so many, ten minutes apart, from nine o'clock on."""
_END = NINE + timedelta(hours=6)
_SMS, _EMAIL = ChannelName.SMS, ChannelName.EMAIL
_CHANNELS = ((_SMS,), (_SMS,), (_SMS,), (_EMAIL,), (_SMS, _EMAIL))


class Noting:
    """A channel around another, which notes the last message of each delivery."""

    def __init__(self, inner: Channel) -> None:
        self.name = inner.name
        self.messages: dict[int, Message] = {}
        self.tries = 0
        self._inner = inner

    def send(self, messages: Sequence[Message], now: datetime) -> Iterator[tuple[Message, Outcome]]:
        for message in messages:
            self.messages[message.delivery] = message
            self.tries += 1
        return self._inner.send(messages, now)

    def look_up(self, doubt: Doubt) -> Answer:
        return self._inner.look_up(doubt) if isinstance(self._inner, Resolving) else NoAnswer("cannot be asked")

    def close(self) -> None:
        self._inner.close()


@dataclass(frozen=True)
class Verdict:
    """What came of it; `faults` is empty when every promise was kept."""

    states: Counter[State]
    tries: int
    taken: int
    """Messages and letters that the providers took over."""
    repeated: int
    """Letters taken a second time under the same Message-ID."""
    faults: list[str]

    def __str__(self) -> str:
        states = ", ".join(f"{count} {state}" for state, count in sorted(self.states.items()))
        return (
            f"{self.states.total()} due, {self.tries} tries, {self.taken} taken, {self.repeated} repeated; {states}; "
            f"{len(self.faults)} faults"
        )


def endure(folder: Path, people: int, seed: int) -> Verdict:
    """All nudges of so many people, sent to hostile stand-ins until nothing more is to be done for any of them."""
    with ExitStack() as opened:
        twilio = opened.enter_context(TwilioStandIn())
        smtp = opened.enter_context(SmtpStandIn(folder, security=SmtpSecurity.NONE))
        Moods(seed).spoil(twilio, smtp)
        sms = Noting(SmsChannel(twilio.account(), concurrency=16))
        email = Noting(EmailChannel(smtp.account(username=None, password=None), concurrency=16))
        outbox = open_sqlite(folder / "legup.db", contact_key=b"contacts")
        opened.callback(outbox.close)
        for channel in (sms, email):
            opened.callback(channel.close)
        _run(outbox, (sms, email), [_person(number) for number in range(people)])
        deliveries = outbox.deliveries(NINE, _END, limit=1_000_000)
        doubted = _doubted(outbox, deliveries)
        texts = Counter((each.to, each.body) for each in twilio.messages.all())
        letters = Counter(str(each.mail["Message-ID"]) for each in smtp.letters.all())
        faults = [
            fault
            for each in deliveries
            for fault in _faults(each, _texts(each, sms, texts), _letters(each, email, letters), each.id in doubted)
        ]
        return Verdict(
            states=Counter(each.state for each in deliveries),
            tries=sms.tries + email.tries,
            taken=texts.total() + letters.total(),
            repeated=letters.total() - len(letters),
            faults=faults,
        )


def _run(outbox: Outbox, channels: Sequence[Channel], people: Sequence[Person]) -> None:
    clock = HurriedClock(NINE - timedelta(minutes=1))
    routines = Routines(nudge_defaults())
    enrolled = enrolments(people, routines, clock.now())
    outbox.enrol((replace(each, welcome=None) for each in enrolled), clock.now())
    lanes = {each.name: Lane(each, Limits(messages_per_second=5000, concurrency=16)) for each in channels}
    pump = Pump(outbox, lanes, routines, Wording(Renderer(), b"key"), clock)
    while (event := outbox.next_event_at()) is not None and event < _END:
        clock.skip_to(event)
        pump.plan()
        send_all(pump)
        pump.resolve()
    for lane in lanes.values():
        lane.slots.close()


def send_all(pump: Pump) -> None:
    """Until nothing is ready and nothing is under way."""
    while True:
        begun = sum(pump.begin(name) for name in pump.lanes)
        busy = [name for name, lane in pump.lanes.items() if not lane.slots.idle]
        if not begun and not busy:
            return
        for name in busy:
            pump.collect(name, 0 if begun else 0.01)


def _doubted(outbox: Outbox, deliveries: Sequence[Delivery]) -> set[int]:
    """Those of which some attempt was unknown at first."""
    attempts = outbox.attempts([each.id for each in deliveries])
    return {each.delivery for each in attempts if each.outcome in {"unknown", "found"}}


def _texts(delivery: Delivery, sms: Noting, taken: Mapping[tuple[str, str], int]) -> int:
    message = sms.messages.get(delivery.id)
    return 0 if message is None else taken.get((message.address, message.text), 0)


def _letters(delivery: Delivery, email: Noting, taken: Mapping[str, int]) -> int:
    message = email.messages.get(delivery.id)
    if message is None:
        return 0
    return taken.get(f"<{hashlib.sha256(message.key.encode()).hexdigest()[:32]}@legup.example>", 0)


def _faults(delivery: Delivery, texts: int, letters: int, doubted: bool) -> Iterator[str]:  # noqa: FBT001 - a finding
    what = f"delivery {delivery.id} ({delivery.state}, {delivery.reason})"
    if texts > 1 or (texts and letters):
        yield f"{what} was doubled: {texts} texts, {letters} letters"
    if letters > 1 and not doubted:
        yield f"{what} was sent {letters} times although nothing was in doubt"
    if delivery.state in {State.PENDING, State.SENDING}:
        yield f"{what} never ended"
    if delivery.state is State.SENT and not texts + letters:
        yield f"{what} never arrived"
    if delivery.state not in {State.SENT, State.UNKNOWN}:
        if texts + letters:
            yield f"{what} arrived"
        if not delivery.reason:
            yield f"{what} has no reason"


def _person(number: int) -> Person:
    wanted = tuple(
        NudgePreference(kind, schedule=parse_schedule(f"at 09:{minute}0")) for minute, kind in enumerate(KINDS)
    )
    preferences = Preferences("Europe/London", channels=_CHANNELS[number % len(_CHANNELS)], nudges=wanted)
    return Person(f"p{number}", preferences, Contacts(phone=f"+1555{number:07}", email=f"p{number}@example.org"))
