"""After the call: what an outcome makes of its delivery. Pure; the pump carries it out."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta

from scheduler.delivery.delivery import Message, State
from scheduler.delivery.outcome import Accepted, AccountRefused, OptedOut, Outcome, Refused, RetryAfter
from scheduler.delivery.settlement import Settlement
from scheduler.planning.slot import Silence

BREAKER_OPEN = timedelta(minutes=5)
"""How long an account that was refused is left alone."""

_FIRST_DELAY = timedelta(seconds=5)
_LONGEST_DELAY = timedelta(minutes=5)

Jitter = Callable[[], float]
"""A random number, 0 <= x < 1."""


def settle(message: Message, outcome: Outcome, now: datetime, jitter: Jitter) -> Settlement:
    """The settlement of one attempt whose outcome came at `now`."""
    settled = _settle(message, outcome, now, jitter)
    if message.doubtful and settled.state is not State.SENT:
        # This attempt failed, an earlier one may have arrived: no retry and no second channel, or it could double.
        return replace(settled, state=State.UNKNOWN, not_before=None, channel_index=None)
    return settled


def _settle(message: Message, outcome: Outcome, now: datetime, jitter: Jitter) -> Settlement:
    match outcome:
        case Accepted(receipt):
            return Settlement(message.delivery, message.attempt, "accepted", State.SENT, receipt=receipt)
        case RetryAfter(reason, delay):
            wait = max(backoff(message.attempt, jitter), delay or timedelta(0))
            return _again(message, "retry", reason, now, wait)
        case AccountRefused(reason):
            return _again(message, "account refused", reason, now, BREAKER_OPEN)
        case Refused(reason, bounced):
            return replace(_refused(message, reason, now), bounced=bounced)
        case OptedOut(reason):
            return Settlement(message.delivery, message.attempt, "opted out", State.SUPPRESSED, reason, opt_out=True)
    return Settlement(message.delivery, message.attempt, "unknown", State.UNKNOWN, outcome.reason)


def backoff(attempt: int, jitter: Jitter) -> timedelta:
    """Exponential with full jitter: up to 5 s, 10 s, 20 s ... and at most 5 minutes after the attempt."""
    longest = min(_FIRST_DELAY * (1 << min(attempt - 1, 10)), _LONGEST_DELAY)
    return longest * jitter()


def _again(message: Message, outcome: str, reason: str, now: datetime, wait: timedelta) -> Settlement:
    """Pending once more, if there is life left for another attempt."""
    if wait >= message.expires_at - now:  # not `now + wait`: a provider may name a time past the year 9999
        too_late = f"{Silence.TOO_LATE}: {reason}"
        return Settlement(message.delivery, message.attempt, outcome, State.FAILED, too_late)
    return Settlement(message.delivery, message.attempt, outcome, State.PENDING, reason, not_before=now + wait)


def _refused(message: Message, reason: str, now: datetime) -> Settlement:
    """A definite failure: the next channel, if there is one and the nudge is still alive; otherwise the end."""
    if message.further_channel is None or now >= message.expires_at:
        return Settlement(message.delivery, message.attempt, "refused", State.FAILED, reason)
    return Settlement(
        message.delivery,
        message.attempt,
        "refused",
        State.PENDING,
        reason,
        not_before=now,
        channel_index=message.further_channel,
    )
