"""The spread: everyone's slots a little later than written, each by an amount of their own, so that a time which a
million people share does not come as one wall."""

from __future__ import annotations

from collections.abc import Iterator
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
    return room_of(routine, nudge).shared_out(share) if nudge.spread else timetable(routine, nudge)


def room_of(routine: Routine, nudge: NudgeRoutine) -> Room:
    """What the slots of one nudge may be moved by, the same for everyone with equal habits."""
    return _room(timetable(routine, nudge), routine.quiet_hours, nudge.spread)


class Room:
    """How far each occurrence of a timetable may be moved: at most the spread, never into quiet hours, nor as far as
    the next slot. So slots stay in order, and keep owner day and local time as written."""

    def __init__(self, table: Timetable, quiet_hours: tuple[QuietInterval, ...], spread: timedelta) -> None:
        self.table = table
        self.quiet_hours = quiet_hours
        self.spread = spread

    def near(self, instant: datetime) -> list[tuple[datetime, int]]:
        """The slots of which one is the first to come after an instant, whatever a person's share: the instant each is
        written for, and the seconds it may be moved by. Empty when there are none."""
        found = []
        written = self.table.after(instant - self.spread)
        while written is not None:
            found.append((written.due, _seconds(self, written.due)))
            if written.due > instant:
                break
            written = self.table.after(written.due)
        return found

    def shared_out(self, share: int) -> Moved:
        """The slots as they come to a person with this share."""
        return Moved(self, share)


class Moved:
    """A timetable, each occurrence moved on by a person's share of the room it has."""

    def __init__(self, room: Room, share: int) -> None:
        self._room = room
        self._share = share
        self._most = _moved_by(room.spread // SECOND, share)

    def after(self, instant: datetime) -> Occurrence | None:
        """The first occurrence that comes strictly after an instant; None when there is none."""
        table = self._room.table
        written = table.after(instant - self._most)  # what is written earlier cannot come as late
        while written is not None:
            due = moved((written.due, _seconds(self._room, written.due)), self._share)
            if due > instant:
                return Occurrence(written.nudge, written.slot, due)
            written = table.after(written.due)
        return None

    def between(self, start: datetime, end: datetime) -> Iterator[Occurrence]:
        """The occurrences that come from `start` (included) to `end` (excluded), in order."""
        found = self.after(start - datetime.resolution)
        while found is not None and found.due < end:
            yield found
            found = self.after(found.due)


def moved(slot: tuple[datetime, int], share: int) -> datetime:
    """When a slot comes to a person, given the instant it is written for and the seconds it may be moved by."""
    due, room = slot
    return due + _moved_by(room, share) if room else due


def _moved_by(room: int, share: int) -> timedelta:
    """How much of so many seconds is a person's."""
    return timedelta(seconds=room * share >> _BITS)


_room = lru_cache(maxsize=1 << 13)(Room)


@lru_cache(maxsize=1 << 15)
def _seconds(room: Room, due: datetime) -> int:
    """Seconds by which the occurrence written for this instant may be moved, excluded; none when that is quiet.

    Cached, because everyone with the same habits has the same room: only their share of it is their own.
    """
    following = room.table.after(due)
    most = room.spread if following is None else min(room.spread, following.due - due)
    return free_for(room.quiet_hours, room.table.zone, due, most) // SECOND
