"""The plan: every occurrence of an interval, past or future, with what becomes of it if legup is always on time."""

from __future__ import annotations

from datetime import datetime

from config.routine import Routine
from scheduler.planning.limit import kept
from scheduler.planning.quiet import is_quiet
from scheduler.planning.slot import Decided, Occurrence, Silence, Verdict
from scheduler.planning.timetable import timetable


def plan(routine: Routine, start: datetime, end: datetime) -> list[Decided]:
    """Everything due from `start` (included) to `end` (excluded), in order of time, then priority, then name."""
    found = [
        (nudge.priority, occurrence)
        for nudge in routine.nudges
        for occurrence in timetable(routine, nudge).between(start, end)
    ]
    found.sort(key=lambda one: (one[1].due, one[0], one[1].nudge))
    return [on_time(routine, occurrence) for _, occurrence in found]


def on_time(routine: Routine, occurrence: Occurrence) -> Decided:
    """An occurrence's verdict at its due instant: a pause counts before quiet hours, those before the daily limit."""
    silence = _silence(routine, occurrence)
    if silence is None:
        return Decided(occurrence, Verdict.SEND)
    return Decided(occurrence, Verdict.SUPPRESSED, silence)


def _silence(routine: Routine, occurrence: Occurrence) -> Silence | None:
    if routine.paused_until is not None and occurrence.due < routine.paused_until:
        return Silence.PAUSED
    if is_quiet(routine, occurrence.due):
        return Silence.QUIET_HOURS
    places = kept(routine, occurrence.slot.owner_day)
    if places is not None and (occurrence.nudge, occurrence.slot) not in places:
        return Silence.DAILY_LIMIT
    return None
