"""All slots of one nudge of a person, and when they are due; it answers "what is next?" fast, over any interval."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from typing import TypeAlias

from config.routine import NudgeRoutine, Routine
from scheduler.planning.minutes import minutes_of
from scheduler.planning.slot import Occurrence, Slot
from scheduler.planning.stage import owner_days
from scheduler.planning.zone import (
    DAY_MINUTES,
    DAY_SECONDS,
    EPOCH,
    EPOCH_DAY,
    happened,
    plain_midnight,
    seconds_of,
)

FIRST_DAY = date.min.toordinal() + 7
LAST_DAY = date.max.toordinal() - 7
"""A week inside what `date` can hold, so that no neighbouring day or offset leaves it."""


def timetable(routine: Routine, nudge: NudgeRoutine) -> Timetable:
    """The timetable of one nudge; cached by what decides its slots, so people with equal habits share one."""
    minutes = minutes_of(nudge.schedule.rule, routine.wake, routine.bedtime)
    return _timetable(nudge.nudge, routine.timezone, minutes, nudge.schedule.weekdays, owner_days(routine, nudge))


class Timetable:
    """The slots of one nudge.

    Days are read as civil days, not owner days, so that slots come in order even where the window of one owner day
    runs into the next. Slots that meet at one instant are one: the one earliest on the wall clock, then by owner day.
    """

    def __init__(
        self, nudge: str, zone: str, minutes: tuple[int, ...], weekdays: frozenset[int], days: tuple[date, date]
    ) -> None:
        """`minutes` after an owner day's midnight, sorted; `days` the first and the last owner day."""
        self.nudge = nudge
        self.zone = zone
        self.minutes = minutes
        self.weekdays = weekdays
        self.first, self.last = days
        self.by_clock = tuple(sorted(minutes, key=lambda minute: (minute % DAY_MINUTES, -minute)))
        """The minutes in the order in which a civil day's clock shows them, an earlier owner day's first."""
        self.shifts = tuple(sorted({minute // DAY_MINUTES for minute in minutes}))
        """How many civil days after their owner day slots may fall; (0,) for nearly everyone."""
        self._first_civil, self._last_civil = FIRST_DAY, FIRST_DAY - 1
        if minutes and weekdays:
            self._first_civil = max(self.first.toordinal() + self.shifts[0], FIRST_DAY)
            self._last_civil = min(self.last.toordinal() + self.shifts[-1], LAST_DAY)

    def after(self, instant: datetime) -> Occurrence | None:
        """The first occurrence strictly after an instant; None when there is none.

        Ends soon: a timetable that has slots has some within two weeks, or reaches its last day.
        """
        since = instant - EPOCH
        moment = since.days * DAY_SECONDS + since.seconds
        day = max(self._civil_day_of(moment), self._first_civil)
        while day <= self._last_civil:
            dues, occurrences = _civil_day(self, day)
            index = bisect_right(dues, moment)
            if index < len(dues):
                return occurrences[index]
            day += 1
        return None

    def between(self, start: datetime, end: datetime) -> Iterator[Occurrence]:
        """The occurrences due from `start` (included) to `end` (excluded), in order."""
        occurrence = self.after(start - datetime.resolution)
        while occurrence is not None and occurrence.due < end:
            yield occurrence
            occurrence = self.after(occurrence.due)

    def on(self, owner_day: date) -> tuple[Slot, ...]:
        """The slots that belong to an owner day, in order."""
        return tuple(occurrence.slot for occurrence in self.due_on(owner_day))

    def due_on(self, owner_day: date) -> tuple[Occurrence, ...]:
        """The occurrences of the slots that belong to an owner day, in order."""
        day = owner_day.toordinal()
        if not (self.minutes and FIRST_DAY <= day <= LAST_DAY):
            return ()
        midnight = EPOCH + timedelta(days=day - EPOCH_DAY)
        # A wall clock is less than a day from UTC, and a gap less than two days long.
        start = midnight + timedelta(minutes=self.minutes[0], days=-1)
        end = midnight + timedelta(minutes=self.minutes[-1], days=3)
        return tuple(found for found in self.between(start, end) if found.slot.owner_day == owner_day)

    def _civil_day_of(self, moment: int) -> int:
        """The civil day of an instant, or an earlier one: every wall clock is within a day of UTC."""
        day = moment // DAY_SECONDS + EPOCH_DAY
        if not FIRST_DAY <= day <= LAST_DAY:
            return FIRST_DAY if day < FIRST_DAY else LAST_DAY
        midnight = plain_midnight(self.zone, day)
        return day - 1 if midnight is None else day + (moment - midnight) // DAY_SECONDS


_CivilDay: TypeAlias = tuple[tuple[int, ...], tuple[Occurrence, ...]]
"""What is due on a civil day, in order: the instants in seconds, and the occurrences."""

_timetable = lru_cache(maxsize=1 << 13)(Timetable)


@lru_cache(maxsize=1 << 14)
def _civil_day(table: Timetable, civil: int) -> _CivilDay:
    """Cached, because everyone with the same habits asks for the same day, and all day long."""
    owners = {shift: _owner_day(table, civil - shift) for shift in table.shifts}
    midnight = plain_midnight(table.zone, civil)
    dues: list[int] = []
    occurrences: list[Occurrence] = []
    for minute in table.by_clock:
        owner = owners[minute // DAY_MINUTES]
        if owner is None:
            continue
        if midnight is None:
            due = seconds_of(table.zone, owner.toordinal(), minute)
        else:
            due = midnight + minute % DAY_MINUTES * 60
        if due is not None and not (dues and due <= dues[-1]):
            dues.append(due)
            occurrences.append(Occurrence(table.nudge, Slot(owner, minute), datetime.fromtimestamp(due, UTC)))
    return tuple(dues), tuple(occurrences)


def _owner_day(table: Timetable, day: int) -> date | None:
    """A day as an owner day of this timetable; None when it is out of bounds, a wrong weekday, or never happened."""
    owner = date.fromordinal(day)
    if not (table.first <= owner <= table.last and owner.weekday() in table.weekdays):
        return None
    return owner if happened(table.zone, day) else None
