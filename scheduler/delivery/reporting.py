"""What a provider's report makes of a delivery: forward only, and on to the next channel where one failed. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from scheduler.delivery.correspondence import Report
from scheduler.delivery.delivery import State

UNDELIVERED = "undelivered"
"""The outcome of an attempt that the provider had accepted and could not deliver."""

_RANK = {State.SENT: 0, State.FAILED: 1, State.DELIVERED: 2}
"""Reports overtake each other on their way; the one that says most counts."""


@dataclass(frozen=True, slots=True)
class Move:
    """Where a delivery goes."""

    state: State
    """PENDING: its next channel is tried."""
    reason: str | None = None


def furthest(reports: Iterable[Report]) -> dict[str, Report]:
    """Of several reports of one receipt the one that says most, the first of equals; an opt-out in any counts."""
    found: dict[str, Report] = {}
    for each in reports:
        before = found.get(each.receipt)
        found[each.receipt] = each if before is None else _further(before, each)
    return found


def _further(one: Report, other: Report) -> Report:
    best = other if _RANK[other.state] > _RANK[one.state] else one
    opted_out = one.opted_out or other.opted_out
    return Report(best.receipt, best.state, best.at, best.reason, opted_out)


def move(report: Report, state: State, *, further: bool, alive: bool) -> Move | None:
    """What becomes of a delivery that stands at `state`; None: it stays. `further`: it has another channel."""
    if state not in {State.SENT, State.UNKNOWN}:
        return None
    if report.state is State.FAILED:
        again = state is State.SENT and further and alive and not report.opted_out
        return Move(State.PENDING if again else State.FAILED, report.reason)
    return None if report.state is state else Move(report.state)
