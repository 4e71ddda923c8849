"""Watches every statement that SQLite is given, and tells when one changes something without the write lock."""

from __future__ import annotations

import sqlite3
from typing import cast

from sqlalchemy import Engine, event
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.pool import ConnectionPoolEntry, PoolProxiedConnection

_CHANGES = ("INSERT", "UPDATE", "DELETE", "REPLACE", "CREATE", "DROP", "ALTER")


class Transactions:
    """What begins without BEGIN IMMEDIATE and writes all the same would meet SQLITE_BUSY_SNAPSHOT one day: the database
    has changed since it read, and no waiting helps."""

    def __init__(self, engine: Engine) -> None:
        self.writes = 0
        """Statements that changed something, each under the lock."""
        self.offences: list[str] = []
        """Those that did so without it."""
        self._locked: dict[int, bool] = {}
        event.listen(engine, "checkout", self._watch)

    def _watch(self, connection: DBAPIConnection, _entry: ConnectionPoolEntry, _proxy: PoolProxiedConnection) -> None:
        number = id(connection)
        self._locked[number] = False
        cast("sqlite3.Connection", connection).set_trace_callback(lambda sql: self._see(number, sql))

    def _see(self, number: int, sql: str) -> None:
        words = sql.lstrip().upper()
        if words.startswith("BEGIN"):
            self._locked[number] = words.startswith("BEGIN IMMEDIATE")
        elif words.startswith(("COMMIT", "ROLLBACK")):
            self._locked[number] = False
        elif words.startswith(_CHANGES) and self._locked[number]:
            self.writes += 1
        elif words.startswith(_CHANGES):
            self.offences.append(sql)
