"""Statements run for many rows: compiled once, fed plain tuples."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, TypeAlias

from sqlalchemy import Connection, Dialect
from sqlalchemy.sql.dml import Insert, UpdateBase

from scheduler.storage.setwise import columns_of, set_wise

Row: TypeAlias = tuple[Any, ...]


class Prepared:
    """One write, and the order of its parameters. Values go to the driver as they are: whole numbers for instants.

    Core's own way with parameters, a dict per row and a processor per value, costs three times what SQLite needs to
    write the row.
    """

    def __init__(
        self, statement: Callable[[str], UpdateBase], parameters: Sequence[str], *, distinct: bool = False
    ) -> None:
        """`statement` is given the dialect's name. The parameters stand in the order in which they appear in SQL.
        `distinct` promises that no two rows written at once have the same key."""
        self._statement = statement
        self._parameters = list(parameters)
        self._distinct = distinct
        self._sql: dict[str, tuple[str, bool]] = {}

    def run(self, connection: Connection, rows: list[Row]) -> int:
        """Write all rows in one call of the driver; returns how many it changed."""
        if not rows:
            return 0
        sql, at_once = self._sql_for(connection.dialect)
        return connection.exec_driver_sql(sql, columns_of(rows) if at_once else rows).rowcount

    def _sql_for(self, dialect: Dialect) -> tuple[str, bool]:
        """The statement, and whether it takes all rows at once."""
        found = self._sql.get(dialect.name)
        if found is None:
            statement = self._statement(dialect.name)
            if isinstance(statement, Insert):
                statement = statement.inline()  # nobody asks for the keys it makes
            compiled = statement.compile(dialect=dialect)
            order = getattr(compiled, "positiontup", None)
            if order != self._parameters:
                raise ValueError(f"the parameters of {compiled} stand in the order {order}, not {self._parameters}")
            one = str(compiled)
            types = self._types(statement, dialect)
            many = set_wise(one, types, distinct=self._distinct) if dialect.name == "postgresql" else None
            found = self._sql[dialect.name] = (many or one, many is not None)
        return found

    def _types(self, statement: UpdateBase, dialect: Dialect) -> list[str | None]:
        """By parameter, the type of the column that bears its name."""
        columns = statement.table.columns
        return [columns[name].type.compile(dialect=dialect) if name in columns else None for name in self._parameters]
