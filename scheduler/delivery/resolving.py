"""What may or may not have gone out: when it is looked up or sent again, and what a look-up makes of it. Pure.

An SMS is looked up at the provider. An email is sent again under the same Message-ID, by which mail systems fold
repeats into one. For the rest nothing can be found out: closed at once, it stays unknown and is shown.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from config.person import ChannelName
from scheduler.delivery.delivery import State
from scheduler.delivery.doubt import Answer, Doubt, NoAnswer, Resolution

PAUSES = (
    timedelta(seconds=10),
    timedelta(seconds=30),
    timedelta(minutes=2),
    timedelta(minutes=10),
    timedelta(hours=1),
)
"""Before each look. A provider may show a message late, so a first look that finds nothing proves nothing."""

MOST_LOOKS = {ChannelName.SMS: len(PAUSES), ChannelName.EMAIL: 3}

REPEATABLE = frozenset({ChannelName.EMAIL})
"""Where a message may be sent again: each carries a key that makes a repeat the same message."""

LOOKED_UP = (ChannelName.SMS,)
"""Where the provider can be asked."""

GIVE_UP = timedelta(hours=24)
"""A provider that could not be asked for so long is asked no more; the body is not kept for ever."""


def next_look(channel: ChannelName, looks: int, now: datetime) -> datetime | None:
    """When an unknown delivery that had so many looks gets the next one; None: it is closed."""
    return now + PAUSES[looks] if looks < MOST_LOOKS.get(channel, 0) else None


def resolve(doubt: Doubt, answer: Answer, now: datetime) -> Resolution:
    """What this answer, without the messages that other deliveries account for, makes of the delivery.

    One match settles it. None is no proof that it was not sent, and of two nobody can say which is ours. While another
    attempt has the same words for the same address, one match may be the other's.
    """
    delivery = doubt.delivery
    if isinstance(answer, NoAnswer):
        # An outage may last: as long again as it has lasted, so about ten times in its first hour, then hourly.
        again = now + min(max(now - doubt.begun_at, PAUSES[1]), PAUSES[-1])
        if again - doubt.begun_at > GIVE_UP:
            return close(doubt, answer.reason)
        return Resolution(delivery.id, delivery.attempts, State.UNKNOWN, delivery.looks, again, delivery.reason)
    if len(answer) == 1 and not doubt.rivals:
        (found,) = answer
        state, reason, receipt = found.state, found.reason, found.receipt
        return Resolution(delivery.id, delivery.attempts, state, delivery.looks + 1, None, reason, receipt)
    looks = delivery.looks + 1
    look_at = next_look(delivery.channel, looks, now)
    return Resolution(delivery.id, delivery.attempts, State.UNKNOWN, looks, look_at, delivery.reason)


def close(doubt: Doubt, why: str) -> Resolution:
    """Look no more: it stays unknown, and says why."""
    delivery = doubt.delivery
    reason = closing_reason(delivery.reason, f"could not be looked up ({why})")
    return Resolution(delivery.id, delivery.attempts, State.UNKNOWN, delivery.looks, None, reason)


def closing_reason(reason: str | None, why: str) -> str:
    """What an unknown delivery that is closed says: why it is unknown, and why it stays so."""
    return "; ".join(part for part in (reason, why) if part)
