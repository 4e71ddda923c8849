"""Looking a database over finds damage, foreign tables, and every rule that its rows can break."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from scheduler.delivery.delivery import State
from scheduler.storage.errors import StorageError
from scheduler.storage.inspection import Kind, inspect
from scheduler.storage.invariants import _BROKEN
from scheduler.storage.sqlite import open_sqlite
from tests.standins.outbox_parts import EARLY, KEY, NINE, begin_all, enrolment, message_to, one_each, outcome

BREAKING = {
    "UPDATE deliveries SET state = 'lost'": "deliveries are in a state that does not exist",
    "UPDATE deliveries SET channel = 'pigeon', channels = 'pigeon'": "deliveries are on an unknown channel",
    "UPDATE deliveries SET channel = 'email'": "deliveries are on a channel that is not one of theirs",
    "UPDATE deliveries SET expires_at = due_at WHERE state = 'pending'": "deliveries wait that never had a life",
    "UPDATE deliveries SET lease_until = NULL": "being sent without a lease or an attempt",
    "UPDATE attempts SET settled_at = 1": "being sent without a lease or an attempt",
    "UPDATE deliveries SET lease_until = 1 WHERE state = 'sent'": "hold a lease and are not being sent",
    "DELETE FROM attempts WHERE settled_at IS NOT NULL": "count other attempts than are recorded",
    "UPDATE deliveries SET look_at = 1 WHERE state = 'sent'": "looked up though it is known",
    "UPDATE deliveries SET state = 'missed', counted_on = '2026-11-23'": "against the daily limit",
    "UPDATE attempts SET body = 'words'": "attempts keep the text of a message",
    "UPDATE people SET active = 0": "nudges of people who are gone are due",
    "UPDATE people SET ended = 'born'": "nudges are due that their person has ended",
    "INSERT INTO diary VALUES (1, 'a', 1, 'cramp', NULL); UPDATE people SET ended = 'loss'": "lines of a diary",
    "UPDATE nudges SET fingerprint = NULL": "nudges are due that are switched off",
    "UPDATE nudges SET decided_at = NULL": "nudges do not know up to when they are decided",
}


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """A database with a delivery that was sent, one that is being sent, and one that waits."""
    path = tmp_path / "legup.db"
    with closing(open_sqlite(path, contact_key=KEY)) as outbox:
        outbox.enrol([enrolment("a"), enrolment("b")], EARLY)
        outbox.claim_due(NINE, 10, one_each)
        first, _ = begin_all(outbox)
        outbox.settle([outcome(first, State.SENT)], NINE)
        outbox.add(message_to("b", cause="send:1"))
    return path


def execute(path: Path, sql: str) -> None:
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.executescript(sql)


def test_a_sound_database_has_no_flaws_and_is_left_as_it_was(path: Path) -> None:
    before = path.read_bytes()
    assert inspect(path) == ()
    assert path.read_bytes() == before


@pytest.mark.parametrize(("sql", "sentence"), BREAKING.items())
def test_every_broken_rule_is_found(path: Path, sql: str, sentence: str) -> None:
    execute(path, sql)
    flaws = inspect(path)
    assert any(sentence in each.text for each in flaws)
    assert {each.kind for each in flaws} == {Kind.RULE}


def test_every_rule_is_broken_above() -> None:
    assert all(any(said in sentence for said in BREAKING.values()) for _, _, sentence in _BROKEN)


def test_a_row_without_its_parent_is_found(path: Path) -> None:
    execute(path, "DELETE FROM people WHERE id = 'b'")
    assert "a row of deliveries belongs to none of people" in {each.text for each in inspect(path)}


def test_damage_in_the_middle_of_the_file_is_found(path: Path) -> None:
    contents = bytearray(path.read_bytes())
    contents[5 * 4096 : 9 * 4096] = b"\xa5" * (4 * 4096)
    path.write_bytes(contents)
    assert {each.kind for each in inspect(path)} == {Kind.DAMAGE}


def test_an_index_that_lost_a_row_is_found(path: Path) -> None:
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("PRAGMA writable_schema = ON")
        connection.execute(
            "UPDATE sqlite_master SET rootpage = (SELECT rootpage FROM sqlite_master "
            "WHERE name = 'people_by_phone') WHERE name = 'people_by_email'"
        )
    assert {each.kind for each in inspect(path)} == {Kind.DAMAGE}


@pytest.mark.parametrize(
    ("sql", "said"),
    [
        ("DROP TABLE legup_schema", "it is not a legup database"),
        ("UPDATE legup_schema SET version_num = '0999'", "written by a newer legup (schema 0999"),
    ],
)
def test_other_tables_are_not_judged_by_our_rules(path: Path, sql: str, said: str) -> None:
    execute(path, sql)
    (flaw,) = inspect(path)
    assert flaw.kind is Kind.SCHEMA
    assert said in str(flaw)


def test_a_file_that_is_no_database_is_damage_and_quotes_nothing(tmp_path: Path) -> None:
    path = tmp_path / "legup.db"
    path.write_text("+447700900123 said stop\n" * 500)
    (flaw,) = inspect(path)
    assert flaw.kind is Kind.DAMAGE
    assert "+44" not in str(flaw)


def test_a_database_that_cannot_be_opened_at_all_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(StorageError, match="cannot be opened"):
        inspect(tmp_path / "no.db")
