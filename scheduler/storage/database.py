"""Transactions on one database; what its driver raises comes out as a StorageError with a remedy."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, closing, contextmanager, nullcontext

from sqlalchemy import Connection, Engine
from sqlalchemy.engine.interfaces import DBAPICursor
from sqlalchemy.exc import DBAPIError

from scheduler.storage.errors import StorageError
from scheduler.storage.locking import Guarded, alone

WRITES = "legup_writes"
"""The execution option that tells a transaction which will write from one that only reads."""


class Database:
    """Read and write transactions."""

    def __init__(
        self,
        engine: Engine,
        explain: Callable[[DBAPIError], StorageError | None],
        ensure: Callable[[], None] = lambda: None,
        turn: AbstractContextManager[object] = nullcontext(),  # noqa: B008 - it holds nothing, and may be entered often
    ) -> None:
        """`explain` says what a driver's error means to a person; None when it is a fault of ours. `ensure` raises
        StorageError when the database is no longer the one that was opened; every write asks it before it commits.
        `turn` is a lock for a database that takes one write at a time."""
        self._readers = engine
        self._writers = engine.execution_options(**{WRITES: True})
        self._explain = explain
        self._ensure = ensure
        self._turn = turn

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """A transaction that sees one state of the database and changes nothing."""
        with self._explained(), self._readers.begin() as connection:
            yield connection

    @contextmanager
    def write(self) -> Iterator[Connection]:
        """A transaction that is committed at the end, and undone by any exception. It must not be opened within itself.

        Threads take turns before they ask SQLite, which takes the write lock at the very start and lets them poll: with
        three of them busy, one waited 0.6 s.
        """
        with self._turn, self._explained(), self._writers.begin() as connection:
            yield connection
            self._ensure()

    @contextmanager
    def alone(self, what: Guarded, pause: Callable[[], None]) -> Iterator[None]:
        """Do this alone among all programs that share the database; see `locking.alone`."""
        with self._explained(), alone(self._writers, what, pause):
            yield

    @contextmanager
    def driver(self) -> Iterator[DBAPICursor]:
        """A cursor of the driver's own, outside of any transaction, for what a database does only there."""
        connection = self._readers.raw_connection()
        try:
            with self._turn, self._explained(), closing(connection.cursor()) as cursor:
                yield cursor
        finally:
            connection.close()

    def close(self) -> None:
        self._readers.dispose()

    @contextmanager
    def _explained(self) -> Iterator[None]:
        try:
            yield
        except (DBAPIError, self._readers.dialect.loaded_dbapi.Error) as error:
            explained = self._explain(error if isinstance(error, DBAPIError) else DBAPIError(None, None, error))
            if explained is None:
                raise
            raise explained from error
