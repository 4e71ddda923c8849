from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta

import pytest
from freezegun import freeze_time

from scheduler.clock import SystemClock


def test_the_system_clock_tells_the_machines_time() -> None:
    with freeze_time("2026-11-23 08:00:00"):
        assert SystemClock().now() == datetime(2026, 11, 23, 8, tzinfo=UTC)


def test_the_system_clock_speaks_utc_wherever_the_machine_stands(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TZ", "Asia/Kolkata")
    time.tzset()
    try:
        before, now, after = time.time(), SystemClock().now(), time.time()
    finally:
        monkeypatch.undo()
        time.tzset()
    assert now.tzinfo is UTC
    assert before <= now.timestamp() + 1e-6
    assert now.timestamp() <= after + 1e-6


def test_uptime_goes_on_whatever_the_wall_clock_shows() -> None:
    clock = SystemClock()
    before = clock.uptime()
    with freeze_time("2096-11-23 08:00:00"):
        between = clock.uptime()
    assert timedelta(0) < before <= between <= clock.uptime()
