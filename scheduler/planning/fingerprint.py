"""A fingerprint of when a nudge happens: storage derives the next due instant anew when it changes, and only then."""

from __future__ import annotations

from hashlib import sha256

from config.routine import NudgeRoutine, Routine
from scheduler.planning.timetable import timetable


def fingerprint(routine: Routine, nudge: NudgeRoutine) -> str:
    """Sixteen hex digits that change with the zone, the minutes, the weekdays or the days of a nudge's slots, and with
    nothing else: not with its channels, priority, lifetime or quiet hours, which are read at each decision."""
    slots = timetable(routine, nudge)
    described = (slots.zone, slots.minutes, sorted(slots.weekdays), slots.first.isoformat(), slots.last.isoformat())
    return sha256(repr(described).encode()).hexdigest()[:16]
