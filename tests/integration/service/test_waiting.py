"""What waited for the database is judged again before any call: on a real file, held by another connection."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from config.accounts import Limits
from config.person import ChannelName, Contacts, NudgePreference, Person, Preferences
from config.phrase import parse_schedule
from messages.rendering import Renderer
from scheduler.delivery.composing import Wording
from scheduler.delivery.delivery import Message, State
from scheduler.delivery.routines import Routines
from scheduler.service.defaults import nudge_defaults
from scheduler.service.lane import Lane
from scheduler.service.pump import Pump
from scheduler.service.roster import enrolments
from scheduler.storage.errors import StorageError
from scheduler.storage.outbox import SqlOutbox
from scheduler.storage.sqlite import open_sqlite
from tests.standins.channel import ScriptedChannel
from tests.standins.clock import StillClock

EIGHT = datetime(2026, 11, 23, 8, tzinfo=UTC)
NINE = EIGHT + timedelta(hours=1)
SMS = ChannelName.SMS
SAM = Person(
    "sam",
    Preferences(
        "UTC",
        channels=(SMS,),
        nudges=(NudgePreference("hydration", schedule=parse_schedule("at 09:00")),),
    ),
    Contacts(phone="+447700900123"),
)


class Waiting:
    """An outbox whose lock is waited for, so that time passes before an attempt begins. The rest is real."""

    def __init__(self, outbox: SqlOutbox, clock: StillClock) -> None:
        self._outbox = outbox
        self._clock = clock
        self.wait = timedelta(0)

    def begin(self, *given: Any, **named: Any) -> list[Message]:
        self._clock.pass_(self.wait)
        return self._outbox.begin(*given, **named)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._outbox, name)


class Plant:
    """Sam, whose nudge is due at nine, and who has been welcomed."""

    def __init__(self, folder: Path) -> None:
        self.clock = StillClock(EIGHT)
        self.path = folder / "legup.db"
        self.real = open_sqlite(self.path, contact_key=b"contacts")
        self.outbox = Waiting(self.real, self.clock)
        self.sms = ScriptedChannel(SMS)
        lanes = {SMS: Lane(self.sms, Limits(messages_per_second=100, concurrency=10))}
        routines = Routines(nudge_defaults())
        self.pump = Pump(self.outbox, lanes, routines, Wording(Renderer(), b"key"), self.clock)
        self.real.enrol(enrolments([SAM], routines, EIGHT), EIGHT)
        self.pump.send(SMS)
        self.sms.given.clear()

    def slot(self) -> tuple[State, str | None, int]:
        (slot,) = (each for each in self.real.deliveries(NINE, NINE + timedelta(hours=1)) if each.owner_day)
        return slot.state, slot.reason, slot.attempts


@pytest.fixture
def plant(tmp_path: Path) -> Iterator[Plant]:
    plant = Plant(tmp_path)
    yield plant
    plant.real.close()


def test_what_waited_too_long_is_handed_back_and_judged_again(plant: Plant) -> None:
    plant.clock.set(NINE)
    plant.pump.plan()
    plant.outbox.wait = timedelta(seconds=6)
    assert plant.pump.send(SMS) == 0
    assert plant.sms.given == []
    assert plant.slot() == (State.PENDING, None, 0)
    plant.outbox.wait = timedelta(seconds=1)
    assert plant.pump.send(SMS) == 1
    assert plant.slot() == (State.SENT, None, 1)


def test_a_nudge_whose_life_ended_while_it_waited_is_not_sent(plant: Plant) -> None:
    plant.clock.set(NINE)
    plant.pump.plan()
    plant.clock.set(NINE + timedelta(hours=1, seconds=-3))
    plant.outbox.wait = timedelta(seconds=6)
    plant.pump.send(SMS)
    plant.pump.send(SMS)
    assert plant.sms.given == []
    assert plant.slot()[0] is State.MISSED


def test_nothing_is_called_while_another_program_holds_the_database(plant: Plant) -> None:
    plant.clock.set(NINE)
    plant.pump.plan()
    with plant.real._database.read() as connection:
        connection.exec_driver_sql("PRAGMA busy_timeout = 0")
    with closing(sqlite3.connect(plant.path)) as other:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(StorageError, match="another program is holding it"):
            plant.pump.send(SMS)
        assert plant.sms.given == []
    assert plant.pump.send(SMS) == 1
