"""A clock that stands still until told otherwise."""

from __future__ import annotations

from datetime import datetime, timedelta


class StillClock:
    """Implements `scheduler.clock.Clock`. Time passes (awake or asleep) or the wall clock alone is stepped."""

    def __init__(self, now: datetime) -> None:
        self._now = now
        self._uptime = timedelta(days=3)

    def now(self) -> datetime:
        return self._now

    def uptime(self) -> timedelta:
        return self._uptime

    def set(self, now: datetime) -> None:
        """Let time pass until then."""
        self.pass_(now - self._now)

    def pass_(self, duration: timedelta) -> None:
        self._now += duration
        self._uptime += duration

    def step(self, by: timedelta) -> None:
        """Somebody sets the wall clock."""
        self._now += by
