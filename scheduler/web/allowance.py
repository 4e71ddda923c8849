"""How many requests are let in: so many a second, with some at once after a rest."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Hashable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Allowance:
    """A rate, and how many may come at once."""

    per_second: float
    burst: int


@dataclass(frozen=True, slots=True)
class Allowances:
    """What is let in. A provider sends three reports for each message and comes from a few addresses; refusing a forged
    one costs no more than its signature."""

    pages: Allowance = Allowance(100, 200)
    pages_per_address: Allowance = Allowance(5, 50)
    callbacks: Allowance = Allowance(3000, 6000)
    callbacks_per_address: Allowance = Allowance(1000, 2000)
    system: Allowance = Allowance(200, 400)
    """Requests of the operator's own system, from wherever it asks; a roster is quicker for a thousand people."""
    texts_per_sender: Allowance = Allowance(0.5, 30)
    """Messages of one phone number: more than a person types."""


class Buckets:
    """One bucket per key, kept as the instant at which it is full again: nothing has to run while nobody comes.

    Keeps the `most` keys that came last, so that a flood of addresses takes no memory. Not for several threads.
    """

    def __init__(self, allowance: Allowance, most: int = 10_000) -> None:
        self._interval = 1 / allowance.per_second
        self._slack = (allowance.burst - 1) * self._interval
        self._most = most
        self._full_at: OrderedDict[Hashable, float] = OrderedDict()

    def take(self, key: Hashable, now: float) -> float:
        """0 when one more is let in, else the seconds until the next is. `now` in seconds of a clock that never goes
        back."""
        full_at = max(self._full_at.get(key, now), now)
        wait = full_at - now - self._slack
        if wait > 0:
            return wait
        self._full_at[key] = full_at + self._interval
        self._full_at.move_to_end(key)
        if len(self._full_at) > self._most:
            self._full_at.popitem(last=False)
        return 0.0
