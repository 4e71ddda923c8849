"""How the workers of a cluster share an account's rate: each has a part of its own, and the parts are never more than
the whole. Pure.

Parts, and not tokens handed out by the database: a part costs nothing per message and holds while the database is slow.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta

RENEWED = timedelta(seconds=3)
"""Every so often a worker says that it is there, and learns who else is."""
STALE = timedelta(seconds=8)
"""A worker that could not say so for this long sends nothing until it can: others may have taken its part."""
WARM = timedelta(seconds=10)
"""A newcomer sends nothing for this long, unless it is alone: by then everybody has seen it, or is stale."""
GONE = timedelta(seconds=15)
"""Who has not said so for this long is not there any more. It has been stale for some seconds."""


@dataclass(frozen=True, slots=True)
class Place:
    """One of the workers that are there, in an order that is the same for all."""

    rank: int
    workers: int
    age: timedelta
    """How long this one has been there without a break."""


@dataclass(frozen=True, slots=True)
class Sharing:
    """What a worker knows of its place. Told the time that has really passed (`Clock.uptime`)."""

    place: Place | None = None
    seen: timedelta = timedelta()
    ready: bool = False

    def renewed(self, place: Place, uptime: timedelta) -> Sharing:
        """After it was told its place."""
        unbroken = self.place is not None and self.place.age <= place.age
        ready = (self.ready and unbroken) or place.workers == 1 or place.age >= WARM
        return replace(self, place=place, seen=uptime, ready=ready)

    def is_first(self, uptime: timedelta) -> bool:
        """Whether this worker does what one is enough for."""
        return self.place is not None and self.place.rank == 0 and uptime - self.seen <= STALE

    def part(self, per_second: float, uptime: timedelta) -> float:
        """How many messages a second of an account's rate are this worker's; 0: none. Whole numbers where there are
        several workers, because two windows of broken lengths together could let more through than one."""
        place = self.place
        if place is None or not self.ready or uptime - self.seen > STALE:
            return 0.0
        if place.workers == 1:
            return per_second
        if per_second < 1:
            return per_second if place.rank == 0 else 0.0
        each, rest = divmod(int(per_second), place.workers)
        return float(each + (place.rank < rest))
