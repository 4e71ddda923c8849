"""All slots of one nudge of a person, and when they are due; it answers "what is next?" fast, over any interval."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache

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


@dataclass(frozen=True, slots=True)
class _CivilDay:
    """The slots that fall on one civil day, in order of the clock, whichever owner days they belong to."""

    seconds: tuple[int, ...]
    """After midnight."""
    minutes: tuple[int, ...]
    """After the midnight of each one's owner day."""


class Timetable:
    """The slots of one nudge.

    Days are walked as civil days, not owner days, so that slots come in order even where the window of one owner day
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
        self._first_owner = max(self.first.toordinal(), FIRST_DAY)
        self._last_owner = min(self.last.toordinal(), LAST_DAY)
        shifts = {minute // DAY_MINUTES for minute in minutes if weekdays}
        self._spills = tuple(sorted(shifts - {0}))
        earliest, latest = min(shifts, default=0), max(shifts, default=0)
        self._first_civil = self._first_owner + earliest
        self._last_civil = self._last_owner + latest if shifts else self._first_civil - 1
        self._first_whole = self._first_owner + latest
        self._last_whole = self._last_owner + earliest
        # 7 divides 7,000, so that day n's weekday has the index n % 7.
        self._week = tuple(self._civil_day(day, FIRST_DAY, LAST_DAY) for day in range(7_000, 7_007))

    def after(self, instant: datetime) -> Occurrence | None:
        """The first occurrence strictly after an instant; None when there is none.

        Ends soon: a timetable that has slots has some within two weeks, or reaches its last day.
        """
        since = instant - EPOCH
        moment = since.days * DAY_SECONDS + since.seconds
        day = self._civil_day_of(moment)
        day = max(day, self._first_civil)
        while day <= self._last_civil:
            if self._first_whole <= day <= self._last_whole:
                slots = self._week[day % 7]
            else:
                slots = self._civil_day(day, self._first_owner, self._last_owner)
            midnight = plain_midnight(self.zone, day)
            if midnight is None or (self._spills and not self._owners_happened(day)):
                if found := self._after_on_odd_day(moment, day, slots):
                    return found
            else:
                index = bisect_right(slots.seconds, moment - midnight)
                if index < len(slots.seconds):
                    return self._occurrence(day, slots.minutes[index], midnight + slots.seconds[index])
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
        if not (self.minutes and self._first_owner <= day <= self._last_owner):
            return ()
        midnight = EPOCH + timedelta(days=day - EPOCH_DAY)
        # A wall clock is less than a day from UTC, and a gap less than two days long.
        start = midnight + timedelta(minutes=self.minutes[0], days=-1)
        end = midnight + timedelta(minutes=self.minutes[-1], days=3)
        return tuple(found for found in self.between(start, end) if found.slot.owner_day == owner_day)

    def _after_on_odd_day(self, moment: int, day: int, slots: _CivilDay) -> Occurrence | None:
        """On a day with a clock change, or beside one that never happened, each slot is resolved by itself."""
        for minute in slots.minutes:
            due = seconds_of(self.zone, day - minute // DAY_MINUTES, minute)
            if due is not None and due > moment:
                return self._occurrence(day, minute, due)
        return None

    def _occurrence(self, civil: int, minute: int, due: int) -> Occurrence:
        slot = Slot(date.fromordinal(civil - minute // DAY_MINUTES), minute)
        return Occurrence(self.nudge, slot, datetime.fromtimestamp(due, UTC))

    def _civil_day(self, civil: int, first_owner: int, last_owner: int) -> _CivilDay:
        by_clock: dict[int, int] = {}
        for minute in self.minutes:  # ascending: of two at one time of the clock the earlier owner day's stays
            owner = civil - minute // DAY_MINUTES
            if first_owner <= owner <= last_owner and (owner - 1) % 7 in self.weekdays:
                by_clock[minute % DAY_MINUTES] = minute
        clock = sorted(by_clock)
        return _CivilDay(tuple(60 * minute for minute in clock), tuple(by_clock[minute] for minute in clock))

    def _civil_day_of(self, moment: int) -> int:
        """The civil day of an instant, or an earlier one: every wall clock is within a day of UTC."""
        day = moment // DAY_SECONDS + EPOCH_DAY
        if not FIRST_DAY <= day <= LAST_DAY:
            return FIRST_DAY if day < FIRST_DAY else LAST_DAY
        midnight = plain_midnight(self.zone, day)
        return day - 1 if midnight is None else day + (moment - midnight) // DAY_SECONDS

    def _owners_happened(self, civil: int) -> bool:
        return all(happened(self.zone, civil - shift) for shift in self._spills)


_timetable = lru_cache(maxsize=1 << 13)(Timetable)
