"""The plan: every occurrence of an interval, past or future, with what becomes of it if legup is always on time."""

from __future__ import annotations

from datetime import datetime

from config.routine import NudgeRoutine, Routine
from scheduler.planning.limit import kept
from scheduler.planning.nth import is_nth
from scheduler.planning.quiet import is_quiet
from scheduler.planning.slot import Decided, Occurrence, Silence, Verdict
from scheduler.planning.spread import slots_of


def plan(routine: Routine, start: datetime, end: datetime, share: int = 0) -> list[Decided]:
    """Everything due from `start` (included) to `end` (excluded), in order of time, then priority, then name, for a
    person with this share of a spread."""
    found = [
        (nudge, occurrence)
        for nudge in routine.nudges
        for occurrence in slots_of(routine, nudge, share).between(start, end)
    ]
    found.sort(key=lambda one: (one[1].due, one[0].priority, one[0].nudge))
    return [on_time(routine, nudge, occurrence) for nudge, occurrence in found]


def on_time(routine: Routine, nudge: NudgeRoutine, occurrence: Occurrence) -> Decided:
    """The verdict on an occurrence of this nudge at its due instant: a pause counts before what was asked for, that
    before quiet hours, and those before the daily limit."""
    silence = _silence(routine, nudge, occurrence)
    if silence is None:
        return Decided(occurrence, Verdict.SEND)
    return Decided(occurrence, Verdict.SUPPRESSED, silence)


def _silence(routine: Routine, nudge: NudgeRoutine, occurrence: Occurrence) -> Silence | None:
    if routine.paused_until is not None and occurrence.due < routine.paused_until:
        return Silence.PAUSED
    if not is_nth(routine, nudge, occurrence.slot):
        return Silence.ASKED_LESS
    if is_quiet(routine, occurrence.due):
        return Silence.QUIET_HOURS
    places = kept(routine, occurrence.slot.owner_day)
    if places is not None and (occurrence.nudge, occurrence.slot) not in places:
        return Silence.DAILY_LIMIT
    return None
