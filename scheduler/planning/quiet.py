"""Quiet hours: the stretches of a person's wall clock in which nothing is sent."""

from __future__ import annotations

from datetime import datetime, timedelta

from config.routine import Routine
from config.schedule import QuietInterval
from scheduler.planning.zone import DAY_MINUTES, EPOCH, SECOND, at_seconds, first_change, local_of

MINUTE = timedelta(minutes=1)
LONGEST = timedelta(days=3)
"""No quiet hours that ever end last longer, whatever the clock does meanwhile."""


def is_quiet(routine: Routine, instant: datetime) -> bool:
    """Whether the wall clock shows a quiet time; in the autumn fold that holds in both passes."""
    return _minutes_left(routine.quiet_hours, _wall_minute(routine.timezone, instant)) > 0


def quiet_ends_at(routine: Routine, instant: datetime) -> datetime:
    """The first instant at or after this one that is not quiet.

    Raises ValueError when quiet hours cover the whole day; `check` reports such a person as a fault.
    """
    moment = instant
    while left := _minutes_left(routine.quiet_hours, _wall_minute(routine.timezone, moment)):
        start = (moment - EPOCH) // SECOND
        end = start - start % 60 + 60 * left
        if local_of(at_seconds(end), routine.timezone).utcoffset() != local_of(moment, routine.timezone).utcoffset():
            end = first_change(routine.timezone, start, end)
        moment = at_seconds(end)
        if moment - instant > LONGEST:
            raise ValueError("quiet_hours cover the whole day: leave some time in which a message may come")
    return moment


def free_for(quiet_hours: tuple[QuietInterval, ...], zone: str, instant: datetime, most: timedelta) -> timedelta:
    """How long from an instant on it is not quiet: `most` at most, nothing when it is quiet already."""
    minute = _wall_minute(zone, instant)
    if _minutes_left(quiet_hours, minute):
        return timedelta(0)
    if local_of(instant, zone).utcoffset() != local_of(instant + most, zone).utcoffset():
        minutes = range(most // MINUTE)
        steps = (
            each * MINUTE for each in minutes if _minutes_left(quiet_hours, _wall_minute(zone, instant + each * MINUTE))
        )
        return min(next(steps, most), most)
    ahead = min(((interval.start.minutes - minute) % DAY_MINUTES for interval in quiet_hours), default=DAY_MINUTES)
    return min(ahead * MINUTE, most)


def interval_at(intervals: tuple[QuietInterval, ...], minute: int) -> QuietInterval | None:
    """The quiet interval that holds a minute of the wall clock. One with equal ends holds all day: nothing is sent
    rather than something at night."""
    return next((interval for interval in intervals if _left(interval, minute) > 0), None)


def covers_all_day(intervals: tuple[QuietInterval, ...]) -> bool:
    """Whether no minute of the day is left: then the end of each interval lies in another one, or in itself."""
    return bool(intervals) and all(interval_at(intervals, interval.end.minutes) for interval in intervals)


def _minutes_left(intervals: tuple[QuietInterval, ...], minute: int) -> int:
    return max((_left(interval, minute) for interval in intervals), default=0)


def _left(interval: QuietInterval, minute: int) -> int:
    """Minutes until an interval ends; 0 outside it."""
    into = (minute - interval.start.minutes) % DAY_MINUTES
    length = (interval.end.minutes - interval.start.minutes) % DAY_MINUTES or DAY_MINUTES
    return max(length - into, 0)


def _wall_minute(zone: str, instant: datetime) -> int:
    local = local_of(instant, zone)
    return 60 * local.hour + local.minute
