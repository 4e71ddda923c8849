"""Cutting work into statements of bounded size."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import islice
from typing import TypeVar

Item = TypeVar("Item")

BATCH = 5_000
"""Rows per statement: well below the 32,766 parameters that SQLite takes and the 65,535 of PostgreSQL."""


def batches(items: Iterable[Item], size: int = BATCH) -> Iterator[list[Item]]:
    """The items in order, `size` at a time, read no further ahead than that."""
    remaining = iter(items)
    while batch := list(islice(remaining, size)):
        yield batch
