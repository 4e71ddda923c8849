"""Until when one send may go on. Timeouts count per read and stand still while the machine sleeps; this does not."""

from __future__ import annotations

import time
from dataclasses import dataclass

LONGEST = 120.0
"""Seconds. With one more timeout (120 s at most), for the answer to what was sent, a send ends before its lease."""

_STEADY = getattr(time, "CLOCK_BOOTTIME", time.CLOCK_MONOTONIC)


def steady() -> float:
    """Seconds that have really passed since some instant in the past; suspend included, where the system counts it."""
    return time.clock_gettime(_STEADY)


@dataclass(frozen=True, slots=True)
class Deadline:
    """An instant of `steady`. From then on nothing may be sent any more."""

    at: float

    @classmethod
    def within(cls, seconds: float) -> Deadline:
        return cls(steady() + seconds)

    @property
    def passed(self) -> bool:
        return steady() >= self.at

    def clip(self, timeout: float) -> float:
        """A step's timeout in seconds, cut to what is left. Raises TimeoutError when nothing is."""
        left = self.at - steady()
        if left <= 0:
            raise TimeoutError("the deadline has passed")
        return min(timeout, left)
