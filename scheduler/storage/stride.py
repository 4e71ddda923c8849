"""How many people are enrolled in one transaction: as many as can be written while others hardly wait."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import islice
from typing import TypeVar

Item = TypeVar("Item")

LEAST, MOST = 1_000, 16_000
"""People. Where the disk is slow to commit, fewer than the least would not make it faster."""
PATIENCE = 1.0
"""Seconds for which a service that sends from the same database may be kept waiting, again and again."""


class Stride:
    """Takes longer strides while they take less than half of `PATIENCE`, shorter ones when they take more than it.

    A commit costs as much for a thousand people as for ten thousand, and pages that many of them share are then
    written once.
    """

    def __init__(self) -> None:
        self.length = LEAST

    def took(self, seconds: float) -> None:
        """The last stride took so long."""
        if seconds < PATIENCE / 2:
            self.length = min(2 * self.length, MOST)
        elif seconds > PATIENCE:
            self.length = max(self.length // 2, LEAST)

    def over(self, items: Iterable[Item]) -> Iterator[list[Item]]:
        """The items in order, as many at a time as the stride is long by then."""
        remaining = iter(items)
        while some := list(islice(remaining, self.length)):
            yield some
