"""An hour without the provider, through the real pump on a real SQLite file; tests/torture has it with 5,000 due."""

from __future__ import annotations

from pathlib import Path

import pytest

from config.accounts import Limits
from scheduler.delivery.outcome import Outcome, RetryAfter, Unknown
from tests.standins.outage import SECOND, TEN, go_down

UNREACHABLE = RetryAfter("cannot reach the provider", shared=True)
HANGING = Unknown("no answer from the provider")


@pytest.mark.parametrize("failure", [UNREACHABLE, HANGING], ids=["unreachable", "hanging"])
def test_after_an_hour_without_the_provider_nothing_is_late_doubled_or_too_fast(
    tmp_path: Path, failure: Outcome
) -> None:
    outage = go_down(tmp_path, 120, Limits(messages_per_second=2, concurrency=4), failure)
    assert outage.due() == 300
    assert outage.faults() == []
    assert len(outage.channel.accepted) > 120
    assert outage.used() >= 0.9


def test_a_provider_that_swallows_messages_for_an_hour_gets_few_of_them(tmp_path: Path) -> None:
    outage = go_down(tmp_path, 120, Limits(messages_per_second=20, concurrency=4), HANGING)
    assert 5 <= outage.unknown() <= 5 + 4 + 15


def test_a_provider_that_is_back_is_noticed_within_a_minute_and_a_half(tmp_path: Path) -> None:
    outage = go_down(tmp_path, 40, Limits(messages_per_second=20, concurrency=4), UNREACHABLE)
    first, _ = outage.channel.accepted[0]
    assert first - TEN <= 90 * SECOND
    assert outage.unknown() == 0
