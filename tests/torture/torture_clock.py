"""One real process whose machine's clock is set in every way: how long until it sends again, and what it sent twice."""

from __future__ import annotations

import re
import signal
import sys
from collections import Counter
from datetime import UTC, datetime, timedelta
from pathlib import Path
from time import monotonic

import pytest

from tests.standins.commands import NewProcess
from tests.standins.machine_clock import COMPILER, MachineClock

FILE = """\
timezone: Etc/UTC
database: state/legup.db
quiet_hours: []
daily_limit: 1000
people:
  - id: sam
    nudges:
      hydration: every 1 min from 06:00 to 20:00
"""
NUDGE = re.compile(r"(?m)^(\w+ \d+ \w+ \d\d:\d\d)  hydration")
HOUR = timedelta(hours=1)
DAY = timedelta(days=1, seconds=1)
"""A little more, for a step of just a day is a far one or not by a few microseconds between two readings."""
LIFETIME = 70 * 365 * DAY
RECOVERED = 60.0
NEXT = 61.0
"""Seconds: a nudge a minute shows within a minute that it goes on."""

HELD = "nothing is sent until"

pytestmark = pytest.mark.skipif(COMPILER is None, reason="a settable clock is compiled, and there is no C compiler")


class Watched:
    """The service, seen by the nudges that it prints."""

    def __init__(self, process: NewProcess, clock: MachineClock) -> None:
        self._process = process
        self._clock = clock

    def nudges(self) -> list[str]:
        return NUDGE.findall(self._process.text)

    def next_nudge(self) -> float:
        """Seconds until it comes."""
        begun, known = monotonic(), len(self.nudges())
        assert self._process.comes(lambda text: len(NUDGE.findall(text)) > known, RECOVERED + NEXT), self._process.text
        return monotonic() - begun

    def set_by(self, step: timedelta) -> None:
        """Set the clock; the next nudge comes."""
        self._clock.step(step)
        say(f"{told(step)}: a nudge came after {self.next_nudge():.0f} s")

    def set_too_far(self, step: timedelta) -> None:
        """It is noticed, and nothing is sent."""
        begun, before = monotonic(), self._process.text.count(HELD)
        self._clock.step(step)
        assert self._process.comes(lambda text: text.count(HELD) > before, RECOVERED), self._process.text
        say(f"{told(step)}: held after {monotonic() - begun:.0f} s")
        known = self.nudges()
        assert not self._process.comes(lambda text: len(NUDGE.findall(text)) > len(known), NEXT)


def told(step: timedelta) -> str:
    return f"set {'back' if step < timedelta(0) else 'forward'} by {abs(step)}"


def say(line: str) -> None:
    sys.stdout.write(f"\n  {line}")
    sys.stdout.flush()


def test_a_service_recovers_within_a_minute_whatever_the_clock_does(tmp_path: Path) -> None:
    (tmp_path / "legup.yaml").write_text(FILE)
    clock = MachineClock(tmp_path)
    clock.set(datetime(2026, 6, 3, 11, 59, 40, tzinfo=UTC))
    with NewProcess(tmp_path, "run", **clock.environment) as service:
        watched = Watched(service, clock)
        watched.next_nudge()
        watched.set_by(HOUR)
        watched.set_by(-HOUR)
        watched.set_too_far(-DAY)
        watched.set_by(DAY)
        watched.set_too_far(LIFETIME)
        with NewProcess(tmp_path, "clock", "confirm", **clock.environment) as command:
            assert command.ended() == 0
        say(f"confirmed: a nudge came after {watched.next_nudge():.0f} s")
        service.interrupt(signal.SIGTERM)
        assert service.ended() == 0
    assert [slot for slot, count in Counter(watched.nudges()).items() if count > 1] == []
    assert "Traceback" not in service.text
