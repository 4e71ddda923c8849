"""The cluster at length: a hundred rounds of harm, each kind in turn, each at another moment."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

from scheduler.delivery.delivery import State
from tests.standins.cluster import Site, arrivals, busiest_second
from tests.standins.comparison import Verdict
from tests.standins.harms import HARMS, seeded

ROUNDS = 12 * len(HARMS)
LIMIT = 50
MESSAGES = 750


def test_a_hundred_rounds_of_harm(tmp_path: Path) -> None:
    verdicts: list[Verdict] = []
    with Site(tmp_path) as site:
        for harm, seed in seeded(ROUNDS):
            verdict = site.round(harm, seed)
            print(f"{seed:>3}  {verdict}{'  ' + '; '.join(verdict.faults) if verdict.faults else ''}", flush=True)  # noqa: T201 - progress
            verdicts.append(verdict)
    _tell(verdicts)
    assert [fault for each in verdicts for fault in each.faults] == []


def _tell(verdicts: list[Verdict]) -> None:
    """The figures of docs/scaling.md."""
    sums: dict[str, Counter[str]] = {}
    for each in verdicts:
        figures = {
            "rounds": 1,
            "messages": each.states.total(),
            "in flight": each.in_flight,
            "found": each.found,
            "unknown": each.states[State.UNKNOWN],
            "doubled": each.doubled,
            "lost": each.lost,
        }
        for name in (each.kills, "all"):
            sums.setdefault(name, Counter()).update(figures)
    for name, figures in sums.items():
        print(f"cluster {name}: " + ", ".join(f"{count} {what}" for what, count in figures.items()), flush=True)  # noqa: T201 - figures


def test_three_workers_hold_the_rate_of_their_account_and_use_it(tmp_path: Path) -> None:
    with Site(tmp_path, sms_per_second=LIMIT, people=MESSAGES // 3) as site:
        arrived = arrivals(site, MESSAGES)
    busiest = busiest_second(arrived)
    used = len(arrived) / (arrived[-1] - arrived[0]).total_seconds() / LIMIT
    print(f"rate: {busiest} in the busiest second of {LIMIT} allowed, {used:.1%} used", flush=True)  # noqa: T201 - a figure of docs/scaling.md
    assert busiest <= LIMIT
    assert used >= 0.9
