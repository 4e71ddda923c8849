"""How many sends an account's rate admits now."""

from __future__ import annotations

from collections import deque
from datetime import datetime, timedelta


class RateWindow:
    """Never more than `per_second` sends in any one second; with a fraction, n.5, never more than n in n/n.5 seconds,
    and below 1 one in 1/rate seconds.

    A sliding window, because a token bucket lets through twice its rate in the second after a rest, and providers
    count. Told the time, so it works on any clock. Not for several threads.
    """

    def __init__(self, per_second: float) -> None:
        self._most = max(1, int(per_second))
        self._window = timedelta(seconds=self._most / per_second)
        self._begun: deque[tuple[datetime, int]] = deque()
        self._total = 0

    def admit(self, now: datetime, wanted: int) -> int:
        """How many of `wanted` may begin now; they count as begun until given back."""
        self._forget(now)
        admitted = max(0, min(wanted, self._most - self._total))
        if admitted:
            self._begun.append((now, admitted))
            self._total += admitted
        return admitted

    def give_back(self, unused: int) -> None:
        """Of those admitted last, so many were not begun after all."""
        if unused:
            at, count = self._begun.pop()
            self._total -= unused
            if count > unused:
                self._begun.append((at, count - unused))

    def next_at(self, now: datetime) -> datetime:
        """When at least one more will be admitted."""
        self._forget(now)
        return now if self._total < self._most else self._begun[0][0] + self._window

    def _forget(self, now: datetime) -> None:
        if self._begun and self._begun[-1][0] > now:  # the clock stepped back: count them as begun just now
            self._begun = deque([(now, self._total)])
        while self._begun and self._begun[0][0] + self._window <= now:
            self._total -= self._begun.popleft()[1]
