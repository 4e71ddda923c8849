"""A glance at a SQLite database from outside: nothing is made, migrated or written, whatever it finds."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from sqlalchemy import NullPool, create_engine, text
from sqlalchemy.exc import DBAPIError

from scheduler.delivery.watchman import Vitals
from scheduler.storage.database import Database
from scheduler.storage.errors import StorageError
from scheduler.storage.migrating import REVISIONS, VERSION_TABLE
from scheduler.storage.sqlite_errors import explained
from scheduler.storage.vitals import vitals

_PATIENCE = 5.0
"""Seconds to wait for a lock. Readers hardly ever meet one, and a watchman who waits longer tells nobody."""


def glance(path: Path, now: datetime) -> Vitals:
    """The vital signs of the service that works on this file. Raises StorageError."""
    # hide_parameters: an error must not show what a query asked for
    engine = create_engine("sqlite://", creator=_read_only(path), hide_parameters=True, poolclass=NullPool)
    database = Database(engine, lambda error: _explained(path, error))
    try:
        with database.read() as connection:
            revision = connection.scalar(text(f"SELECT version_num FROM {VERSION_TABLE}"))  # noqa: S608 - a constant
            if revision != REVISIONS[-1]:
                raise _other_schema(path)
            return vitals(connection, now)
    finally:
        database.close()


def _read_only(path: Path) -> Callable[[], sqlite3.Connection]:
    return lambda: sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True, timeout=_PATIENCE)


def _explained(path: Path, error: DBAPIError) -> StorageError | None:
    if getattr(error.orig, "sqlite_errorcode", None) == sqlite3.SQLITE_ERROR:
        return _other_schema(path)  # a table or a column that is not there
    return explained(path, error.orig)


def _other_schema(path: Path) -> StorageError:
    return StorageError(
        f"the database {path} has not the tables of this version of legup; restart `legup run`, which brings it up to "
        "date."
    )
