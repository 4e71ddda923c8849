"""The minutes of an owner day at which a schedule has slots, before any zone is known."""

from __future__ import annotations

from datetime import timedelta
from functools import lru_cache

from config.schedule import MINUTES_PER_DAY, Anchor, At, Every, Moment, Offset, Rule, TimeOfDay

MINUTE = timedelta(minutes=1)
NOON = 12 * 60


@lru_cache(maxsize=1 << 13)
def minutes_of(rule: Rule, wake: TimeOfDay, bedtime: TimeOfDay) -> tuple[int, ...]:
    """Minutes after the owner day's midnight, sorted, each once; empty when a window's ends are equal.

    Raises ValueError for a step below one minute.
    """
    if isinstance(rule, At):
        return tuple(sorted({minute_of(moment, wake, bedtime) for moment in rule.moments}))
    if isinstance(rule, Offset):
        return (minute_of(rule.anchor, wake, bedtime) + rule.by // MINUTE,)
    return _steps(rule, wake, bedtime)


def minute_of(moment: Moment, wake: TimeOfDay, bedtime: TimeOfDay) -> int:
    """Where on the owner day a moment lies; a bedtime before noon is in the night that follows it."""
    if moment is Anchor.WAKE:
        return wake.minutes
    if moment is Anchor.BEDTIME:
        return bedtime.minutes + (MINUTES_PER_DAY if bedtime.minutes < NOON else 0)
    return moment.minutes


def _steps(rule: Every, wake: TimeOfDay, bedtime: TimeOfDay) -> tuple[int, ...]:
    if rule.step < MINUTE:
        raise ValueError(f"every {rule.step}: a step is at least one minute")
    first, last = rule.window or (Anchor.WAKE, Anchor.BEDTIME)
    start = minute_of(first, wake, bedtime)
    length = _window_length(start, minute_of(last, wake, bedtime))
    if length == 0:
        return ()
    # The end of a window that was asked for is a slot when the step lands on it; bedtime as a default end is not.
    stop = length if rule.window is None else length + 1
    return tuple(start + minute for minute in range(0, stop, rule.step // MINUTE))


def _window_length(start: int, end: int) -> int:
    """To the next time that the clock shows the end: at most a day, and a whole one only from 00:00 to 24:00."""
    if (start, end) == (0, MINUTES_PER_DAY):
        return MINUTES_PER_DAY
    return (end - start) % MINUTES_PER_DAY
