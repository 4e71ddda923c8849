"""A person's wall clock: from a civil day and a minute of it to the instant, and back.

Inside planning an instant is also an `int`, seconds since 1970 UTC, and a civil day its proleptic ordinal
(`date.toordinal`): on days without a clock change, which is nearly all, a slot's instant is then one addition.
"""

from __future__ import annotations

from bisect import bisect_left
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
EPOCH_DAY = EPOCH.toordinal()
SECOND = timedelta(seconds=1)
DAY_MINUTES = 1440
DAY_SECONDS = 86_400


def instant_of(zone: str, day: date, minute: int) -> datetime | None:
    """The instant at which the wall clock shows this minute, counted from the midnight of an owner day (so it may be
    negative, or 1440 and more).

    A minute that the spring gap leaves out is the first instant after the gap; one that the autumn fold repeats is its
    first pass. None when the owner day, or the civil day the minute falls on, never happened (Samoa, 30 Dec 2011).
    """
    seconds = seconds_of(zone, day.toordinal(), minute)
    return None if seconds is None else at_seconds(seconds)


def local_of(instant: datetime, zone: str) -> datetime:
    """What the person's wall clock shows at an instant."""
    if instant.tzinfo is UTC:
        return _local_of_utc(instant, zone)
    return instant.astimezone(ZoneInfo(zone))


@lru_cache(maxsize=1 << 12)
def _local_of_utc(instant: datetime, zone: str) -> datetime:
    """Remembered, for what is due together shares both. Only in UTC: elsewhere the two passes of an autumn hour are
    equal and have one hash."""
    return instant.astimezone(ZoneInfo(zone))


def seconds_of(zone: str, day: int, minute: int) -> int | None:
    """`instant_of` in integers."""
    civil, wall = day + minute // DAY_MINUTES, minute % DAY_MINUTES
    if not (happened(zone, day) and happened(zone, civil)):
        return None
    midnight = plain_midnight(zone, civil)
    return _resolved(zone, civil, wall) if midnight is None else midnight + 60 * wall


def at_seconds(seconds: int) -> datetime:
    """The aware instant of an integer one."""
    return EPOCH + timedelta(seconds=seconds)


@lru_cache(maxsize=1 << 15)
def plain_midnight(zone: str, day: int) -> int | None:
    """When a civil day begins, if one offset holds all day; None if not, or if the day never happened.

    Its two ends tell: no zone of the IANA data changes its offset twice within a day (the closest two are 167 h apart).
    """
    first = datetime.combine(date.fromordinal(day), time.min)
    last = first + timedelta(days=1) - SECOND
    midnight = _read(zone, first, fold=0)
    plain = midnight == _read(zone, first, fold=1) and midnight + DAY_SECONDS - 1 == _read(zone, last, fold=1)
    return midnight if plain else None


@lru_cache(maxsize=1 << 15)
def happened(zone: str, day: int) -> bool:
    """Whether a civil day had any time in it: its midnight, or what follows a gap there, is still on that day."""
    if plain_midnight(zone, day) is not None:
        return True
    return local_of(at_seconds(_resolved(zone, day, 0)), zone).toordinal() == day


def first_change(zone: str, start: int, end: int) -> int:
    """The first second after `start` with another offset than `start` has; `end` must already have that other one."""
    before = local_of(at_seconds(start), zone).utcoffset()
    seconds = range(start, end)
    changed = bisect_left(seconds, True, key=lambda second: local_of(at_seconds(second), zone).utcoffset() != before)
    return start + changed


@lru_cache(maxsize=1 << 13)
def _resolved(zone: str, day: int, wall: int) -> int:
    """The instant of a wall-clock minute on a day with a clock change."""
    local = datetime.combine(date.fromordinal(day), time.min) + timedelta(minutes=wall)
    before, after = _read(zone, local, fold=0), _read(zone, local, fold=1)
    # PEP 495: fold 0 reads a time with the offset before the change. In a gap that lies behind fold 1's reading,
    # and the change between the two.
    return first_change(zone, after, before) if after < before else before


def _read(zone: str, local: datetime, *, fold: int) -> int:
    return (local.replace(tzinfo=ZoneInfo(zone), fold=fold) - EPOCH) // SECOND
