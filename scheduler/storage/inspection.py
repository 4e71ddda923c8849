"""Looking a SQLite database over: is the file sound, is the schema known, does the record keep its own rules.

Nothing is changed, and legup may go on using it meanwhile."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from sqlalchemy import Connection, NullPool, create_engine, text
from sqlalchemy.exc import DBAPIError

from scheduler.storage.invariants import broken
from scheduler.storage.migrating import REVISIONS, VERSION_TABLE
from scheduler.storage.sqlite_errors import explained

_PATIENCE = 10.0
"""Seconds to wait for a lock."""

_MOST = 20
"""Places of damage that are named."""


class Kind(StrEnum):
    """What a flaw means."""

    DAMAGE = "damage"
    """The file itself: restore a backup."""
    SCHEMA = "schema"
    """Tables that this version of legup cannot use."""
    OLD = "old"
    """Tables of an older version, which the next start brings up to date."""
    RULE = "rule"
    """The record contradicts itself: a fault of legup, or someone edited it."""


@dataclass(frozen=True, slots=True)
class Flaw:
    """Something that must not be. No contact and no text of a message is in it."""

    kind: Kind
    text: str

    def __str__(self) -> str:
        return self.text


UNUSABLE = frozenset({Kind.DAMAGE, Kind.SCHEMA})
"""With these flaws a copy is no backup. A broken rule is no reason not to keep one."""


def inspect(path: Path) -> tuple[Flaw, ...]:
    """Everything that is wrong with the database in this file, which must exist. Raises StorageError when it cannot be
    read at all for now (locked, no permission)."""
    # hide_parameters: an error must not show what a query asked for
    uri = f"{path.absolute().as_uri()}?mode=ro"
    engine = create_engine(
        "sqlite://",
        creator=lambda: sqlite3.connect(uri, uri=True, timeout=_PATIENCE),
        hide_parameters=True,
        poolclass=NullPool,
    )
    try:
        with engine.connect() as connection:
            return tuple(_flaws(connection))
    except DBAPIError as error:
        code = getattr(error.orig, "sqlite_errorcode", 0) & 0xFF
        if code in {sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB}:
            return (Flaw(Kind.DAMAGE, f"the file cannot be read as a database ({error.orig})"),)
        found = explained(path, error.orig)
        if found is None:
            raise
        raise found from error
    finally:
        engine.dispose()


def _flaws(connection: Connection) -> Iterator[Flaw]:
    damage = [
        Flaw(Kind.DAMAGE, f"the file is damaged: {line}")
        for (line,) in connection.exec_driver_sql(f"PRAGMA integrity_check({_MOST})")
        if line != "ok"
    ]
    yield from damage
    schema = _schema(connection)
    if schema is not None:
        yield schema
    if damage or schema is not None:
        return
    for table, _, parent, _ in connection.exec_driver_sql("PRAGMA foreign_key_check").fetchmany(_MOST):
        yield Flaw(Kind.RULE, f"a row of {table} belongs to none of {parent}")
    for sentence in broken(connection):
        yield Flaw(Kind.RULE, sentence)


def _schema(connection: Connection) -> Flaw | None:
    tables = set(connection.scalars(text("SELECT name FROM sqlite_master WHERE type = 'table'")))
    if VERSION_TABLE not in tables:
        return Flaw(Kind.SCHEMA, "it is not a legup database")
    revision = connection.scalar(text(f"SELECT version_num FROM {VERSION_TABLE}"))  # noqa: S608 - a constant
    if revision == REVISIONS[-1]:
        return None
    if revision in REVISIONS:
        return Flaw(
            Kind.OLD, f"its tables are of an older legup ({revision}); `legup db upgrade` brings them up to date"
        )
    return Flaw(Kind.SCHEMA, f"it was written by a newer legup (schema {revision}, this one knows {REVISIONS[-1]})")
