"""A nudge whose slot has come, and what becomes of it: the values of `Outbox.claim_due`."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import TypeAlias

from config.person import Preferences
from scheduler.delivery.delivery import NewDelivery
from scheduler.delivery.standing import Standing


@dataclass(frozen=True, slots=True)
class DueNudge:
    """A (person, nudge) whose next slot has come, as read inside the claiming transaction."""

    person: str
    nudge: str
    decided_at: datetime
    """Every slot up to and including this instant has been decided."""
    sent_count: int
    """Deliveries of this nudge recorded to be sent so far: the next one's variant."""
    preferences: Preferences
    standing: Standing
    counted: Mapping[date, int] = field(default_factory=dict)
    """Per owner day, the person's slot deliveries that were or may yet be sent: the daily limit's backstop."""
    failures: int = 0
    """How often in a row deciding it has raised."""
    fault: Exception | None = None
    """What reading the person's row raised; `preferences` are then no one's."""


@dataclass(frozen=True, slots=True)
class NudgeDecision:
    """What becomes of a due nudge: rows to record, and where its row stands afterwards."""

    deliveries: tuple[NewDelivery, ...]
    decided_at: datetime
    next_due_at: datetime | None
    sent_count: int
    failures: int = 0
    """How often in a row deciding it has raised now; more often than MOST_RETRIES, it rests until an edit."""


Decide: TypeAlias = Callable[[Sequence[DueNudge]], Sequence[NudgeDecision]]
"""One decision per due nudge, in the same order. Must not raise."""
