"""The spread: everyone's slots a little later than written, each by an amount of their own, so that a time which a
million people share does not come as one wall."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import lru_cache
from hashlib import blake2b

from config.routine import NudgeRoutine, Routine
from config.schedule import QuietInterval
from scheduler.planning.quiet import free_for
from scheduler.planning.slot import Occurrence
from scheduler.planning.timetable import Timetable, timetable
from scheduler.planning.zone import SECOND

_BITS = 32


def share_of(person: str) -> int:
    """How far into a spread a person's slots come: from 0 to 2^32, that one excluded; by their id, so for ever.

    One for all of their nudges: with one spread these keep their distances.
    """
    return int.from_bytes(blake2b(person.encode(), digest_size=_BITS // 8).digest())


def slots_of(routine: Routine, nudge: NudgeRoutine, share: int) -> Timetable | Moved:
    """The slots of one nudge as they come to a person with this share."""
    slots = timetable(routine, nudge)
    return Moved(slots, routine.quiet_hours, nudge.spread, share) if nudge.spread else slots


@dataclass(frozen=True, slots=True)
class Moved:
    """A timetable, each occurrence moved on by a person's share of the room it has: at most the spread, and never into
    quiet hours, nor to the next slot or past it. So slots stay in order, and keep owner day and local time as written.

    Whoever shares a timetable shares what is worked out here too: only the last multiplication is a person's own.
    """

    table: Timetable
    quiet_hours: tuple[QuietInterval, ...]
    spread: timedelta
    share: int

    def after(self, instant: datetime) -> Occurrence | None:
        """The first occurrence that comes strictly after an instant; None when there is none."""
        found = self.table.after(instant - self.spread)
        while found is not None and self._due(found) <= instant:
            found = self.table.after(found.due)
        return None if found is None else replace(found, due=self._due(found))

    def between(self, start: datetime, end: datetime) -> Iterator[Occurrence]:
        """The occurrences that come from `start` (included) to `end` (excluded), in order."""
        found = self.after(start - datetime.resolution)
        while found is not None and found.due < end:
            yield found
            found = self.after(found.due)

    def _due(self, written: Occurrence) -> datetime:
        return (
            written.due + (_room(self.table, self.quiet_hours, self.spread, written.due) * self.share >> _BITS) * SECOND
        )


@lru_cache(maxsize=1 << 14)
def _room(table: Timetable, quiet_hours: tuple[QuietInterval, ...], spread: timedelta, due: datetime) -> int:
    """Seconds by which the occurrence due at this instant may be moved, excluded. One in quiet hours stays in them."""
    following = table.after(due)
    most = spread if following is None else min(spread, following.due - due)
    return free_for(quiet_hours, table.zone, due, most) // SECOND
