"""A provider that is down for an hour while nudges come due, on a clock that jumps from one event to the next."""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from config.accounts import Limits
from config.person import ChannelName, Contacts, NudgePreference, Person, Preferences
from config.phrase import parse_schedule
from messages.rendering import Renderer
from scheduler.delivery.composing import Wording
from scheduler.delivery.delivery import Delivery, Message, State
from scheduler.delivery.outcome import Accepted, Outcome
from scheduler.delivery.routines import Routines
from scheduler.service.defaults import nudge_defaults
from scheduler.service.lane import Lane
from scheduler.service.pump import Pump
from scheduler.service.roster import enrolments
from scheduler.storage.sqlite import open_sqlite
from tests.standins.clock import StillClock

NINE = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
"""The provider goes down."""
TEN = NINE + timedelta(hours=1)
"""It is back."""
SECOND = timedelta(seconds=1)
_SMS = ChannelName.SMS
_END = TEN + timedelta(hours=2)


@dataclass
class DownChannel:
    """Fails every message in one way until the provider is back, and knows when each was given to it."""

    clock: StillClock
    failure: Outcome
    name: ChannelName = _SMS
    tried: list[tuple[datetime, Message]] = field(default_factory=list)
    accepted: list[tuple[datetime, Message]] = field(default_factory=list)

    def send(self, messages: Sequence[Message], now: datetime) -> Iterator[tuple[Message, Outcome]]:
        del now
        for message in messages:
            at = self.clock.now()
            self.tried.append((at, message))
            if at < TEN:
                yield message, self.failure
            else:
                self.accepted.append((at, message))
                yield message, Accepted(f"SM{message.delivery}")

    def close(self) -> None:
        """Nothing to let go of."""


@dataclass
class Outage:
    """What came of it; `faults` is empty when every promise was kept."""

    rate: int
    channel: DownChannel
    deliveries: list[Delivery]

    def due(self) -> int:
        return sum(each.due_at < TEN for each in self.deliveries)

    def unknown(self) -> int:
        return sum(each.state is State.UNKNOWN for each in self.deliveries)

    def used(self) -> float:
        """The share of the rate that was used from the provider's return until its queue was empty."""
        times = [at for at, _ in self.channel.accepted]
        gaps = (later - at > 2 * SECOND for at, later in itertools.pairwise(times))
        drained = next((number for number, gap in enumerate(gaps, 1) if gap), len(times))
        burst = sum(at == times[0] for at in times)
        return (drained - burst) / ((times[drained - 1] - times[0]) / SECOND) / self.rate

    def faults(self) -> list[str]:
        return [*self._late(), *self._doubled(), *self._bursts(), *self._too_fast(), *self._wrong_ends()]

    def _late(self) -> Iterator[str]:
        for at, message in self.channel.tried:
            if at >= message.expires_at:
                yield f"delivery {message.delivery} was tried {at - message.expires_at} past its life"

    def _doubled(self) -> Iterator[str]:
        for delivery, count in Counter(message.delivery for _, message in self.channel.accepted).items():
            if count > 1:
                yield f"delivery {delivery} was accepted {count} times"

    def _bursts(self) -> Iterator[str]:
        """Of what came due while the provider was down, each person and nudge gets at most one."""
        due = {each.id: each.due_at for each in self.deliveries}
        waited = [message for _, message in self.channel.accepted if due[message.delivery] < TEN]
        for (person, kind), count in Counter((each.person, each.kind) for each in waited).items():
            if count > 1:
                yield f"{person} got {count} {kind} at once"

    def _too_fast(self) -> Iterator[str]:
        times = [at for at, _ in self.channel.tried]
        for first, beyond in zip(times, times[self.rate :], strict=False):
            if beyond - first < SECOND:
                yield f"more than {self.rate} within a second at {first}"

    def _wrong_ends(self) -> Iterator[str]:
        accepted = {message.delivery for _, message in self.channel.accepted}
        for each in self.deliveries:
            if each.state in {State.PENDING, State.SENDING}:
                yield f"delivery {each.id} never ended"
            elif (each.state is State.SENT) != (each.id in accepted):
                yield f"delivery {each.id} is {each.state}, accepted: {each.id in accepted}"
            elif each.state is not State.SENT and not each.reason:
                yield f"delivery {each.id} is {each.state} without a reason"


def go_down(folder: Path, people: int, limits: Limits, failure: Outcome) -> Outage:
    """Half the people are nudged every 15 minutes, the others once at some minute of the hour; the provider fails."""
    clock = StillClock(NINE - timedelta(minutes=30))
    channel = DownChannel(clock, failure)
    outbox = open_sqlite(folder / "legup.db", contact_key=b"contacts")
    routines = Routines(nudge_defaults())
    enrolled = enrolments((_person(number) for number in range(people)), routines, clock.now())
    outbox.enrol((replace(each, welcome=None) for each in enrolled), clock.now())
    lane = Lane(channel, limits)
    pump = Pump(outbox, {_SMS: lane}, routines, Wording(Renderer(), b"key"), clock)
    while (event := outbox.next_event_at()) is not None and event < _END:
        now = clock.now()
        waits = lane.rate.next_at(now) if lane.rate.room(now) == 0 else now
        clock.set(max(event, waits, now + timedelta(milliseconds=10)))
        pump.plan()
        while pump.send(_SMS):
            pass
        pump.resolve()
    deliveries = outbox.deliveries(NINE, _END, limit=1_000_000)
    outbox.close()
    return Outage(int(limits.messages_per_second), channel, deliveries)


def _person(number: int) -> Person:
    often = number % 2 == 0
    phrase = "every 15 min from 09:00 to 10:45" if often else f"at 09:{number // 2 % 60:02}"
    wanted = (NudgePreference("hydration", schedule=parse_schedule(phrase)),)
    preferences = Preferences("Europe/London", channels=(_SMS,), nudges=wanted)
    return Person(f"p{number}", preferences, Contacts(phone=f"+1555{number:07}"))
