"""The cluster at length: a hundred rounds of harm, each kind in turn, each at another moment."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path

from tests.standins.cluster import Site, seeded

ROUNDS = 100
LIMIT = 50
SECOND = timedelta(seconds=1)


def test_a_hundred_rounds_of_harm(tmp_path: Path) -> None:
    broken: list[str] = []
    doubled = lost = 0
    with Site(tmp_path) as site:
        for harm, seed in seeded(ROUNDS):
            verdict = site.round(harm, seed)
            print(f"{seed:>3}  {verdict}{'  ' + '; '.join(verdict.faults) if verdict.faults else ''}", flush=True)  # noqa: T201 - progress
            broken += verdict.faults
            doubled += verdict.doubled
            lost += verdict.lost
    print(f"cluster: {ROUNDS} rounds, {doubled} doubled, {lost} lost", flush=True)  # noqa: T201 - a figure of docs/scaling.md
    assert broken == []


def test_three_workers_hold_the_rate_of_their_account_and_use_it(tmp_path: Path) -> None:
    with Site(tmp_path, sms_per_second=LIMIT, people=250) as site:
        site.wait_until_all_take_part()
        site.enrol(1)
        site.look()
        site.twilio.messages.wait_for(750, 120)
        arrived = sorted(datetime.fromisoformat(each.received_at) for each in site.twilio.messages.all())
    busiest = max(sum(at <= each < at + SECOND for each in arrived) for at in arrived)
    used = len(arrived) / (arrived[-1] - arrived[0]).total_seconds() / LIMIT
    print(f"rate: {busiest} in the busiest second of {LIMIT} allowed, {used:.1%} used", flush=True)  # noqa: T201 - a figure of docs/scaling.md
    assert busiest <= LIMIT
    assert used >= 0.9
