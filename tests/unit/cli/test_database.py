"""`legup db`: looking over, backing up, putting back."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from scheduler.service.lock import RunLock
from tests.standins.commands import Legup


@pytest.fixture
def database(legup: Legup, file: Path) -> Path:
    """A database with the people of the file in it."""
    assert legup("db", "upgrade").code == 0
    assert legup("people", "pause", "sam", "--for", "3 days").code == 0
    return Path("state/legup.db").absolute()


def test_a_sound_database_is_said_to_be_sound(legup: Legup, database: Path) -> None:
    ended = legup("db", "check")
    assert (ended.code, ended.err) == (0, "")
    assert "legup.db is sound" in ended.out
    assert json.loads(legup("db", "check", "--json").out) == {
        "database": str(database),
        "sound": True,
        "flaws": [],
    }


def test_a_broken_rule_is_told_with_what_to_do(legup: Legup, database: Path) -> None:
    with closing(sqlite3.connect(database)) as connection, connection:
        connection.execute("UPDATE people SET active = 0")
    ended = legup("db", "check")
    assert ended.code == 1
    assert "rule: 2 nudges of people who are gone are due" in ended.out
    assert "please report it" in ended.err
    record = json.loads(legup("db", "check", "--json").out)
    assert (record["sound"], [each["kind"] for each in record["flaws"]]) == (False, ["rule"])


def test_damage_is_told_with_the_way_back(legup: Legup, database: Path) -> None:
    database.write_bytes(b"not a database any more, " * 200)
    ended = legup("db", "check")
    assert ended.code == 1
    assert "restore a backup: legup db restore FILE" in ended.err
    assert legup("status").code == 3


def test_without_a_database_there_is_nothing_to_check_or_back_up(legup: Legup, file: Path) -> None:
    for words in (["check"], ["backup", "x.db"]):
        ended = legup("db", *words)
        assert ended.code == 1
        assert "state/legup.db yet; `legup run` makes it" in ended.err


def test_a_backup_is_made_and_put_back(legup: Legup, database: Path) -> None:
    ended = legup("db", "backup", "monday.db")
    assert ended.code == 0
    assert "Backed up to monday.db (" in ended.out
    assert "secret.key" in ended.out
    assert legup("people", "stop", "sam", "--yes").code == 0
    ended = legup("db", "restore", "monday.db")
    assert ended.code == 0
    assert "stays stopped: 1 person." in ended.out
    assert "the next `legup run` passes it over" in ended.out
    assert legup("send", "hydration", "--to", "sam").err == "legup: nothing is sent to sam: they said stop\n"


def test_a_pause_since_the_backup_is_told(legup: Legup, database: Path) -> None:
    assert legup("db", "backup", "monday.db").code == 0
    assert legup("people", "pause", "sam", "--for", "5 days").code == 0
    assert "stays paused: 1 person." in legup("db", "restore", "monday.db").out


def test_a_backup_overwrites_nothing(legup: Legup, database: Path) -> None:
    assert legup("db", "backup", "monday.db").code == 0
    ended = legup("db", "backup", "monday.db")
    assert (ended.code, ended.out) == (1, "")
    assert "monday.db exists" in ended.err


def test_nothing_is_put_back_while_legup_runs(legup: Legup, database: Path) -> None:
    assert legup("db", "backup", "monday.db").code == 0
    with RunLock(database):
        ended = legup("db", "restore", "monday.db")
    assert ended.code == 1
    assert "stop it first" in ended.err


def test_stops_that_cannot_be_read_are_owned_up_to(legup: Legup, database: Path) -> None:
    assert legup("db", "backup", "monday.db").code == 0
    database.unlink()
    ended = legup("db", "restore", "monday.db")
    assert ended.code == 0
    assert "repeat them with `legup people stop ID`" in ended.out
