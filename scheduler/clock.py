"""The clock. Only the shell (service, cli, web) owns one; everything below is told what time it is."""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta
from typing import Protocol

_STEADY = getattr(time, "CLOCK_BOOTTIME", time.CLOCK_MONOTONIC)
"""Linux counts suspend in CLOCK_BOOTTIME. Where there is none, a sleep of a day or more looks like a wall clock that
was stepped: sending is held until `legup clock confirm`."""


class Clock(Protocol):
    """Tells two times, so that a wall clock that was set can be told from a machine that slept."""

    def now(self) -> datetime:
        """The wall clock, as an aware UTC instant. It may be stepped at any time, either way."""
        ...

    def uptime(self) -> timedelta:
        """The time that has really passed since some instant in the past, suspend included. It never goes back."""
        ...


class SystemClock:
    """The machine's own clock."""

    def now(self) -> datetime:
        return datetime.now(UTC)

    def uptime(self) -> timedelta:
        return timedelta(microseconds=time.clock_gettime_ns(_STEADY) // 1000)
