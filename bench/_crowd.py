"""People for the benches, and a channel that takes everything and does nothing."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from config.accounts import Limits
from config.person import ChannelName, Contacts, NudgePreference, Person, Preferences
from config.phrase import parse_schedule
from config.schedule import QuietInterval, TimeOfDay
from scheduler.delivery.delivery import Message
from scheduler.delivery.enrolment import Enrolment, Planned
from scheduler.delivery.outcome import Accepted, Outcome
from scheduler.delivery.routines import Routines
from scheduler.service.defaults import nudge_defaults
from scheduler.service.roster import planner

ZONES = ("Etc/UTC", "Africa/Abidjan")
"""Both are at UTC all year round."""

UNBOUNDED = Limits.model_construct(messages_per_second=1e9, concurrency=1_000)
"""A null channel has no rate; the settings end at 10,000 messages per second."""


def now_due() -> datetime:
    """The minute that has just begun. Real time, because the clockwork waits by the machine's own clock."""
    return datetime.now(UTC).replace(second=0, microsecond=0)


def crowd(number: int, *times: datetime, channel: ChannelName = ChannelName.SMS, prefix: str = "p") -> Iterator[Person]:
    """So many people, each with a nudge a day at each of these times; in two zones, discreet or not, all awake."""
    nudges = tuple(
        NudgePreference(nudge, schedule=parse_schedule(f"at {time:%H:%M}"))
        for nudge, time in zip(sorted(nudge_defaults()), times, strict=False)
    )
    night = QuietInterval(*(TimeOfDay.parse(f"{times[0] + timedelta(hours=hours):%H:%M}") for hours in (8, 16)))
    habits = [
        Preferences(zone, channels=(channel,), quiet_hours=(night,), discreet=discreet, nudges=nudges)
        for zone in ZONES
        for discreet in (True, False)
    ]
    for index in range(number):
        contacts = Contacts(f"P{index}", f"+447{index:09}", f"p{index}@example.org")
        yield Person(f"{prefix}{index:07}", habits[index % len(habits)], contacts)


def unwelcomed(people: Iterator[Person], first: datetime | None = None) -> Iterator[Enrolment]:
    """Their enrolments, without welcomes: only what is due is measured. With `first`, that is when they are due."""
    by_schedule = planner(Routines(nudge_defaults()))

    def at_first(person: Person) -> Planned:
        return replace(by_schedule(person), first_due=lambda _nudge, _after: first)

    return (Enrolment(person, by_schedule if first is None else at_first) for person in people)


class NullChannel:
    """Implements `scheduler.delivery.ports.Channel`; notes when it was called last."""

    def __init__(self, name: ChannelName = ChannelName.SMS) -> None:
        self.name = name
        self.called_at = datetime.min.replace(tzinfo=UTC)
        self.called = threading.Event()

    def send(self, messages: Sequence[Message], now: datetime) -> Iterator[tuple[Message, Outcome]]:  # noqa: ARG002 - the port's
        self.called_at = datetime.now(UTC)
        self.called.set()
        for message in messages:
            yield message, Accepted(message.key)

    def close(self) -> None:
        """Nothing to let go of."""
