"""A fingerprint of when a nudge happens: storage derives the next due instant anew when it changes, and only then."""

from __future__ import annotations

from hashlib import sha256

from config.routine import NudgeRoutine, Routine
from scheduler.planning.timetable import timetable


def fingerprint(routine: Routine, nudge: NudgeRoutine) -> str:
    """Sixteen hex digits that change with the zone, the minutes, the weekdays or the days of a nudge's slots, and with
    nothing else: not with its channels, priority or lifetime, which are read at each decision, and with the quiet hours
    only where a spread keeps out of them."""
    slots = timetable(routine, nudge)
    described: tuple[object, ...] = (
        slots.zone,
        slots.minutes,
        sorted(slots.weekdays),
        slots.first.isoformat(),
        slots.last.isoformat(),
    )
    if nudge.spread:
        described += (nudge.spread, [str(interval) for interval in routine.quiet_hours])
    return sha256(repr(described).encode()).hexdigest()[:16]
