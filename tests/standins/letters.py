"""Messages to send in tests."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from scheduler.delivery.delivery import Message

NOW = datetime(2026, 11, 3, 22, 0, tzinfo=UTC)


def a_message(number: int = 1, **changes: Any) -> Message:
    """A message due at NOW that lives for an hour; its text names its number."""
    message = Message(
        delivery=number,
        attempt=1,
        key=f"slot:me/hydration/2026-11-03/{number}",
        person="me",
        kind="bedtime_stretch",
        due_local=NOW.astimezone(ZoneInfo("Europe/London")),
        expires_at=NOW + timedelta(hours=1),
        address=f"+4479460001{number:02}",
        text=f"Nudge {number}: straighten one leg and bring the toes up.",
        subject="Before bed",
    )
    return replace(message, **changes)


def an_email(number: int = 1, **changes: Any) -> Message:
    """The same by email."""
    given = {"address": f"sam{number}@example.org", "html": f"<p>Nudge {number}</p>", **changes}
    return a_message(number, **given)
