"""Many values as one parameter: an array as PostgreSQL writes it, and the condition that a column is among some values.

A place in the statement for each value means another statement for each number of them, which takes longer to compile,
send and parse than to run. The driver's own arrays are put together value by value, ten times as slowly as here.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Sequence
from typing import Any

from sqlalchemy import Boolean, ColumnElement, Dialect, Text, TypeDecorator, bindparam
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import GenericFunction
from sqlalchemy.sql.operators import OperatorType


def array(values: Sequence[Any]) -> str:
    """The text of an array of numbers, truths, texts or bytes; None is NULL."""
    first = next((each for each in values if each is not None), None)
    written = next((write for kind, write in _WRITTEN.items() if isinstance(first, kind)), str)
    return "{" + ",".join(["NULL" if each is None else written(each) for each in values]) + "}"


def _text(value: str) -> str:
    return '"' + value.replace("\\", "\\\\").replace('"', '\\"') + '"'


def _bytes(value: bytes) -> str:
    return '"\\\\x' + value.hex() + '"'


_WRITTEN: dict[type, Callable[[Any], str]] = {str: _text, bytes: _bytes}


class _Values(TypeDecorator[Collection[Any]]):
    """Whole numbers or texts as one parameter, in the form in which the database takes a list apart."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: Collection[Any] | None, dialect: Dialect) -> str:
        # SQLite would cut a text short at a NUL and find another; none that is stored has one.
        values = [each for each in value or () if not isinstance(each, str) or "\0" not in each]
        return array(values) if dialect.name == "postgresql" else json.dumps(values)


class among(GenericFunction[bool]):  # noqa: N801 - written like the other functions of SQL
    """`among(column, bindparam)`; see `is_among`."""

    type = Boolean()
    inherit_cache = True

    def self_group(self, against: OperatorType | None = None) -> among:  # noqa: ARG002 - SQLAlchemy's
        """A condition already: SQLite would be asked whether it equals 1, and use no index."""
        return self


def is_among(column: ColumnElement[Any], name: str) -> ColumnElement[bool]:
    """Whether a column of whole numbers or texts has one of the values in the parameter of this name."""
    return among(column, bindparam(name, type_=_Values()))


@compiles(among, "sqlite")
def _on_sqlite(element: among, compiler: SQLCompiler, **options: Any) -> str:
    column, values = element.clauses
    listed = f"json_each({compiler.process(values, **options)})"
    return f"{compiler.process(column, **options)} IN (SELECT value FROM {listed})"  # noqa: S608 - a place, no value


@compiles(among, "postgresql")
def _on_postgresql(element: among, compiler: SQLCompiler, **options: Any) -> str:
    column, values = element.clauses
    kind = column.type.dialect_impl(compiler.dialect).compile(dialect=compiler.dialect)
    return f"{compiler.process(column, **options)} = ANY ({compiler.process(values, **options)}::{kind}[])"
