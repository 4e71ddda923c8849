"""Doubts: what it takes to look up a message that may or may not have gone out, and what a look-up can say."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import TypeAlias

from scheduler.delivery.delivery import Delivery, State


@dataclass(frozen=True, slots=True)
class Doubt:
    """A delivery whose last attempt may or may not have gone out, with all that it can be looked up by."""

    delivery: Delivery
    begun_at: datetime
    """When that attempt began."""
    address: str | None = field(repr=False)
    """Where it went; None: the person has another contact now, or none, and nobody keeps the old one."""
    text: str = field(repr=False)
    rivals: int
    """Other attempts, under way or unknown, with the same words to the same address: a message the provider has may
    be theirs."""


@dataclass(frozen=True, slots=True)
class Sighting:
    """A message that the provider has and that may be the one looked for."""

    receipt: str
    state: State
    """SENT, DELIVERED or FAILED."""
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class NoAnswer:
    """The provider could not be asked, which says nothing about the message."""

    reason: str


Answer: TypeAlias = tuple[Sighting, ...] | NoAnswer


@dataclass(frozen=True, slots=True)
class Resolution:
    """What a look-up makes of an unknown delivery: what was found (SENT, DELIVERED, FAILED), or it is UNKNOWN still."""

    delivery: int
    attempt: int
    state: State
    looks: int
    """How often it has been looked up now."""
    look_at: datetime | None = None
    """With state UNKNOWN: when to look again; None closes it."""
    reason: str | None = None
    receipt: str | None = None
