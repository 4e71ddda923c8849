"""Passing over: what would be sent is suppressed, with its reason; everything else stands."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

from config.person import ChannelName, Preferences
from scheduler.delivery.delivery import NewDelivery, State
from scheduler.delivery.passing_over import RESTORED, PassingOver
from scheduler.delivery.ports import DueNudge, NudgeDecision, Standing

NINE = datetime(2026, 11, 23, 9, tzinfo=UTC)
DUE = DueNudge("sam", "hydration", NINE, 0, Preferences("UTC"), Standing())
SLOT = NewDelivery("slot:1", "sam", "hydration", NINE, NINE, (ChannelName.SMS,))
MISSED = replace(SLOT, cause="slot:0", state=State.MISSED, reason="too late")


def test_what_would_be_sent_is_suppressed_and_the_rest_stands() -> None:
    decision = NudgeDecision((MISSED, SLOT), NINE, None, 1)
    (passed,) = PassingOver(lambda _: [decision])([DUE])
    suppressed = replace(SLOT, state=State.SUPPRESSED, reason=RESTORED)
    assert passed == replace(decision, deliveries=(MISSED, suppressed))
