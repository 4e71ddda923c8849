"""What PostgreSQL's errors mean to a person."""

from __future__ import annotations

import psycopg
import pytest
from psycopg import errors
from sqlalchemy.exc import DBAPIError

from scheduler.storage.errors import FatalStorageError, StorageError
from scheduler.storage.postgres_errors import explained

PLACE = "postgresql://legup@db/legup"
WORDS = "host db.example.org, user legup, phone +15550001111"


def told(error: BaseException) -> StorageError | None:
    return explained(PLACE, DBAPIError(None, None, error))


@pytest.mark.parametrize(
    ("error", "words", "fatal"),
    [
        (errors.ConnectionFailure, "the connection to it broke", False),
        (errors.TooManyConnections, "no room left", False),
        (errors.DiskFull, "no room left", False),
        (errors.DeadlockDetected, "waited for each other", False),
        (errors.SerializationFailure, "waited for each other", False),
        (errors.LockNotAvailable, "another program holds", False),
        (errors.AdminShutdown, "stopping or starting", False),
        (errors.QueryCanceled, "stopping or starting", False),
        (errors.IdleInTransactionSessionTimeout, "stood still for too long", False),
        (errors.ReadOnlySqlTransaction, "standby", False),
        (errors.InvalidPassword, "does not let us in", True),
        (errors.InvalidCatalogName, "no such database", True),
        (errors.InsufficientPrivilege, "may not do this", True),
        (errors.UndefinedTable, "legup db upgrade", True),
        (errors.UndefinedColumn, "legup db upgrade", True),
    ],
)
def test_what_the_server_says_is_told_with_its_remedy(error: type[psycopg.Error], words: str, *, fatal: bool) -> None:
    found = told(error(WORDS))
    assert found is not None
    assert str(found).startswith(f"the database {PLACE}: ")
    assert words in str(found)
    assert isinstance(found, FatalStorageError) is fatal
    assert "5550001111" not in str(found)


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ('FATAL: password authentication failed for user "legup"', "does not let us in"),
        ('FATAL: database "legup" does not exist', "no such database"),
        ("FATAL: sorry, too many clients already", "no room left"),
        ("FATAL: the database system is starting up", "stopping or starting"),
        ("connection refused", "cannot be reached"),
    ],
)
def test_a_connection_that_never_came_about_is_told_by_its_words(said: str, words: str) -> None:
    found = told(psycopg.OperationalError(said))
    assert found is not None
    assert words in str(found)
    assert not isinstance(found, FatalStorageError), "it may come right by itself"


def test_a_fault_of_ours_is_not_explained_away() -> None:
    assert told(errors.SyntaxError("near SELCT")) is None
    assert told(psycopg.InterfaceError("closed")) is None
    assert told(ValueError("no number")) is None
