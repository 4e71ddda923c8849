"""SQLite's error codes as remedies, and which of them end a service."""

from __future__ import annotations

import os
import resource
import sqlite3
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest

from scheduler.storage.errors import FatalStorageError
from scheduler.storage.sqlite_errors import explained


def error_of(code: int) -> sqlite3.OperationalError:
    error = sqlite3.OperationalError("what the driver says")
    error.sqlite_errorcode = code
    return error


@pytest.fixture
def path(tmp_path: Path) -> Path:
    path = tmp_path / "legup.db"
    path.touch()
    return path


@pytest.mark.parametrize(
    ("code", "said"),
    [
        (sqlite3.SQLITE_BUSY, "another program is holding it"),
        (sqlite3.SQLITE_BUSY_RECOVERY, "another program is holding it"),
        (sqlite3.SQLITE_LOCKED, "another program is holding it"),
        (sqlite3.SQLITE_FULL, "the disk is full"),
        (sqlite3.SQLITE_IOERR_WRITE, "the disk failed to read or write"),
        (sqlite3.SQLITE_CANTOPEN, "it cannot be opened"),
        (sqlite3.SQLITE_NOMEM, "out of memory"),
    ],
)
def test_what_may_pass_is_tried_again(path: Path, code: int, said: str) -> None:
    error = explained(path, error_of(code))
    assert error is not None
    assert not isinstance(error, FatalStorageError)
    assert str(error).startswith(f"the database {path}: ")
    assert said in str(error)


@pytest.mark.parametrize(
    ("code", "said"),
    [
        (sqlite3.SQLITE_CORRUPT, "restore a backup"),
        (sqlite3.SQLITE_CORRUPT_INDEX, "restore a backup"),
        (sqlite3.SQLITE_NOTADB, "not a legup database"),
        (sqlite3.SQLITE_READONLY, "it is read-only"),
        (sqlite3.SQLITE_READONLY_DBMOVED, "it is read-only"),
        (sqlite3.SQLITE_PERM, "may not use it"),
    ],
)
def test_what_needs_a_person_is_fatal(path: Path, code: int, said: str) -> None:
    error = explained(path, error_of(code))
    assert isinstance(error, FatalStorageError)
    assert said in str(error)


def test_a_fault_of_ours_is_not_explained_away(path: Path) -> None:
    assert explained(path, error_of(sqlite3.SQLITE_CONSTRAINT)) is None
    assert explained(path, ValueError()) is None
    assert explained(path, None) is None


@contextmanager
def no_descriptors_left() -> Iterator[None]:
    before = resource.getrlimit(resource.RLIMIT_NOFILE)
    with ExitStack() as opened:
        resource.setrlimit(resource.RLIMIT_NOFILE, (64, before[1]))
        try:
            while True:
                opened.callback(os.close, os.open(os.devnull, os.O_RDONLY))
        except OSError:
            pass
        try:
            yield
        finally:
            resource.setrlimit(resource.RLIMIT_NOFILE, before)


def test_a_process_without_descriptors_is_told_apart_from_a_missing_file(path: Path) -> None:
    with no_descriptors_left():
        error = explained(path, error_of(sqlite3.SQLITE_CANTOPEN))
    assert "too many files open" in str(error)
    assert not isinstance(error, FatalStorageError)


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write anywhere")
def test_a_vague_error_on_a_file_that_cannot_be_written_is_read_only(path: Path) -> None:
    path.chmod(0o400)
    assert isinstance(explained(path, error_of(sqlite3.SQLITE_IOERR_WRITE)), FatalStorageError)
