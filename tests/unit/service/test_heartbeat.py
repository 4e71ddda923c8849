"""The heartbeat over a real socket: called while all is well, silent otherwise, and its address in no log."""

from __future__ import annotations

import logging
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime, timedelta

import pytest
from pydantic import SecretStr

from scheduler.clock import SystemClock
from scheduler.delivery.watchman import Alarm, Trouble
from scheduler.service.heartbeat import Heartbeat, call
from tests.standins.gathering import Gathering
from tests.standins.http import Answer, Call, Ending, HttpStandIn

SECRET = "ping-canary-4711"
SOON = timedelta(milliseconds=10)
LATE = Alarm(Trouble.LATE, "the oldest nudge that is due is 9 min late")


class Monitor:
    """Takes calls, and answers with the statuses of its script, then with 200."""

    def __init__(self, *script: int) -> None:
        self._script = list(script)
        self.calls: Gathering[Call] = Gathering()

    def __call__(self, call: Call) -> Answer:
        status = self._script.pop(0) if self._script else 200
        self.calls.add(call)
        return Answer(status, b"OK", {"Location": "http://127.0.0.1:9/elsewhere"} if 300 <= status < 400 else {})


@contextmanager
def listening(monitor: Monitor) -> Iterator[SecretStr]:
    with HttpStandIn(monitor) as server:
        yield SecretStr(f"{server.url}/{SECRET}")


@contextmanager
def beating(heartbeat: Heartbeat) -> Iterator[None]:
    heartbeat.start()
    try:
        yield
    finally:
        heartbeat.stop()
        heartbeat.join(10)


class Watchman:
    """Finds what it is told to, look after look; then nothing. `looks` gathers each."""

    def __init__(self, *found: Sequence[Alarm]) -> None:
        self._found = list(found)
        self.looks: Gathering[datetime] = Gathering()

    def __call__(self, now: datetime) -> Sequence[Alarm]:
        found = self._found.pop(0) if self._found else ()
        self.looks.add(now)
        return found


def heartbeat(url: SecretStr, watchman: Watchman) -> Heartbeat:
    return Heartbeat(url, watchman, SystemClock(), first=SOON, every=SOON)


def test_while_all_is_well_it_calls_again_and_again() -> None:
    monitor = Monitor()
    with listening(monitor) as url, beating(heartbeat(url, Watchman())):
        calls = monitor.calls.wait_for(3, timeout=10)
    assert {(each.method, each.path) for each in calls} == {("GET", f"/{SECRET}")}


def test_while_there_is_an_alarm_it_does_not_call(caplog: pytest.LogCaptureFixture) -> None:
    monitor, watchman = Monitor(), Watchman([LATE], [LATE], [LATE])
    caplog.set_level(logging.INFO, "legup")
    with listening(monitor) as url, beating(heartbeat(url, watchman)):
        monitor.calls.wait_for(1, timeout=10)
        assert len(watchman.looks.all()) >= 4
    assert caplog.messages == [f"no heartbeat while there is an alarm: {LATE.text}", "the heartbeat is back"]


def test_a_monitor_that_refuses_is_logged_once_and_without_its_address(caplog: pytest.LogCaptureFixture) -> None:
    monitor = Monitor(404, 404, 503)
    caplog.set_level(logging.DEBUG)
    with listening(monitor) as url, beating(heartbeat(url, Watchman())):
        monitor.calls.wait_for(5, timeout=10)
    assert [each for each in caplog.messages if "heartbeat" in each] == [
        "the heartbeat's address answers with HTTP 404",
        "the heartbeat's address answers with HTTP 503",
        "the heartbeat is back",
    ]
    assert SECRET not in caplog.text


def test_a_redirection_is_not_followed() -> None:
    with listening(Monitor(302)) as url:
        assert call(url) == "answers with HTTP 302"


def test_nobody_there_is_told_without_the_address() -> None:
    with listening(Monitor()) as url:
        pass
    assert call(url) == "does not answer (ConnectionRefusedError)"


@pytest.mark.parametrize("ending", [Ending.RESET, Ending.HALF])
def test_a_monitor_that_breaks_off_is_told(ending: Ending) -> None:
    with HttpStandIn(lambda _: Answer(200, b"OK" * 500, ending=ending)) as server:
        said = call(SecretStr(f"{server.url}/{SECRET}"))
    assert SECRET not in said
    assert ("does not answer" in said) == (ending is Ending.RESET)


def test_an_address_that_is_none_is_told_without_it() -> None:
    assert call(SecretStr(f"http://[{SECRET}/")) == "does not answer (ValueError)"


def test_a_watchman_who_fails_does_not_end_the_heartbeat(caplog: pytest.LogCaptureFixture) -> None:
    failures = [RuntimeError("boom")]

    def look(_now: datetime) -> Sequence[Alarm]:
        if failures:
            raise failures.pop()
        return ()

    monitor = Monitor()
    with listening(monitor) as url, beating(Heartbeat(url, look, SystemClock(), first=SOON, every=SOON)):
        monitor.calls.wait_for(1, timeout=10)
    assert "the heartbeat failed; trying again in 5 minutes" in caplog.text


def test_it_keeps_its_address_to_itself() -> None:
    beat = Heartbeat(SecretStr(f"https://x/{SECRET}"), Watchman(), SystemClock())
    assert SECRET not in repr(beat) + repr(vars(beat))
