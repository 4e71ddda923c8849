"""Providers at their worst, at full size: an outage with 5,000 due, 10,000 nudges to hostile stand-ins, a soak."""

from __future__ import annotations

from pathlib import Path
from statistics import mean

import pytest

from config.accounts import Limits
from scheduler.delivery.delivery import State
from scheduler.delivery.outcome import Outcome, RetryAfter, Unknown
from tests.standins.ordeal import NUDGES, endure
from tests.standins.outage import go_down
from tests.standins.soaking import soak

UNREACHABLE = RetryAfter("cannot reach the provider", shared=True)
HANGING = Unknown("no answer from the provider")


@pytest.mark.parametrize("failure", [UNREACHABLE, HANGING], ids=["unreachable", "hanging"])
@pytest.mark.parametrize("rate", [2, 20])
def test_an_hour_without_the_provider_while_5000_nudges_come_due(tmp_path: Path, failure: Outcome, rate: int) -> None:
    outage = go_down(tmp_path, 2000, Limits(messages_per_second=rate, concurrency=4), failure)
    states = {state: sum(each.state is state for each in outage.deliveries) for state in State}
    told = ", ".join(f"{count} {state}" for state, count in states.items() if count)
    print(f"outage, {rate}/s: {outage.due()} due in the hour, {outage.used():.1%} of the rate used; {told}")  # noqa: T201
    assert outage.due() == 5000
    assert outage.faults() == []
    assert outage.used() >= 0.9
    assert outage.unknown() <= 5 + 4 + 15


@pytest.mark.parametrize("seed", [1, 20261123])
def test_10000_nudges_to_providers_in_a_bad_mood(tmp_path: Path, seed: int) -> None:
    verdict = endure(tmp_path, people=10_000 // NUDGES, seed=seed)
    print(f"hostile, seed {seed}: {verdict}")  # noqa: T201
    assert verdict.faults == []
    assert verdict.states.total() == 10_000


def test_memory_and_descriptors_stay_flat_in_a_long_run() -> None:
    samples = soak(20_000, minutes=30)
    middle, last = samples[len(samples) // 3 : -len(samples) // 3], samples[-len(samples) // 3 :]
    for name in ("rss", "descriptors", "threads"):
        before, after = (mean(getattr(each, name) for each in part) for part in (middle, last))
        print(f"soak: {name} {before:.0f} in the middle third, {after:.0f} in the last")  # noqa: T201
        assert after <= before * 1.03 + 2, f"{name} grows"
