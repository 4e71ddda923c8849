"""The outbox in one SQLite file: private to its owner, durable at every commit, made and migrated when opened."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import closing
from os import O_CREAT, O_RDWR, close
from os import open as open_file
from pathlib import Path
from threading import Lock

from sqlalchemy import URL, Connection, Engine, create_engine, event
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.pool import ConnectionPoolEntry

from scheduler.storage.contacts import ContactHasher
from scheduler.storage.database import WRITES, Database
from scheduler.storage.dossier import Dossiers
from scheduler.storage.errors import StorageError
from scheduler.storage.migrating import migrate
from scheduler.storage.outbox import SqlOutbox
from scheduler.storage.same_file import SameFile, refuse_orphan
from scheduler.storage.sqlite_errors import ELSEWHERE, explained

_BUSY_MS = 10_000
"""How long a write waits for another program. Whoever is longer than that is told of, and a service tries again."""


_ALWAYS = (
    f"busy_timeout = {_BUSY_MS}",
    "journal_mode = WAL",
    "synchronous = FULL",
    "foreign_keys = ON",
    "secure_delete = ON",  # what is deleted is overwritten, not merely given free
)
_SERVING = (
    "cache_size = -32000",  # kB: the indexes of a busy day stay in memory
    "wal_autocheckpoint = 4000",  # 16 MB: fewer checkpoints inside commits while many nudges are due
)
_IN_BULK = (
    "cache_size = -128000",  # the indexes of a million people
    "wal_autocheckpoint = 60000",  # 240 MB: a page that many transactions touch is written once
)
"""For a program that ends soon: all of a large roster at a third of the time."""


def open_sqlite(path: Path, *, contact_key: bytes, bulk: bool = False) -> SqlOutbox:
    """Open the outbox in this file, with its folder and schema if there are none yet; with more memory for whoever
    comes to write in `bulk`.

    `contact_key` keys the hashes of contacts that opted out; another key would forget them. Raises StorageError.
    """
    return SqlOutbox(_open(path, _IN_BULK if bulk else _SERVING), ContactHasher(contact_key))


def open_dossiers(path: Path) -> Dossiers:
    """Open the same database for what is held on single persons. Raises StorageError."""
    return Dossiers(_open(path))


def _open(path: Path, pragmas: Sequence[str] = _SERVING) -> Database:
    _make_private(path)
    database = Database(_engine(path, pragmas), lambda error: explained(path, error.orig), SameFile(path), Lock())
    try:
        migrate(database, str(path))
    except BaseException:
        database.close()
        raise
    return database


def _make_private(path: Path) -> None:
    """A folder of our own making is 0700 and the file 0600; SQLite gives its -wal and -shm the file's own mode."""
    refuse_orphan(path)
    try:
        if not path.parent.is_dir():
            path.parent.mkdir(mode=0o700, parents=True)
        close(open_file(path, O_CREAT | O_RDWR, 0o600))
        if path.stat().st_mode & 0o077:
            path.chmod(0o600)
    except OSError as error:
        reason = (error.strerror or "it cannot be opened").lower()
        message = f"the database {path}: {reason}. Check that this user may write to its folder, {ELSEWHERE}."
        raise StorageError(message) from error


def _engine(path: Path, pragmas: Sequence[str]) -> Engine:
    url = URL.create("sqlite", database=str(path.absolute()))
    # hide_parameters: an error must not show contacts or message bodies
    engine = create_engine(url, hide_parameters=True)

    def configure(connection: DBAPIConnection, _entry: ConnectionPoolEntry) -> None:
        # The driver must not begin transactions by itself: its BEGIN is deferred and takes the write lock too late.
        connection.isolation_level = None
        with closing(connection.cursor()) as cursor:
            for pragma in (*_ALWAYS, *pragmas):
                cursor.execute(f"PRAGMA {pragma}")

    event.listen(engine, "connect", configure)
    event.listen(engine, "begin", _begin)
    return engine


def _begin(connection: Connection) -> None:
    writes = connection.get_execution_options().get(WRITES, False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")
