"""What the workers of a cluster have in common beside the outbox: the time, the turn at the roster, who is there, and a
bell that all of them hear."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from types import TracebackType
from typing import Self

import psycopg
from sqlalchemy import bindparam, delete, func, literal_column, select, text, update
from sqlalchemy.exc import DBAPIError

from scheduler.delivery.sharing import GONE, Place
from scheduler.storage.database import Database
from scheduler.storage.errors import StorageError
from scheduler.storage.instants import to_instant
from scheduler.storage.locking import Guarded, guard
from scheduler.storage.marks import ROSTER, mark, marked
from scheduler.storage.tables import NUDGES, WORKERS

BELL = "legup"
"""The channel of NOTIFY. It says nothing but "look"."""

_NOW = text("SELECT (extract(epoch FROM clock_timestamp()) * 1000000)::bigint")
_LINGER = timedelta(seconds=2)
"""Who has left still counts for so long: its last messages are of the same second as the next ones of the others."""
_TURN_PAUSE = 0.2

_DUE = select(func.count()).select_from(
    select(literal_column("1")).where(NUDGES.c.next_due_at <= bindparam("now")).limit(bindparam("most")).subquery()
)


class Commons:
    """Every method may be called from any thread and raises StorageError."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def now(self) -> datetime:
        """The server's wall clock: one for all workers, whatever their machines show."""
        with self._database.read() as connection:
            return to_instant(connection.execute(_NOW).scalar_one())

    def due(self, now: datetime, most: int) -> int:
        """How many nudges are due, counted no further than `most`."""
        with self._database.read() as connection:
            return int(connection.execute(_DUE, {"now": now, "most": most}).scalar_one())

    def renew(self, worker: str, now: datetime) -> Place:
        """Say that this worker is there; returns its place among all who are."""
        columns = WORKERS.c
        with self._database.write() as connection:
            guard(connection, Guarded.WORKERS)
            # The second condition: a clock that was set back must not keep anybody alive for longer.
            gone = (columns.seen_at <= now - GONE) | (columns.seen_at > now + GONE)
            connection.execute(delete(WORKERS).where(gone))
            if not connection.execute(update(WORKERS).where(columns.id == worker).values(seen_at=now)).rowcount:
                connection.execute(WORKERS.insert().values(id=worker, since=now, seen_at=now))
            rows = connection.execute(select(columns.id, columns.since).order_by(columns.since, columns.id)).all()
        since = dict(tuple(row) for row in rows)
        return Place(list(since).index(worker), len(since), now - since[worker])

    def leave(self, worker: str, now: datetime) -> None:
        """After a worker has sent its last message."""
        with self._database.write() as connection:
            leaving = update(WORKERS).where(WORKERS.c.id == worker)
            connection.execute(leaving.values(seen_at=now - GONE + _LINGER))

    @contextmanager
    def turn_at_roster(self) -> Iterator[None]:
        """Only one worker at a time changes who is enrolled, however many transactions that takes."""
        with self._database.alone(Guarded.ROSTER, lambda: time.sleep(_TURN_PAUSE)):
            yield

    def newest_roster(self) -> datetime | None:
        """When the file was changed whose people are enrolled."""
        with self._database.read() as connection:
            return marked(connection, ROSTER)

    def note_roster(self, changed_at: datetime) -> None:
        """The people of a file that was changed then are enrolled now."""
        with self._database.write() as connection:
            mark(connection, ROSTER, changed_at)

    def ring(self) -> None:
        """Let every worker look at what waits."""
        with self._database.write() as connection:
            connection.execute(select(func.pg_notify(BELL, "")))


class BellConnection:
    """Hears the bell while entered. For one thread."""

    def __init__(self, conninfo: str, explain: Callable[[DBAPIError], StorageError | None]) -> None:
        self._conninfo = conninfo
        self._explain = explain
        self._connection: psycopg.Connection | None = None

    def __enter__(self) -> Self:
        with self._explained():
            self._connection = psycopg.connect(self._conninfo, autocommit=True, connect_timeout=10)
            self._connection.execute(f"LISTEN {BELL}".encode())
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def heard(self, timeout: float) -> bool:
        """Whether it was rung within so many seconds. Raises StorageError."""
        if self._connection is None:
            raise RuntimeError("enter it first")
        with self._explained():
            return any(True for _ in self._connection.notifies(timeout=timeout, stop_after=1))

    @contextmanager
    def _explained(self) -> Iterator[None]:
        try:
            yield
        except psycopg.Error as error:
            found = self._explain(DBAPIError(None, None, error))
            if found is None:
                raise
            raise found from error
