"""The daily limit: which of an owner day's slots have a place, decided for the whole day at once.

Never first come, first served: a restart or a late start cannot change who gets a place.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from datetime import date
from functools import lru_cache
from typing import NamedTuple

from config.routine import Routine
from scheduler.planning.minutes import minutes_of
from scheduler.planning.nth import is_nth
from scheduler.planning.quiet import is_quiet
from scheduler.planning.slot import Slot
from scheduler.planning.timetable import timetable


class Place(NamedTuple):
    """One message that wants to be sent on a day, in the order in which places are given."""

    priority: int
    when: int
    """On any one scale, such as seconds since 1970 or minutes of the day."""
    nudge: str


def kept(routine: Routine, owner_day: date) -> frozenset[tuple[str, Slot]] | None:
    """The (nudge, slot) pairs of an owner day that have a place; None when all of them do.

    A slot in quiet hours, or one that is left out because less was asked for, is not sent anyway and takes no place.
    Spreading changes nothing: the times count as they are written, so people who share a routine share this too.
    """
    most = sum(len(minutes_of(nudge.schedule.rule, routine.wake, routine.bedtime)) for nudge in routine.nudges)
    return None if most <= routine.daily_limit else _kept(routine, owner_day)


def places(wanted: Iterable[Place], limit: int) -> frozenset[Place]:
    """Give the first `limit` places by priority, then time; a nudge that gets only some of its messages keeps as many,
    evenly spread over the day."""
    in_order = sorted(wanted)
    shares = Counter(place.nudge for place in in_order[: max(limit, 0)])
    return frozenset(
        place
        for nudge, share in shares.items()
        for place in _spread([place for place in in_order if place.nudge == nudge], share)
    )


@lru_cache(maxsize=1 << 12)
def _kept(routine: Routine, owner_day: date) -> frozenset[tuple[str, Slot]] | None:
    slots = {
        Place(nudge.priority, int(occurrence.due.timestamp()), nudge.nudge): occurrence.slot
        for nudge in routine.nudges
        for occurrence in timetable(routine, nudge).due_on(owner_day)
        if is_nth(routine, nudge, occurrence.slot) and not is_quiet(routine, occurrence.due)
    }
    if len(slots) <= routine.daily_limit:
        return None
    return frozenset((place.nudge, slots[place]) for place in places(slots, routine.daily_limit))


def _spread(day: list[Place], count: int) -> list[Place]:
    """`count` of these, the first and the last among them; a single one is taken from the middle."""
    if count == 1:
        return [day[(len(day) - 1) // 2]]
    last, gaps = len(day) - 1, count - 1
    return [day[(index * last + gaps // 2) // gaps] for index in range(count)]
