"""How many people are enrolled in one transaction: as many as can be written while others hardly wait."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import islice
from typing import TypeVar

Item = TypeVar("Item")

FIRST = 1_000
LEAST, MOST = 250, 16_000
PATIENCE = 0.3
"""Seconds for which a service that sends from the same database may be kept waiting, again and again."""


class Stride:
    """Takes longer strides while they take less than half of `PATIENCE`, shorter ones when they take more than it.

    A commit costs as much for a thousand people as for ten thousand, and pages that many of them share are then
    written once.
    """

    def __init__(self) -> None:
        self.length = FIRST

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
