"""A real service whose machine comes up with a wrong date. What takes minutes is in tests/torture."""

from __future__ import annotations

import signal
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tests.standins.commands import NewProcess
from tests.standins.machine_clock import COMPILER, MachineClock

FILE = """\
timezone: Etc/UTC
database: state/legup.db
quiet_hours: []
people:
  - id: sam
    nudges:
      hydration: at 09:00
"""

MONDAY = datetime(2026, 6, 1, 9, 0, 20, tzinfo=UTC)
DAY = timedelta(days=1)

pytestmark = pytest.mark.skipif(COMPILER is None, reason="a settable clock is compiled, and there is no C compiler")


def test_a_start_in_the_past_sends_nothing_until_somebody_says_that_the_date_is_right(tmp_path: Path) -> None:
    (tmp_path / "legup.yaml").write_text(FILE)
    clock = MachineClock(tmp_path)

    def run(now: datetime, until: str, then: Callable[[], None] = lambda: None) -> None:
        clock.set(now)
        with NewProcess(tmp_path, "run", **clock.environment) as service:
            service.wait_for(until)
            then()
            service.interrupt(signal.SIGTERM)
            assert service.ended() == 0

    def confirm() -> None:
        with NewProcess(tmp_path, "clock", "confirm", **clock.environment) as command:
            assert command.ended() == 0
        assert command.text.startswith("confirmed: it is 2026-06-01 ")

    run(MONDAY + 2 * DAY, "welcome  (to sam)")
    run(MONDAY, "nothing is sent until it is set right", confirm)
    run(MONDAY + DAY, "Tue 2 Jun 09:00  hydration")
