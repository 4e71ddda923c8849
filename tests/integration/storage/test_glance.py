"""The watchman's look at a real file: what it finds there, and that it leaves nothing behind."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from config.person import ChannelName
from config.settings import Service
from scheduler.delivery.delivery import State
from scheduler.delivery.ports import ChannelHold
from scheduler.delivery.watchman import Refusal, Trouble, Vitals
from scheduler.service.watch import watch
from scheduler.storage.errors import StorageError
from scheduler.storage.glance import glance
from scheduler.storage.outbox import SqlOutbox
from scheduler.storage.sqlite import open_sqlite
from tests.standins.outbox_parts import (
    DAY,
    EARLY,
    EMAIL,
    HOUR,
    KEY,
    MINUTE,
    NINE,
    SMS,
    begin_all,
    enrolment,
    message_to,
    one_each,
    outcome,
)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "state" / "legup.db"


@pytest.fixture
def outbox(path: Path) -> Iterator[SqlOutbox]:
    outbox = open_sqlite(path, contact_key=KEY)
    yield outbox
    outbox.close()


def test_an_empty_record_has_no_signs_of_life(outbox: SqlOutbox, path: Path) -> None:
    assert glance(path, NINE) == Vitals(None, None)


def test_the_last_look_and_the_first_due_nudge_are_found(outbox: SqlOutbox, path: Path) -> None:
    outbox.enrol([enrolment("a"), enrolment("b", {"hydration": NINE + HOUR})], EARLY)
    outbox.tick(NINE)
    assert glance(path, NINE) == Vitals(last_tick_at=NINE, oldest_due_at=NINE)


def test_a_slot_that_waits_for_another_try_is_as_late_as_its_slot(outbox: SqlOutbox, path: Path) -> None:
    outbox.enrol([enrolment("a", {})], EARLY)
    outbox.add(message_to("a", cause="slot:a", owner_day=DAY))
    (message,) = begin_all(outbox)
    again = outcome(message, State.PENDING, "retry", "busy")
    outbox.settle([again], NINE + MINUTE)
    assert glance(path, NINE + 2 * MINUTE).oldest_due_at == NINE


def test_a_welcome_that_waits_for_the_end_of_the_quiet_hours_is_not_late(outbox: SqlOutbox, path: Path) -> None:
    outbox.enrol([enrolment("a", {}, welcome=True)], NINE)
    with sqlite3.connect(path) as connection:
        connection.execute("UPDATE deliveries SET not_before = not_before + 3600000000")
    assert glance(path, NINE + 10 * MINUTE).oldest_due_at == NINE + HOUR


def test_an_open_breaker_is_found(outbox: SqlOutbox, path: Path) -> None:
    hold = ChannelHold(SMS, NINE + HOUR, "busy")
    outbox.open_breaker(hold)
    assert glance(path, NINE).holds == (hold,)


def test_a_refused_account_is_found_until_an_attempt_ends_otherwise(outbox: SqlOutbox, path: Path) -> None:
    outbox.enrol([enrolment("a")], EARLY)
    outbox.claim_due(NINE, 10, one_each)
    for end, found in (("account refused", (Refusal(SMS, "wrong token"),)), ("retry", ())):
        (message,) = begin_all(outbox)
        outbox.settle([outcome(message, State.PENDING, end, "wrong token")], NINE)
        assert glance(path, NINE + MINUTE).refusals == found
        assert glance(path, NINE + timedelta(days=2)).refusals == ()


def test_a_refusal_of_one_account_says_nothing_of_another(outbox: SqlOutbox, path: Path) -> None:
    outbox.enrol([enrolment("a", {})], EARLY)
    outbox.add(message_to("a", cause="send:1", channels=(EMAIL,)))
    (message,) = begin_all(outbox, channel=EMAIL)
    outbox.settle([outcome(message, State.PENDING, "account refused", "wrong password")], NINE)
    assert [each.channel for each in glance(path, NINE).refusals] == [ChannelName.EMAIL]


def test_doubts_of_the_hour_and_of_the_day_are_counted(outbox: SqlOutbox, path: Path) -> None:
    outbox.enrol([enrolment(each) for each in "abc"], EARLY)
    outbox.claim_due(NINE, 10, one_each)
    first, second, third = begin_all(outbox)
    outbox.settle([outcome(first, State.UNKNOWN, "unknown", "no answer")], NINE)
    outbox.settle([outcome(second, State.UNKNOWN, "unknown", "no answer")], NINE + HOUR)
    outbox.settle([outcome(third, State.SENT)], NINE + HOUR)
    found = glance(path, NINE + HOUR + MINUTE)
    assert (found.unknown_in_hour, found.unknown_in_day, found.tried_in_day) == (1, 2, 3)


def test_a_look_makes_and_changes_nothing(tmp_path: Path, path: Path) -> None:
    with pytest.raises(StorageError):
        glance(path, NINE)
    assert list(tmp_path.iterdir()) == []


def test_a_look_is_not_kept_waiting_by_who_writes(outbox: SqlOutbox, path: Path) -> None:
    outbox.tick(NINE)
    with sqlite3.connect(path, isolation_level=None) as other:
        other.execute("BEGIN IMMEDIATE")
        other.execute("DELETE FROM marks")
        assert glance(path, NINE).last_tick_at == NINE


def test_a_file_with_other_tables_is_told_with_the_remedy(path: Path) -> None:
    path.parent.mkdir()
    with sqlite3.connect(path) as connection:
        connection.execute("CREATE TABLE legup_schema (version_num TEXT)")
    with pytest.raises(StorageError, match="restart `legup run`"):
        glance(path, NINE)
    with sqlite3.connect(path) as connection:
        connection.execute("DROP TABLE legup_schema")
    with pytest.raises(StorageError, match="restart `legup run`"):
        glance(path, NINE)


def test_a_database_that_is_not_there_or_cannot_be_read_is_an_alarm(path: Path) -> None:
    missing, (alarm,) = watch(Service(database=str(path)), NINE)
    assert (missing, alarm.trouble) == (None, Trouble.SILENT)
    path.parent.mkdir()
    path.write_text("no database at all, however often one looks at it")
    unread, (alarm,) = watch(Service(database=str(path)), NINE)
    assert (unread, alarm.trouble) == (None, Trouble.DATABASE)
    assert "not a legup database" in alarm.text


def test_a_service_that_looks_is_well(outbox: SqlOutbox, path: Path) -> None:
    outbox.tick(NINE)
    assert watch(Service(database=str(path)), NINE) == (Vitals(NINE, None), [])
