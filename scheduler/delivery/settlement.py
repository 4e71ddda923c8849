"""What an attempt came to, as `Outbox.settle` records it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from scheduler.delivery.delivery import State


@dataclass(frozen=True, slots=True)
class Settlement:
    """What an attempt's outcome makes of its delivery."""

    delivery: int
    attempt: int
    outcome: str
    """The outcome's name, for the attempt's record: accepted, retry, refused, opted out, account refused, unknown. A
    look-up that finds the message turns it into `found`."""
    state: State
    reason: str | None = None
    not_before: datetime | None = None
    """With state PENDING: when to try again."""
    channel_index: int | None = None
    """With state PENDING: the channel to try next; None leaves it."""
    receipt: str | None = None
    opt_out: bool = False
    """Also record the opt-out of the person and of the contact this attempt went to."""
    bounced: bool = False
    """The server behind this address refused it, or what it was sent, for good."""
