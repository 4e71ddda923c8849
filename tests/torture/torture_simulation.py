"""Years on a virtual clock with random faults, against an oracle that watches every zone's clock minute by minute."""

from __future__ import annotations

import logging
import sys
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from time import monotonic

import pytest

from scheduler.delivery.ports import Outbox
from scheduler.storage.memory import MemoryOutbox
from scheduler.storage.sqlite import open_sqlite
from tests.standins.reckoning import Reckoning
from tests.standins.world import simulated

DAY = timedelta(days=1)
FORTNIGHTS = {
    "spring in America": datetime(2026, 3, 1, tzinfo=UTC),
    "spring in Europe, autumn in Australia": datetime(2026, 3, 24, tzinfo=UTC),
    "spring in Australia": datetime(2026, 9, 24, tzinfo=UTC),
    "autumn in Europe and America": datetime(2026, 10, 20, tzinfo=UTC),
}


@pytest.fixture(autouse=True)
def quiet() -> Iterator[None]:
    """Thousands of faults are told of in the log, as they should be."""
    logging.disable(logging.CRITICAL)
    yield
    logging.disable(logging.NOTSET)


def endure(title: str, outbox: Outbox, *, seed: int, people: int, zones: int, start: datetime, days: int) -> None:
    begun = monotonic()
    world = simulated(outbox, seed=seed, people=people, zones=zones, start=start, length=days * DAY)
    reckoning = Reckoning(world)
    breaches = list(reckoning.breaches())
    faults = ", ".join(f"{count} {what}" for what, count in sorted(world.counts.items()))
    lines = [
        f"{title}: {people} people, {zones} zones, {days} days, {faults}",
        f"  {reckoning.slots} slots, {reckoning.sent} sent, {len(breaches)} breaches; {monotonic() - begun:.0f} s",
        *(f"  {count:>8} {reason}" for reason, count in reckoning.reasons.most_common()),
    ]
    sys.stdout.write("\n" + "\n".join(lines) + "\n")
    assert breaches[:20] == []


@pytest.mark.parametrize("title", FORTNIGHTS)
def test_a_thousand_people_while_clocks_are_changed(title: str) -> None:
    outbox = MemoryOutbox(contact_key=b"contacts")
    endure(title, outbox, seed=len(title), people=1_000, zones=200, start=FORTNIGHTS[title], days=14)


def test_a_hundred_people_over_two_years() -> None:
    outbox = MemoryOutbox(contact_key=b"contacts")
    start = datetime(2026, 1, 1, tzinfo=UTC)
    endure("two years", outbox, seed=40, people=100, zones=40, start=start, days=730)


def test_a_month_on_a_real_database(tmp_path: Path) -> None:
    outbox = open_sqlite(tmp_path / "legup.db", contact_key=b"contacts")
    start = datetime(2026, 10, 10, tzinfo=UTC)
    endure("on SQLite", outbox, seed=7, people=20, zones=10, start=start, days=30)
    outbox.close()
