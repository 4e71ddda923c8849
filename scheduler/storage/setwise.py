"""A statement for one row as one for any number of them: PostgreSQL takes a column of values as one array.

Run once for each row, even in a pipeline, statements take three times as long.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from scheduler.storage.arrays import array

_PLACE = re.compile(r"%s(?:::([A-Z]+))?")
_RETURNING = re.compile(r"\bRETURNING\b")
_UPSERT = re.compile(r"\bDO UPDATE\b")
_VALUES = re.compile(r"VALUES \((.*?)\)(?= ON CONFLICT|\s*$)", re.DOTALL)

GIVEN = "given"
"""The rows' name in the statement; their columns are p0, p1 ..."""


def set_wise(sql: str, types: Sequence[str | None], *, distinct: bool = False) -> str | None:
    """The same with an array for each placeholder (`%s`, as psycopg writes it). `types` are those of the database, for
    placeholders that have none written behind them. None where it cannot be said so: an upsert, unless its rows are
    `distinct`, for one that occurs twice is met twice one by one, and fails all at once."""
    found = [match.group(1) for match in _PLACE.finditer(sql)]
    kinds = [written or known for written, known in zip(found, types, strict=True)]
    if _RETURNING.search(sql) or (_UPSERT.search(sql) and not distinct) or None in kinds:
        return None
    rows = "unnest({}) AS {}({})".format(
        ", ".join(f"%s::{kind}[]" for kind in kinds), GIVEN, ", ".join(f"p{number}" for number in range(len(kinds)))
    )
    numbers = iter(range(len(kinds)))
    placed = _PLACE.sub(lambda _: f"{GIVEN}.p{next(numbers)}", sql)
    if placed.startswith("INSERT"):
        return _VALUES.sub(lambda match: f"SELECT {match.group(1)} FROM {rows}", placed)  # noqa: S608 - our own statement
    before, where, condition = placed.rpartition(" WHERE ")
    if not where:
        return None
    return f"{before} {'USING' if placed.startswith('DELETE') else 'FROM'} {rows} WHERE {condition}"


def columns_of(rows: Sequence[Sequence[Any]]) -> tuple[str, ...]:
    """The arrays for such a statement."""
    return tuple(array(column) for column in zip(*rows, strict=True))
