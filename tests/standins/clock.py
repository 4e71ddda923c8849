"""A clock that stands still until told otherwise."""

from __future__ import annotations

from datetime import datetime, timedelta


class StillClock:
    """Implements `scheduler.clock.Clock`."""

    def __init__(self, now: datetime) -> None:
        self._now = now

    def now(self) -> datetime:
        return self._now

    def set(self, now: datetime) -> None:
        self._now = now

    def pass_(self, duration: timedelta) -> None:
        self._now += duration
