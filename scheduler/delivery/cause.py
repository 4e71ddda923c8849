"""Causes: the unique names that make each message happen once. The outbox refuses a second delivery of one cause."""

from __future__ import annotations

from datetime import datetime

from scheduler.planning.slot import Slot

SNOOZED = "snooze:"
"""How the causes of nudges that were put off begin."""


def slot_cause(person: str, nudge: str, slot: Slot) -> str:
    """`slot:me/hydration/2026-11-23/09:00`."""
    return f"slot:{person}/{nudge}/{slot}"


def welcome_cause(person: str) -> str:
    """A person is welcomed once, however often they leave and come back."""
    return f"welcome:{person}"


def consent_cause(person: str) -> str:
    """A person is asked for their consent once; it takes the welcome's place until they agree."""
    return f"consent:{person}"


def send_cause(identifier: str) -> str:
    """A message an operator asked for; the identifier is made for that one request."""
    return f"send:{identifier}"


def reply_cause(approach: str, part: str = "") -> str:
    """An answer to what somebody said; `part` tells several answers to one approach apart."""
    return f"reply:{approach}/{part}" if part else f"reply:{approach}"


def snooze_cause(delivery: int) -> str:
    """A nudge that was put off comes once more, however often its person says so."""
    return f"{SNOOZED}{delivery}"


def dead_letter_cause(person: str, nudge: str, now: datetime) -> str:
    """A nudge that could not be planned and was given up at this instant."""
    return f"dead:{person}/{nudge}/{now.isoformat()}"
