"""A person whose row was damaged: they can stop all the same, and nothing that they stopped comes back."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import update

from config.changes import Changes
from config.person import NudgePreference
from scheduler.delivery.correspondence import Heard, Reaction
from scheduler.storage.outbox import SqlOutbox
from scheduler.storage.sqlite import open_sqlite
from scheduler.storage.tables import PEOPLE
from tests.standins.approaches import Listener, answer, from_phone, hear
from tests.standins.outbox_parts import EARLY, HOUR, KEY, NINE, Seen, enrolment

STOP = Reaction("stop", opted_out=True, answers=(answer("a", "stopped"),))


@pytest.fixture
def outbox(tmp_path: Path) -> Iterator[SqlOutbox]:
    with closing(open_sqlite(tmp_path / "legup.db", contact_key=KEY)) as outbox:
        outbox.enrol([enrolment("a", {"hydration": NINE, "potassium": NINE + HOUR})], EARLY)
        yield outbox


def damage(outbox: SqlOutbox, column: str) -> None:
    with outbox._database.write() as connection:
        connection.execute(update(PEOPLE).values({column: "damaged"}))


@pytest.mark.parametrize("column", ["preferences", "filed", "changes"])
def test_a_stop_counts_whatever_is_wrong_with_the_row(outbox: SqlOutbox, column: str) -> None:
    damage(outbox, column)
    listener = Listener(STOP)
    assert hear(outbox, from_phone("+44a"), listener) == Heard(True, "stop", "a")
    assert listener.met == [None]
    seen = Seen()
    outbox.claim_due(NINE, 10, seen)
    assert [each.standing.opted_out for each in seen.due] == [True]


def test_anything_else_does_nothing_until_the_row_is_mended(outbox: SqlOutbox) -> None:
    damage(outbox, "changes")
    assert hear(outbox, from_phone("+44a"), Reaction("start", opted_out=False)).person == "a"
    assert outbox.diary("a", EARLY, NINE + HOUR) == []


def test_changes_that_cannot_be_read_bring_nothing_back_at_the_next_start(outbox: SqlOutbox) -> None:
    plain = enrolment("a", {"hydration": NINE, "potassium": NINE + HOUR})
    nudges = (NudgePreference("hydration"), NudgePreference("potassium"))
    wanting = replace(plain, person=replace(plain.person, preferences=replace(plain.person.preferences, nudges=nudges)))
    outbox.enrol([wanting], EARLY)
    hear(outbox, from_phone("+44a"), Reaction("stop", changes=Changes(stopped=frozenset({"hydration"}))))
    damage(outbox, "changes")
    outbox.enrol([wanting], NINE)
    seen = Seen()
    outbox.claim_due(NINE + HOUR, 10, seen)
    assert [each.nudge for each in seen.due] == ["potassium"]
