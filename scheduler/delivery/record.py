"""What the outbox answers when it is asked how things stand."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from config.person import ChannelName
from scheduler.delivery.delivery import State


@dataclass(frozen=True, slots=True)
class ChannelHold:
    """A channel account whose breaker is open."""

    channel: ChannelName
    until: datetime
    reason: str


@dataclass(frozen=True, slots=True)
class AttemptRecord:
    """One attempt as recorded."""

    delivery: int
    number: int
    channel: ChannelName
    started_at: datetime
    settled_at: datetime | None
    outcome: str | None
    reason: str | None


@dataclass(frozen=True, slots=True)
class Overview:
    """What `status` shows: numbers only, no personal data."""

    people: int
    nudges: int
    next_due_at: datetime | None
    states: Mapping[State, int]
    """Deliveries by state, over those updated since the instant asked for."""
    holds: tuple[ChannelHold, ...]
    last_tick_at: datetime | None
    in_doubt: int = 0
    """Unknown deliveries, however old, that are still being looked up or sent again."""
    given_up: int = 0
    """Nudges that could not be decided and rest until their person's entry is edited."""
    held_contacts: int = 0
    """Addresses that refused for good several times in a row, and get nothing more for now."""
