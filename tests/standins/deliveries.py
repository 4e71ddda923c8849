"""Deliveries for tests of what is done with them."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from config.person import ChannelName
from scheduler.delivery.delivery import Delivery, State
from tests.standins.letters import NOW


def a_delivery(state: State, **changes: Any) -> Delivery:
    """One by SMS that was due at NOW, after one attempt."""
    filled: dict[str, Any] = {
        "id": 1,
        "cause": "slot:me/bedtime_stretch/2026-11-03/22:00",
        "person": "me",
        "kind": "bedtime_stretch",
        "state": state,
        "reason": None,
        "due_at": NOW,
        "expires_at": NOW + timedelta(hours=1),
        "not_before": NOW,
        "owner_day": date(2026, 11, 3),
        "channels": (ChannelName.SMS,),
        "channel_index": 0,
        "variant": 0,
        "attempts": 1,
        "asked": False,
        "updated_at": NOW,
    }
    return Delivery(**(filled | changes))
