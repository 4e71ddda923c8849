"""A wall clock watched minute by minute: the slow, obvious answer that planning's fast one is held against."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from zoneinfo import ZoneInfo, available_timezones

MINUTE = timedelta(minutes=1)
ZONES = sorted(available_timezones() - {"localtime"})
"""`localtime` is a file of some machines, not a zone."""


class WatchedClock:
    """Every minute that a zone's clock shows, or jumps over, during some UTC days."""

    def __init__(self, zone: str, first: date, days: int) -> None:
        tz = ZoneInfo(zone)
        instant = datetime.combine(first, time.min, UTC)
        self.days: set[date] = set()
        self._seen: dict[datetime, datetime] = {}
        furthest = instant.astimezone(tz).replace(tzinfo=None) - MINUTE
        for _ in range(days * 1440):
            shown = instant.astimezone(tz).replace(tzinfo=None)
            self.days.add(shown.date())
            while furthest < shown:  # more than once only when the clock jumps forward
                furthest += MINUTE
                self._seen[furthest] = instant
            instant += MINUTE

    def first_shows(self, owner_day: date, minute: int) -> datetime | None:
        """When the clock first shows that minute or has jumped past it; None for a day it never showed."""
        local = datetime.combine(owner_day, time.min) + minute * MINUTE
        if owner_day not in self.days or local.date() not in self.days:
            return None
        return self._seen.get(local)


@cache
def days_of_change(zone: str) -> tuple[date, ...]:
    """UTC days, found by looking once a week, after which within a week a zone's clock is changed (1975 to 2037)."""
    tz = ZoneInfo(zone)
    found = []
    instant = datetime(1975, 1, 1, tzinfo=UTC)
    while instant.year < 2038:
        later = instant + timedelta(days=7)
        if instant.astimezone(tz).utcoffset() != later.astimezone(tz).utcoffset():
            found.append(instant.date())
        instant = later
    return tuple(found)
