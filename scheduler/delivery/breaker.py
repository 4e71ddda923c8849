"""The circuit breaker of a channel's account: whether sends may begin, learnt from how the last ones ended. Pure.

A provider that is down must not be given every nudge of the day: each try may end `unknown`, which is a nudge lost.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from scheduler.delivery.outcome import AccountRefused, Outcome, RetryAfter, Unknown

MOST_FAILURES = 5.0
"""The score at which it opens. A failure adds one and an answer takes `ANSWER` off: five failures in a row, or about
twenty messages of which every second one fails; a third failing is borne."""
ANSWER = 0.5

FIRST_HOLD = timedelta(seconds=30)
LONGEST_HOLD = timedelta(minutes=5)
"""Each opening in a row holds for twice as long, up to this. A refused account is held for so long at once."""
SHORTEST_HOLD = timedelta(seconds=1)
"""Where the provider names no time to wait, or a moment: or one probe would chase the other."""
LONGEST_UNREACHED = timedelta(minutes=1)
"""The same where messages certainly did not go out: a probe costs nothing then, and what waits should not wait long."""


@dataclass(frozen=True, slots=True)
class Breaker:
    """Closed: sends begin. Open: none before `until`; then one, the probe, and its outcome closes it or opens it anew.

    After a probe that went well it stays suspicious: one more failure opens it, until enough answers have come.
    """

    score: float = 0.0
    until: datetime | None = None
    """None: closed."""
    reason: str = ""
    """Why it opened last."""
    probing: bool = False
    """The probe is under way."""
    openings: int = 0
    """In a row."""
    era: int = 0
    """Counts the changes between open and closed. What began in an earlier era says nothing of this one: the many
    that were under way when it opened must not open it longer, nor close it."""

    @property
    def closed(self) -> bool:
        return self.until is None

    def room(self, now: datetime, wanted: int) -> int:
        """How many of `wanted` may begin. A hold that would last longer than any is one of a clock since set back."""
        if self.until is None:
            return wanted
        held = now < self.until <= now + LONGEST_HOLD
        return 0 if self.probing or held else min(wanted, 1)

    def begun(self) -> Breaker:
        """Some have begun: if it is open, that is the probe."""
        return self if self.until is None else replace(self, probing=True)

    def after(self, outcome: Outcome, era: int, now: datetime) -> Breaker:
        """What the outcome of an attempt that began in `era` makes of it."""
        if era != self.era:
            return self
        match outcome:
            case AccountRefused(reason):
                return self._opened(reason, now, LONGEST_HOLD)
            case RetryAfter(reason, delay, shared=True) if delay is not None:
                return self._throttled(reason, now + max(min(delay, LONGEST_HOLD), SHORTEST_HOLD))
            case RetryAfter(reason, shared=True):
                return self._failed(reason, now, LONGEST_UNREACHED)
            case Unknown(reason):
                return self._failed(reason, now, LONGEST_HOLD)
        return self._answered()

    def _failed(self, reason: str, now: datetime, longest: timedelta) -> Breaker:
        score = self.score + 1
        if self.closed and score < MOST_FAILURES:
            return replace(self, score=score)
        return self._opened(reason, now, min(FIRST_HOLD * (1 << min(self.openings, 10)), longest))

    def _throttled(self, reason: str, until: datetime) -> Breaker:
        """The provider named the time to wait: it is well, so nothing is held against it."""
        return Breaker(self.score, until, reason, openings=self.openings, era=self.era + 1)

    def _opened(self, reason: str, now: datetime, hold: timedelta) -> Breaker:
        return Breaker(MOST_FAILURES, now + hold, reason, openings=self.openings + 1, era=self.era + 1)

    def _answered(self) -> Breaker:
        if not self.closed:
            return Breaker(min(self.score, MOST_FAILURES - 1), openings=self.openings, era=self.era + 1)
        if not (self.score or self.openings):
            return self  # nearly always
        score = max(0.0, self.score - ANSWER)
        return replace(self, score=score, openings=self.openings if score else 0)


def half_open(now: datetime, reason: str) -> Breaker:
    """A breaker that was open before a restart: the cause may be mended, so one probe goes out at once."""
    return Breaker(MOST_FAILURES, now, reason, openings=1)
