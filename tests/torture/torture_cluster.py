"""The cluster at length: a hundred rounds of harm, each kind in turn, each at another moment."""

from __future__ import annotations

from pathlib import Path

from tests.standins.cluster import Site, seeded

ROUNDS = 100


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
