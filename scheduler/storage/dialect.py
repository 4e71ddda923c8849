"""Where SQL differs from database to database: writes that meet a row which is already there, and ways of reading."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

from sqlalchemy import ColumnElement, Connection, Table
from sqlalchemy.dialects import postgresql, sqlite

_INSERT: dict[str, Callable[[Table], sqlite.Insert | postgresql.Insert]] = {
    "sqlite": sqlite.insert,
    "postgresql": postgresql.insert,
}


def insert_new(dialect: str, table: Table) -> sqlite.Insert | postgresql.Insert:
    """An insert that leaves a row alone whose key exists."""
    return _INSERT[dialect](table).on_conflict_do_nothing()


def upsert(
    dialect: str, table: Table, columns: Sequence[str], changes: Mapping[str, ColumnElement[Any]] | None = None
) -> sqlite.Insert | postgresql.Insert:
    """An insert of these columns that overwrites them where the primary key exists; with `changes`, some otherwise."""
    statement = _INSERT[dialect](table)
    key = [column.name for column in table.primary_key]
    new: dict[str, Any] = {name: statement.excluded[name] for name in columns if name not in key}
    return statement.on_conflict_do_update(index_elements=key, set_=new | dict(changes or {}))


@contextmanager
def in_turn(connection: Connection) -> Iterator[None]:
    """Some of many rows are taken by the index that has their order. PostgreSQL, going by the statistics of a quiet
    morning, would sort all that is due for each batch of it."""
    if connection.dialect.name != "postgresql":
        yield
        return
    connection.exec_driver_sql("SET LOCAL enable_sort = off")
    yield
    connection.exec_driver_sql("SET LOCAL enable_sort = on")


def count_all(connection: Connection) -> None:
    """Let this transaction walk through whole tables, which `postgres` forbids where there is an index: whoever counts
    everybody would read them all in the order of one."""
    if connection.dialect.name == "postgresql":
        connection.exec_driver_sql("SET LOCAL enable_seqscan = on")
