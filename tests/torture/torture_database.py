"""Database faults that last: a lock of a minute, and a process that has no descriptor left when it needs one."""

from __future__ import annotations

import resource
import sqlite3
import sys
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Event

import pytest

from tests.standins.http import Answer
from tests.standins.serving import Serving
from tests.standins.twilio import Behaviour, TwilioStandIn

LOCKED = timedelta(seconds=60)
BUSY_AND_CLOSE = Behaviour(
    accept=False, answer=Answer.json(429, {"code": 20429, "status": 429}, {"Retry-After": "1", "Connection": "close"})
)


@pytest.fixture
def twilio() -> Iterator[TwilioStandIn]:
    with TwilioStandIn() as standin:
        yield standin


@pytest.fixture
def serving(tmp_path: Path, twilio: TwilioStandIn) -> Iterator[Serving]:
    with Serving(tmp_path, tmp_path / "state", twilio, messages=400) as serving:
        yield serving


def told(line: str) -> None:
    sys.stdout.write(f"\n{line}\n")


def test_locked_for_a_minute_it_sends_nothing_says_so_once_and_goes_on(serving: Serving) -> None:
    with closing(sqlite3.connect(serving.database, timeout=30, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        since, recorded = datetime.now(UTC), serving.attempts()
        Event().wait(LOCKED.total_seconds())  # time passes, nothing to wait for: that is what is tested
        assert serving.received <= recorded == serving.attempts()
        other.execute("ROLLBACK")
    freed = datetime.now(UTC)
    serving.goes_on(30)
    again = datetime.now(UTC)
    told(f"locked for {(freed - since).seconds} s, sending again {(again - freed).total_seconds():.1f} s later")
    assert serving.lines("another program is holding it") == 1
    serving.stops_well()


def test_without_a_descriptor_when_it_needs_one_it_waits_and_goes_on(serving: Serving, twilio: TwilioStandIn) -> None:
    pid = serving.process.pid
    before = resource.prlimit(pid, resource.RLIMIT_NOFILE)
    twilio.script(*[BUSY_AND_CLOSE] * 4)
    resource.prlimit(pid, resource.RLIMIT_NOFILE, (3, before[1]))
    serving.process.wait_for("cannot reach Twilio", 60)
    received = serving.received
    assert all(state != "unknown" for state, _ in serving.states())
    resource.prlimit(pid, resource.RLIMIT_NOFILE, before)
    since = datetime.now(UTC)
    serving.goes_on(120)
    told(f"{received} sent before; sending again {(datetime.now(UTC) - since).total_seconds():.1f} s later")
    serving.process.interrupt()
    assert serving.process.ended(60) == 0
    assert "Traceback" not in serving.process.text
    assert {state for state, _ in serving.states()} <= {"sent", "pending"}
    assert serving.sent() == serving.received
