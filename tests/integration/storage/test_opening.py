"""Opening the file: private, migrated, and with one clear sentence when it cannot be."""

from __future__ import annotations

import logging
import os
import sqlite3
import stat
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy.exc import OperationalError

from scheduler.storage.errors import StorageError
from scheduler.storage.outbox import SqlOutbox
from scheduler.storage.sqlite import open_sqlite
from tests.standins.outbox_parts import EARLY, KEY, NINE, enrolment, message_to, one_each


def open_in(folder: Path) -> SqlOutbox:
    return open_sqlite(folder / "legup.db", contact_key=KEY)


def mode_of(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


@pytest.fixture
def careless_umask() -> object:
    before = os.umask(0)
    yield
    os.umask(before)


def test_the_folder_and_every_file_are_the_owners_alone(tmp_path: Path, careless_umask: object) -> None:
    folder = tmp_path / "new" / "state"
    with closing(open_in(folder)) as outbox:
        outbox.enrol([enrolment("a")], EARLY)
        assert mode_of(folder) == 0o700
        assert {path.name: mode_of(path) for path in folder.iterdir()} == {
            "legup.db": 0o600,
            "legup.db-wal": 0o600,
            "legup.db-shm": 0o600,
        }


def test_a_file_that_others_could_read_is_closed_to_them(tmp_path: Path) -> None:
    path = tmp_path / "legup.db"
    path.touch(mode=0o644)
    path.chmod(0o644)
    open_in(tmp_path).close()
    assert mode_of(path) == 0o600


def test_a_folder_that_was_there_keeps_its_mode(tmp_path: Path) -> None:
    tmp_path.chmod(0o750)
    open_in(tmp_path).close()
    assert mode_of(tmp_path) == 0o750


def test_what_was_recorded_is_there_after_opening_again(tmp_path: Path) -> None:
    with closing(open_in(tmp_path)) as outbox:
        outbox.enrol([enrolment("a"), enrolment("b")], EARLY)
        outbox.claim_due(NINE, 10, one_each)
        outbox.opt_out("a", NINE, "reply")
    with closing(open_in(tmp_path)) as outbox:
        found = outbox.person("a")
        assert found is not None
        assert found[1].opted_out
        assert outbox.claim_due(NINE, 10, one_each) == 0


def test_every_commit_is_on_disk_before_it_returns(tmp_path: Path) -> None:
    with closing(open_in(tmp_path)) as outbox, outbox._database.write() as connection:
        pragmas = ("journal_mode", "synchronous", "foreign_keys")
        found = [connection.exec_driver_sql(f"PRAGMA {pragma}").scalar_one() for pragma in pragmas]
    assert found == ["wal", 2, 1]


def test_opening_says_nothing(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    with caplog.at_level(logging.INFO):
        open_in(tmp_path).close()
    assert caplog.records == []
    assert capfd.readouterr() == ("", "")


def make_folder(path: Path) -> None:
    path.mkdir()


def make_text(path: Path) -> None:
    path.write_text("people:\n  - id: me\n" * 100)


def make_damaged(path: Path) -> None:
    open_in(path.parent).close()
    contents = bytearray(path.read_bytes())
    contents[100:4096] = b"\xff" * 3996
    path.write_bytes(contents)


def make_newer(path: Path) -> None:
    open_in(path.parent).close()
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("UPDATE legup_schema SET version_num = '0999'")


def make_foreign(path: Path) -> None:
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("CREATE TABLE recipes (id)")


@pytest.mark.parametrize(
    ("make", "expected"),
    [
        (make_folder, r"is a directory.*Check that this user may write"),
        (make_text, r"not a legup database\. Move that file away"),
        (make_damaged, r"is damaged\. Keep a copy, then restore a backup"),
        (make_newer, r"written by a newer legup \(schema 0999.*Install that version again"),
        (make_foreign, r"belongs to another program \(it has a table `recipes`\)\. Set `database:`"),
    ],
)
def test_a_file_that_cannot_be_used_is_named_with_the_remedy(
    tmp_path: Path, make: Callable[[Path], None], expected: str
) -> None:
    make(tmp_path / "legup.db")
    with pytest.raises(StorageError, match=expected) as caught:
        open_in(tmp_path)
    assert str(tmp_path / "legup.db") in str(caught.value)


def test_a_folder_that_cannot_be_made_is_named_with_the_remedy(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(StorageError, match=r"file/state/legup\.db: .*set `database:`"):
        open_in(tmp_path / "file" / "state")


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write anywhere")
def test_a_read_only_folder_is_named_with_the_remedy(tmp_path: Path) -> None:
    tmp_path.chmod(0o500)
    with pytest.raises(StorageError, match="permission denied"):
        open_in(tmp_path)


def test_a_database_that_turns_read_only_is_named_with_the_remedy(tmp_path: Path) -> None:
    with closing(open_in(tmp_path)) as outbox:
        outbox.enrol([enrolment("a", {})], EARLY)
        with outbox._database.read() as connection:
            connection.exec_driver_sql("PRAGMA query_only = ON")
        with pytest.raises(StorageError, match="it is read-only"):
            outbox.add(message_to("a", cause="send:1"))


def test_a_full_disk_is_named_with_the_remedy_and_loses_nothing(tmp_path: Path) -> None:
    with closing(open_in(tmp_path)) as outbox:
        outbox.enrol([enrolment("a", {})], EARLY)
        with outbox._database.read() as connection:
            pages = connection.exec_driver_sql("PRAGMA page_count").scalar_one()
            connection.exec_driver_sql(f"PRAGMA max_page_count = {pages}")
        with pytest.raises(StorageError, match="the disk is full"):
            outbox.enrol((enrolment(f"p{index}") for index in range(500)), EARLY)
        assert outbox.person("a") is not None
        assert outbox.overview(EARLY).people == 1


def test_a_database_held_by_another_program_is_named_with_the_remedy(tmp_path: Path) -> None:
    with closing(open_in(tmp_path)) as outbox, closing(sqlite3.connect(tmp_path / "legup.db")) as other:
        outbox.enrol([enrolment("a", {})], EARLY)
        with outbox._database.read() as connection:
            connection.exec_driver_sql("PRAGMA busy_timeout = 0")
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(StorageError, match="another program is holding it"):
            outbox.add(message_to("a", cause="send:1"))


def test_a_fault_of_our_own_is_not_blamed_on_the_disk_and_shows_no_values(tmp_path: Path) -> None:
    with (
        closing(open_in(tmp_path)) as outbox,
        pytest.raises(OperationalError, match="no such table") as caught,
        outbox._database.write() as connection,
    ):
        connection.exec_driver_sql("INSERT INTO nowhere VALUES (?)", ("+447700900123",))
    assert "+447700900123" not in str(caught.value)
