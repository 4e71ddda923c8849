"""Poison through the real pump on a real SQLite file: a person, a row or a template that raises harms nobody else."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from config.accounts import Limits
from config.person import ChannelName, Contacts, NudgePreference, Person, Preferences
from config.phrase import parse_schedule
from messages.rendering import Renderer
from scheduler.delivery.composing import Wording
from scheduler.delivery.delivery import State
from scheduler.delivery.routines import Routines
from scheduler.service.defaults import nudge_defaults
from scheduler.service.lane import Lane
from scheduler.service.pump import Pump
from scheduler.service.roster import enrolments
from scheduler.storage.glance import glance
from scheduler.storage.sqlite import open_sqlite
from tests.standins.channel import ScriptedChannel
from tests.standins.clock import StillClock

EIGHT = datetime(2026, 11, 23, 8, 0, tzinfo=UTC)
NINE = EIGHT + timedelta(hours=1)
MINUTE = timedelta(minutes=1)
SMS = ChannelName.SMS


def person(identifier: str, **changes: object) -> Person:
    nudges = (NudgePreference("hydration", schedule=parse_schedule("at 09:00")),)
    preferences = Preferences("Europe/London", channels=(SMS,), nudges=nudges)
    return Person(identifier, replace(preferences, **changes), Contacts(phone=f"+44770090{len(identifier):04}"))  # type: ignore[arg-type]


class Plant:
    """People enrolled and welcomed at eight; their slots are at nine."""

    def __init__(self, folder: Path) -> None:
        self.path = folder / "legup.db"
        self.templates = folder / "templates"
        (self.templates / "en").mkdir(parents=True)
        self.clock = StillClock(EIGHT)
        self.sms = ScriptedChannel(SMS)
        self.outbox = open_sqlite(self.path, contact_key=b"contacts")
        self.routines = Routines(nudge_defaults())
        lanes = {SMS: Lane(self.sms, Limits(messages_per_second=1000, concurrency=4))}
        self.pump = Pump(self.outbox, lanes, self.routines, Wording(Renderer(self.templates), b"key"), self.clock)

    def enrol(self, *people: Person) -> None:
        now = self.clock.now()
        self.outbox.enrol((replace(each, welcome=None) for each in enrolments(people, self.routines, now)), now)

    def run(self, until: datetime) -> None:
        """Do all that comes up until then, each thing at its instant."""
        while (event := self.outbox.next_event_at()) is not None and event <= until:
            self.clock.set(max(event, self.clock.now()))
            self.pump.plan()
            while self.pump.send(SMS):
                pass
        self.clock.set(until)

    def sent_to(self) -> list[str]:
        return [message.person for message in self.sms.given]

    def sql(self, statement: str, *values: object) -> None:
        with sqlite3.connect(self.path) as connection:
            connection.execute(statement, values)
        connection.close()

    def failed(self) -> list[tuple[str, str | None]]:
        found = self.outbox.deliveries(EIGHT, EIGHT + timedelta(days=2))
        return [(each.person, each.reason) for each in found if each.state is State.FAILED]


@pytest.fixture
def plant(tmp_path: Path) -> Iterator[Plant]:
    plant = Plant(tmp_path / "state")
    yield plant
    plant.outbox.close()


def test_a_person_who_cannot_be_planned_is_given_up_after_five_retries_and_the_others_flow(
    plant: Plant, caplog: pytest.LogCaptureFixture
) -> None:
    plant.enrol(person("broken", timezone="Mars/Base"), person("whole"))
    plant.run(NINE + timedelta(hours=2))
    assert plant.sent_to() == ["whole"]
    ((who, reason),) = plant.failed()
    assert who == "broken"
    assert (reason or "").startswith("gave up after 6 tries: it could not be planned (ZoneInfoNotFoundError)")
    assert caplog.text.count("hydration of broken could not be prepared") == 6
    assert plant.outbox.overview(EIGHT).given_up == 1
    assert glance(plant.path, plant.clock.now()).dead_letters == 1


def test_a_person_who_was_mended_gets_the_slot_that_is_still_alive(plant: Plant) -> None:
    plant.enrol(person("broken", timezone="Mars/Base"))
    plant.run(NINE + 5 * MINUTE)
    plant.enrol(person("broken"))
    assert plant.outbox.overview(EIGHT).given_up == 0
    plant.run(NINE + timedelta(days=1))
    assert plant.sent_to() == ["broken"]


@pytest.mark.parametrize("damage", ["{not a document", "", "[1, 2]", "null", b"\x00\xff"])
def test_a_person_whose_row_is_damaged_is_isolated_and_given_up(plant: Plant, damage: object) -> None:
    plant.enrol(person("a"), person("bb"))
    plant.sql("UPDATE people SET preferences = ? WHERE id = 'a'", damage)
    plant.run(NINE + timedelta(hours=2))
    assert plant.sent_to() == ["bb"]
    assert plant.outbox.overview(EIGHT).given_up == 1
    assert [who for who, _ in plant.failed()] == ["a"]


def test_a_person_whose_row_is_damaged_between_plan_and_send_is_given_up_within_the_slots_life(plant: Plant) -> None:
    plant.enrol(person("a"), person("bb"))
    plant.clock.set(NINE)
    plant.pump.plan()
    plant.sql("UPDATE people SET preferences = '{' WHERE id = 'a'")
    plant.run(NINE + timedelta(hours=2))
    assert plant.sent_to() == ["bb"]
    ((who, reason),) = plant.failed()
    assert (who, (reason or "")[:45]) == ("a", "gave up after 6 tries: it could not be prepar")


def test_a_delivery_whose_own_row_is_damaged_ends_alone(plant: Plant) -> None:
    plant.enrol(person("a"), person("bb"))
    plant.clock.set(NINE)
    plant.pump.plan()
    plant.sql("UPDATE deliveries SET channels = 'pigeon' WHERE person = 'a'")
    plant.run(NINE + timedelta(hours=2))
    assert plant.sent_to() == ["bb"]
    with sqlite3.connect(plant.path) as connection:
        found = connection.execute("SELECT state, reason FROM deliveries WHERE person = 'a'").fetchall()
    connection.close()
    assert found == [("failed", "its row cannot be read (ValueError)")]


def test_a_template_that_is_broken_is_tried_again_and_mended_in_time_it_counts(plant: Plant) -> None:
    plant.enrol(person("a"))
    template = plant.templates / "en" / "hydration.toml"
    template.write_text("sms = [")
    plant.run(NINE + 2 * MINUTE)
    assert plant.sent_to() == []
    template.unlink()
    plant.run(NINE + 10 * MINUTE)
    assert plant.sent_to() == ["a"]


def test_a_template_that_stays_broken_is_given_up_and_the_next_slot_is_tried_afresh(plant: Plant) -> None:
    plant.enrol(person("a"))
    template = plant.templates / "en" / "hydration.toml"
    template.write_text("sms = [")
    plant.run(NINE + timedelta(hours=2))
    ((_, reason),) = plant.failed()
    assert reason == "gave up after 6 tries: it could not be prepared (TemplateError)"
    assert plant.outbox.overview(EIGHT).given_up == 0
    template.unlink()
    plant.run(NINE + timedelta(days=1))
    assert plant.sent_to() == ["a"]
