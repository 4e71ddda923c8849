"""How many sends an account's rate admits now."""

from __future__ import annotations

from collections import deque
from datetime import datetime, timedelta

ARRIVAL = timedelta(milliseconds=80)
"""How much longer one message may take from here to the provider's counter than another. Every window is longer by
this, so that what begins apart does not arrive together: 7 % of the rate at most, for never passing it."""


class RateWindow:
    """Never more than `per_second` sends in any one second; with a fraction, n.5, never more than n in n/n.5 seconds,
    and below 1 one in 1/rate seconds.

    A sliding window, because a token bucket lets through twice its rate in the second after a rest, and providers
    count. Told the time, so it works on any clock. Not for several threads.
    """

    def __init__(self, per_second: float) -> None:
        self._most = max(1, int(per_second))
        self._window = timedelta(seconds=self._most / per_second) + ARRIVAL
        self._begun: deque[tuple[datetime, int]] = deque()
        self._total = 0

    def room(self, now: datetime) -> int:
        """How many may begin now."""
        self._forget(now)
        return self._most - self._total

    def count(self, begun: int, now: datetime) -> None:
        """So many calls are being made just now. Counted from the call and not from when room was asked for: a slow
        disk in between must not let the next ones begin too early."""
        self._forget(now)
        if begun:
            self._begun.append((now, begun))
            self._total += begun

    def next_at(self, now: datetime) -> datetime:
        """When at least one more may begin."""
        self._forget(now)
        return now if self._total < self._most else self._begun[0][0] + self._window

    def _forget(self, now: datetime) -> None:
        if self._begun and self._begun[-1][0] > now:  # the clock stepped back: count them as begun just now
            self._begun = deque([(now, self._total)])
        while self._begun and self._begun[0][0] + self._window <= now:
            self._total -= self._begun.popleft()[1]
