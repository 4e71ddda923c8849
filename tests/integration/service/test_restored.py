"""The first start on a restored database sends nothing that may have been sent since the backup was made."""

from __future__ import annotations

from contextlib import closing
from datetime import UTC, datetime, timedelta
from io import StringIO
from pathlib import Path

import pytest

from config.accounts import Limits
from config.person import ChannelName, Contacts, NudgePreference, Person, Preferences
from config.phrase import parse_schedule
from config.settings import Config, Service
from messages.rendering import Renderer
from scheduler.delivery.composing import Wording
from scheduler.delivery.delivery import State
from scheduler.delivery.passing_over import RESTORED
from scheduler.delivery.routines import Routines
from scheduler.service.defaults import nudge_defaults
from scheduler.service.lane import Lane
from scheduler.service.pump import Pump
from scheduler.service.restored import accept, pass_over
from scheduler.service.roster import enrolments
from scheduler.service.running import Running
from scheduler.storage.backup import back_up, restore
from scheduler.storage.sqlite import open_sqlite
from tests.standins.channel import ScriptedChannel
from tests.standins.clock import StillClock

EIGHT = datetime(2026, 11, 23, 8, tzinfo=UTC)
SMS = ChannelName.SMS
EVERY_HOUR = NudgePreference("hydration", schedule=parse_schedule("at 09:00, 10:00, 11:00 and 12:00"))
PEOPLE = [
    Person(
        f"p{number}", Preferences("UTC", channels=(SMS,), nudges=(EVERY_HOUR,)), Contacts(phone=f"+44770090{number}")
    )
    for number in range(1000, 1003)
]


class House:
    """A house with one database, a provider that remembers, and a clock."""

    def __init__(self, folder: Path) -> None:
        self.path = folder / "legup.db"
        self.clock = StillClock(EIGHT)
        self.sms = ScriptedChannel(SMS)

    def run(self, hour: int, minute: int = 0) -> None:
        """Start legup, do all that is due at this time, stop."""
        self.clock.set(EIGHT.replace(hour=hour, minute=minute))
        routines = Routines(nudge_defaults())
        with closing(open_sqlite(self.path, contact_key=b"contacts")) as outbox:
            pass_over(outbox, self.clock)
            outbox.enrol(enrolments(PEOPLE, routines, self.clock.now()), self.clock.now())
            accept(outbox, self.clock)
            lanes = {SMS: Lane(self.sms, Limits(messages_per_second=100, concurrency=10))}
            pump = Pump(outbox, lanes, routines, Wording(Renderer(), b"key"), self.clock)
            pump.plan()
            while pump.send(SMS):
                pass

    def sent(self) -> list[tuple[str, str]]:
        """Whom, and of which hour."""
        return [(each.person, f"{each.due_local:%H:%M}") for each in self.sms.given if each.kind == "hydration"]

    def record(self) -> dict[tuple[str, str], tuple[State, str | None]]:
        with closing(open_sqlite(self.path, contact_key=b"contacts")) as outbox:
            found = outbox.deliveries(EIGHT, EIGHT + timedelta(days=1))
        return {(each.person, f"{each.due_at:%H:%M}"): (each.state, each.reason) for each in found if each.owner_day}


@pytest.fixture
def house(tmp_path: Path) -> House:
    return House(tmp_path)


def restored(house: House, folder: Path) -> None:
    """Run until half past eleven, with a backup from half past nine that is then put back."""
    for hour in (8, 9):
        house.run(hour)
    back_up(house.path, folder / "backup.db", EIGHT.replace(hour=9, minute=30))
    for hour in (10, 11):
        house.run(hour)
    restore(folder / "backup.db", house.path, EIGHT.replace(hour=11, minute=20))


def test_nothing_is_sent_twice_after_a_restore(house: House, tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    restored(house, tmp_path)
    house.run(11, 30)
    house.run(11, 40)
    assert sorted(house.sent()) == sorted(set(house.sent()))
    assert house.record()["p1001", "11:00"] == (State.SUPPRESSED, RESTORED)
    assert house.record()["p1001", "10:00"][0] is State.MISSED
    assert "comes from a backup of 2026-11-23 09:30 UTC" in caplog.text
    assert len([each for each in caplog.messages if "comes from a backup" in each]) == 1


def test_what_comes_due_after_the_restore_is_sent(house: House, tmp_path: Path) -> None:
    restored(house, tmp_path)
    house.run(11, 30)
    house.run(12)
    assert {person for person, hour in house.sent() if hour == "12:00"} == {each.id for each in PEOPLE}


def test_without_the_mark_the_living_slot_would_have_been_sent_again(house: House, tmp_path: Path) -> None:
    """Why all this is needed."""
    restored(house, tmp_path)
    with closing(open_sqlite(house.path, contact_key=b"contacts")) as outbox:
        outbox.accept_restored(EIGHT)
    house.run(11, 30)
    assert house.sent().count(("p1001", "11:00")) == 2


def test_a_message_that_waited_when_the_backup_was_made_is_withdrawn(house: House, tmp_path: Path) -> None:
    house.clock.set(EIGHT)
    with closing(open_sqlite(house.path, contact_key=b"contacts")) as outbox:
        outbox.enrol(enrolments(PEOPLE, Routines(nudge_defaults()), EIGHT), EIGHT)
    back_up(house.path, tmp_path / "backup.db", EIGHT)
    house.run(8)
    welcomed = len(house.sms.given)
    restore(tmp_path / "backup.db", house.path, EIGHT)
    house.run(8, 10)
    assert (welcomed, len(house.sms.given)) == (3, 3)


def test_who_came_after_the_backup_is_not_welcomed_twice(tmp_path: Path) -> None:
    path, clock = tmp_path / "legup.db", StillClock(EIGHT)

    def welcomes(*people: Person) -> dict[str, tuple[State, str | None]]:
        """Start legup with these people; what is on record afterwards."""
        with Running(Config(tuple(people), Service(database=str(path))), clock, StringIO()) as running:
            found = running.outbox.deliveries(EIGHT, EIGHT + timedelta(days=1))
        return {each.cause: (each.state, each.reason) for each in found}

    welcomes(PEOPLE[0])
    back_up(path, tmp_path / "backup.db", EIGHT)
    assert welcomes(*PEOPLE[:2])["welcome:p1001"] == (State.PENDING, None)
    restore(tmp_path / "backup.db", path, EIGHT)
    assert "welcome:p1001" not in welcomes(*PEOPLE[:2]), "the database that was replaced says that they were"
    assert welcomes(*PEOPLE)["welcome:p1002"] == (State.PENDING, None)


def test_who_came_after_a_backup_that_is_all_there_is_left_is_not_welcomed_twice(tmp_path: Path) -> None:
    path, clock = tmp_path / "legup.db", StillClock(EIGHT)
    with Running(Config(tuple(PEOPLE[:1]), Service(database=str(path))), clock, StringIO()):
        back_up(path, tmp_path / "backup.db", EIGHT)
    path.unlink()
    restore(tmp_path / "backup.db", path, EIGHT)
    with Running(Config(tuple(PEOPLE[:2]), Service(database=str(path))), clock, StringIO()) as running:
        found = running.outbox.deliveries(EIGHT, EIGHT + timedelta(days=1), person="p1001")
    assert [(each.cause, each.state, each.reason) for each in found] == [("welcome:p1001", State.SUPPRESSED, RESTORED)]
