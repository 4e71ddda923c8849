"""Messages that crowd each other: more than the daily limit lets through, or two nudges in the same few minutes."""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import combinations

from config.fault import Fault
from config.routine import Routine
from config.schedule import EVERY_DAY, MINUTES_PER_DAY, TimeOfDay, format_weekdays
from scheduler.planning.limit import Place, places
from scheduler.planning.quiet import interval_at
from scheduler.planning.stage import weekdays_within
from scheduler.planning.timetable import timetable

CLOSE = 10
"""Minutes; two nudges at most this far apart feel like one (TIME_RULES: quiet hours, limits, stages)."""
WEEK = 7 * MINUTES_PER_DAY


def crowding(routine: Routine) -> list[Fault]:
    """Warnings only, judged on an ordinary week: clock changes are left out."""
    heard = [_heard(routine, index) for index in range(len(routine.nudges))]
    return [*_over_limit(heard, routine.daily_limit), *_neighbours(heard)]


def clock(minute: int) -> str:
    """The wall clock at a minute of an owner day: 00:30 for 1470."""
    return str(TimeOfDay(minute % MINUTES_PER_DAY))


@dataclass(frozen=True, slots=True)
class _Heard:
    """What a person gets of one nudge: its slots outside quiet hours, as minutes of the owner day."""

    nudge: str
    priority: int
    weekdays: frozenset[int]
    minutes: tuple[int, ...]
    first: date
    last: date


def _heard(routine: Routine, index: int) -> _Heard:
    nudge = routine.nudges[index]
    slots = timetable(routine, nudge)
    minutes = tuple(minute for minute in slots.minutes if interval_at(routine.quiet_hours, minute) is None)
    return _Heard(nudge.nudge, nudge.priority, slots.weekdays, minutes, slots.first, slots.last)


def _over_limit(heard: Sequence[_Heard], limit: int) -> Iterator[Fault]:
    """One warning for each nudge that the daily limit cuts short."""
    lost: defaultdict[str, dict[int, int]] = defaultdict(dict)
    for first in {one.first for one in heard}:
        running = [one for one in heard if one.first <= first <= one.last]
        for weekday in weekdays_within(first, min((one.last for one in running), default=first)):
            for nudge, count in _lost_on(weekday, running, limit).items():
                lost[nudge][weekday] = max(count, lost[nudge].get(weekday, 0))
    for one in heard:
        if one.nudge in lost:
            days = frozenset(lost[one.nudge])
            when = "every day" if days == EVERY_DAY else f"on {format_weekdays(days)}"
            counts = set(lost[one.nudge].values())
            most = f"{max(counts)}" if len(counts) == 1 else f"up to {max(counts)}"
            text = (
                f"{one.nudge}: daily_limit {limit} leaves out {most} of its "
                f"{len(one.minutes)} messages {when}; raise daily_limit or ask for fewer"
            )
            yield Fault(("nudges", one.nudge), text, warning=True)


def _lost_on(weekday: int, running: Sequence[_Heard], limit: int) -> Counter[str]:
    wanted = [
        Place(one.priority, minute, one.nudge) for one in running if weekday in one.weekdays for minute in one.minutes
    ]
    given = places(wanted, limit)
    return Counter(place.nudge for place in wanted if place not in given)


def _neighbours(heard: Sequence[_Heard]) -> Iterator[Fault]:
    """One warning for each pair, with the first time of the week at which they are close."""
    for one, other in combinations(heard, 2):
        days = weekdays_within(max(one.first, other.first), min(one.last, other.last))
        if close := _first_close(_week_minutes(one, days), _week_minutes(other, days)):
            text = (
                f"{one.nudge} at {clock(close[0])} and {other.nudge} at {clock(close[1])} come within {CLOSE} minutes "
                "of each other; move one of them"
            )
            yield Fault(("nudges", other.nudge), text, warning=True)


def _week_minutes(one: _Heard, days: frozenset[int]) -> list[int]:
    return sorted(
        {(weekday * MINUTES_PER_DAY + minute) % WEEK for weekday in one.weekdays & days for minute in one.minutes}
    )


def _first_close(some: Sequence[int], others: Sequence[int]) -> tuple[int, int] | None:
    # Sunday night is beside Monday morning.
    around = sorted({minute + shift for minute in others for shift in (-WEEK, 0, WEEK)})
    for minute in some:
        index = bisect_left(around, minute - CLOSE)
        if index < len(around) and around[index] <= minute + CLOSE:
            return minute, around[index]
    return None
