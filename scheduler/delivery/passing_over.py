"""What came due while nobody can say whether it was sent: it is decided, and not sent."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from scheduler.delivery.delivery import NewDelivery, State
from scheduler.delivery.ports import Decide, DueNudge, NudgeDecision

RESTORED = "a backup was restored; it may have been sent before"


class PassingOver:
    """A `Decide` function: what another one would send is suppressed. Everything else it decides stands."""

    def __init__(self, decide: Decide) -> None:
        self._decide = decide

    def __call__(self, due: Sequence[DueNudge]) -> list[NudgeDecision]:
        return [replace(each, deliveries=tuple(map(_passed_over, each.deliveries))) for each in self._decide(due)]


def _passed_over(new: NewDelivery) -> NewDelivery:
    if new.state is not State.PENDING:
        return new
    return replace(new, state=State.SUPPRESSED, reason=RESTORED)
