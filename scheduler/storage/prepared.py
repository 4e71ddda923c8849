"""Statements run for many rows: compiled once, fed plain tuples."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, TypeAlias

from sqlalchemy import Connection, Dialect
from sqlalchemy.sql.dml import UpdateBase

Row: TypeAlias = tuple[Any, ...]


class Prepared:
    """One write, and the order of its parameters. Values go to the driver as they are: whole numbers for instants.

    Core's own way with parameters, a dict per row and a processor per value, costs three times what SQLite needs to
    write the row.
    """

    def __init__(self, statement: Callable[[str], UpdateBase], parameters: Sequence[str]) -> None:
        """`statement` is given the dialect's name. The parameters stand in the order in which they appear in SQL."""
        self._statement = statement
        self._parameters = list(parameters)
        self._sql: dict[str, str] = {}

    def run(self, connection: Connection, rows: list[Row]) -> int:
        """Write all rows in one call of the driver; returns how many it changed."""
        if not rows:
            return 0
        return connection.exec_driver_sql(self._sql_for(connection.dialect), rows).rowcount

    def _sql_for(self, dialect: Dialect) -> str:
        sql = self._sql.get(dialect.name)
        if sql is None:
            compiled = self._statement(dialect.name).compile(dialect=dialect)
            order = getattr(compiled, "positiontup", None)
            if order != self._parameters:
                raise ValueError(f"the parameters of {compiled} stand in the order {order}, not {self._parameters}")
            sql = self._sql[dialect.name] = str(compiled)
        return sql
