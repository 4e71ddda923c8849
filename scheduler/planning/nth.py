"""Every n-th slot, for someone who asked for less: counted on the calendar, so that no restart changes which ones."""

from __future__ import annotations

from bisect import bisect_left
from datetime import date

from config.routine import NudgeRoutine, Routine
from scheduler.planning.minutes import minutes_of
from scheduler.planning.slot import Slot

_FIRST_MONDAY = date(1970, 1, 5).toordinal()


def is_nth(routine: Routine, nudge: NudgeRoutine, slot: Slot) -> bool:
    """Whether a slot of this nudge is one of those that remain when only every n-th is kept.

    The schedule's slots are numbered from Monday, 5 January 1970, as if it had held ever since: its first and last day
    and clock changes do not count. What remains of every 4th is part of what remains of every 2nd.
    """
    if nudge.every_nth == 1:
        return True
    weeks, weekday = divmod(slot.owner_day.toordinal() - _FIRST_MONDAY, 7)
    weekdays = nudge.schedule.weekdays
    days = weeks * len(weekdays) + sum(each < weekday for each in weekdays)
    minutes = minutes_of(nudge.schedule.rule, routine.wake, routine.bedtime)
    return (days * len(minutes) + bisect_left(minutes, slot.minute)) % nudge.every_nth == 0
