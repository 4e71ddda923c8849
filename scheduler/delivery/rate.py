"""How many sends an account's rate admits now."""

from __future__ import annotations

from collections import deque
from datetime import datetime, timedelta
from heapq import heappop, heappush

ARRIVAL = timedelta(seconds=1)
"""A message arrives between its call and its outcome, and at the latest so long after its call, or so it is taken: to
wait for an answer that hangs would leave most of the rate unused."""


class RateWindow:
    """Never more than `per_second` sends in any one second as the provider counts them; with a fraction, n.5, never
    more than n in n/n.5 seconds, and below 1 one in 1/rate seconds.

    A sliding window, because a token bucket lets through twice its rate in the second after a rest, and providers
    count. Nobody tells us when a message arrives, so it counts from its call until a second after it must have.
    Told the time, so it works on any clock. Not for several threads.
    """

    def __init__(self, per_second: float) -> None:
        """0 admits none."""
        self._most = 0
        self._window = timedelta(seconds=1)
        self.change(per_second)
        self._under_way: deque[tuple[datetime, int]] = deque()
        """By the instant of their call, how many have not arrived for certain."""
        self._arrived: list[datetime] = []
        """A heap: for each of the others, the instant from which it no longer counts."""
        self._total = 0
        self._told: datetime | None = None

    def change(self, per_second: float) -> None:
        """Another rate from now on. What was sent at the old one still counts."""
        if per_second:
            self._most = max(1, int(per_second))
            self._window = timedelta(seconds=self._most / per_second)
        else:
            self._most = 0

    def room(self, now: datetime) -> int:
        """How many may begin now."""
        self._forget(now)
        return max(0, self._most - self._total)

    def count(self, begun: int, now: datetime) -> None:
        """So many calls are being made just now. Not when room was asked for: a slow disk in between must not let the
        next ones begin too early."""
        self._forget(now)
        if begun:
            self._under_way.append((now, begun))
            self._total += begun

    def ended(self, begun_at: datetime, now: datetime) -> None:
        """One whose call was made at `begun_at` has its outcome."""
        self._forget(now)
        for index, (at, count) in enumerate(self._under_way):
            if at == begun_at and count:
                self._under_way[index] = (at, count - 1)
                heappush(self._arrived, now + self._window)
                return

    def next_at(self, now: datetime) -> datetime:
        """When at least one more may begin, at the latest."""
        if self.room(now):
            return now
        latest = [at + ARRIVAL + self._window for at, count in self._under_way if count]
        return min([*self._arrived[:1], *latest[:1]], default=now + self._window)

    def _forget(self, now: datetime) -> None:
        if self._told is not None and now < self._told:  # the clock stepped back: take them all to arrive just now
            self._under_way.clear()
            self._arrived = [now + self._window] * self._total
        self._told = now
        while self._under_way and self._under_way[0][0] + ARRIVAL <= now:
            at, count = self._under_way.popleft()
            for _ in range(count):
                heappush(self._arrived, at + ARRIVAL + self._window)
        while self._arrived and self._arrived[0] <= now:
            heappop(self._arrived)
            self._total -= 1
