"""A pump on a real SQLite file, with scripted channels and a clock that stands still until it is told."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

from config.accounts import Limits
from config.person import ChannelName, Contacts, NudgePreference, Person, Preferences
from config.phrase import parse_schedule
from messages.rendering import Renderer
from scheduler.delivery.composing import Wording
from scheduler.delivery.delivery import Delivery, State
from scheduler.delivery.routines import Routines
from scheduler.service.defaults import nudge_defaults
from scheduler.service.lane import Lane
from scheduler.service.pump import Pump
from scheduler.service.roster import enrolments
from scheduler.storage.outbox import SqlOutbox
from scheduler.storage.sqlite import open_sqlite
from tests.standins.channel import ScriptedChannel
from tests.standins.clock import StillClock

EIGHT = datetime(2026, 11, 23, 8, 0, tzinfo=UTC)
NINE = EIGHT + timedelta(hours=1)
SMS, EMAIL = ChannelName.SMS, ChannelName.EMAIL
FAST = Limits(messages_per_second=1000, concurrency=100)


def person(identifier: str = "me", *phrases: str, channels: tuple[ChannelName, ...] = (SMS,)) -> Person:
    nudges = ("hydration", "potassium", "legs_up", "sitting_break")
    asked = tuple(
        NudgePreference(nudge, schedule=parse_schedule(phrase))
        for nudge, phrase in zip(nudges, phrases or ("at 09:00",), strict=False)
    )
    contacts = Contacts(phone=f"+4477009{len(identifier):05}", email=f"{identifier}@example.org")
    return Person(identifier, Preferences("Europe/London", channels=channels, nudges=asked), contacts)


class Plant:
    """It stands at 08:00 in London, UTC."""

    def __init__(self, folder: Path) -> None:
        self.clock = StillClock(EIGHT)
        self.sms = ScriptedChannel(SMS)
        self.email = ScriptedChannel(EMAIL)
        self.outbox: SqlOutbox = open_sqlite(folder / "legup.db", contact_key=b"contacts")
        self.routines = Routines(nudge_defaults())
        self.pump = self.restart()

    def restart(self, limits: Limits = FAST) -> Pump:
        lanes = {channel.name: Lane(channel, limits) for channel in (self.sms, self.email)}
        self.pump = Pump(self.outbox, lanes, self.routines, Wording(Renderer(), b"key"), self.clock)
        return self.pump

    def enrol(self, *people: Person) -> None:
        """Enrol, and get the welcomes out of the way."""
        self.outbox.enrol(enrolments(people, self.routines, self.clock.now()), self.clock.now())
        self.run()
        self.sms.given.clear()
        self.email.given.clear()

    def run(self, until: datetime | None = None) -> None:
        """Let time pass to an instant and do everything that is due then."""
        if until is not None:
            self.clock.set(until)
        self.pump.plan()
        while self.pump.send(SMS) or self.pump.send(EMAIL):
            pass

    def slots(self) -> list[Delivery]:
        return [each for each in self.outbox.deliveries(EIGHT, EIGHT + timedelta(days=9)) if each.owner_day]

    def states(self) -> list[tuple[State, str | None]]:
        return [(each.state, each.reason) for each in self.slots()]
