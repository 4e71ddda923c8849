"""Weeks on a virtual clock with random faults, against an oracle. The long ones are in tests/torture."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from scheduler.storage.memory import MemoryOutbox
from scheduler.storage.sqlite import open_sqlite
from tests.standins.reckoning import Reckoning
from tests.standins.world import simulated

BEFORE_AUTUMN = datetime(2026, 10, 20, tzinfo=UTC)
DAY = timedelta(days=1)


@pytest.fixture(autouse=True)
def quiet() -> Iterator[None]:
    """Thousands of faults are told of in the log, as they should be."""
    logging.disable(logging.CRITICAL)
    yield
    logging.disable(logging.NOTSET)


@pytest.mark.parametrize("seed", [1, 2])
def test_every_slot_is_sent_once_in_its_window_or_has_its_reason(seed: int) -> None:
    outbox = MemoryOutbox(contact_key=b"contacts")
    world = simulated(outbox, seed=seed, people=12, zones=6, start=BEFORE_AUTUMN, length=20 * DAY)
    reckoning = Reckoning(world)
    assert list(reckoning.breaches()) == []
    assert reckoning.sent > 500


def test_on_a_real_database_too(tmp_path: Path) -> None:
    outbox = open_sqlite(tmp_path / "legup.db", contact_key=b"contacts")
    world = simulated(outbox, seed=3, people=4, zones=3, start=BEFORE_AUTUMN, length=10 * DAY)
    outbox.close()
    reckoning = Reckoning(world)
    assert list(reckoning.breaches()) == []
    assert reckoning.sent > 50
