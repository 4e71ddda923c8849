"""What Twilio's statuses of a message mean. Pure."""

from __future__ import annotations

from datetime import datetime

from scheduler.channels.twilio_errors import reported
from scheduler.delivery.correspondence import Report
from scheduler.delivery.delivery import State
from scheduler.delivery.outcome import Accepted, OptedOut

_STATES = {
    "sent": State.SENT,
    "delivered": State.DELIVERED,
    "read": State.DELIVERED,
    "failed": State.FAILED,
    "undelivered": State.FAILED,
    "canceled": State.FAILED,
}


def state_of(status: str) -> State | None:
    """None for a status on the way (queued, sending, ...) that says no more than that Twilio has the message."""
    return _STATES.get(status)


def reason_of(status: str, code: int | None) -> str:
    """Why a message failed, in our words; Twilio's own hold the number."""
    if code is None:
        return f"Twilio says {status if status in _STATES else 'so'}"
    outcome = reported(code)
    return status if isinstance(outcome, Accepted) else outcome.reason


def report_of(receipt: str, status: str, code: int | None, at: datetime) -> Report | None:
    """None where there is nothing to report yet."""
    state = state_of(status)
    if state is None:
        return None
    if state is not State.FAILED:
        return Report(receipt, state, at)
    opted_out = code is not None and isinstance(reported(code), OptedOut)
    return Report(receipt, state, at, reason=reason_of(status, code), opted_out=opted_out)
