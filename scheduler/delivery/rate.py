"""How many sends an account's rate admits now."""

from __future__ import annotations

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
        self._under_way: dict[datetime, int] = {}
        """By the instant of their call, the oldest first, how many have not arrived for certain."""
        self._arrived: dict[datetime, int] = {}
        """Of the others, by the instant from which they no longer count, how many."""
        self._leaving: list[datetime] = []
        """A heap of those instants."""
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
            self._under_way[now] = self._under_way.get(now, 0) + begun
            self._total += begun

    def ended(self, begun_at: datetime, now: datetime) -> None:
        """One whose call was made at `begun_at` has its outcome."""
        self._forget(now)
        count = self._under_way.get(begun_at, 0)
        if count:
            self._under_way[begun_at] = count - 1
            self._leave_at(now + self._window, 1)

    def next_at(self, now: datetime) -> datetime:
        """When at least one more may begin, at the latest."""
        if self.room(now):
            return now
        latest = [at + ARRIVAL + self._window for at, count in self._under_way.items() if count]
        return min([*self._leaving[:1], *latest[:1]], default=now + self._window)

    def _leave_at(self, at: datetime, count: int) -> None:
        if not count:
            return
        if at not in self._arrived:
            heappush(self._leaving, at)
        self._arrived[at] = self._arrived.get(at, 0) + count

    def _forget(self, now: datetime) -> None:
        if self._told == now:
            return
        if self._told is not None and now < self._told:  # the clock stepped back: take them all to arrive just now
            self._under_way, self._arrived, self._leaving = {}, {}, []
            self._leave_at(now + self._window, self._total)
        self._told = now
        while self._under_way and (first := next(iter(self._under_way))) + ARRIVAL <= now:
            self._leave_at(first + ARRIVAL + self._window, self._under_way.pop(first))
        while self._leaving and self._leaving[0] <= now:
            self._total -= self._arrived.pop(heappop(self._leaving))
