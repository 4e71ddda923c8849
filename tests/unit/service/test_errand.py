"""An errand goes on whatever it raises, and ends when it is told to."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime

import pytest

from scheduler.service.errand import Errand
from scheduler.service.trouble import Trouble
from scheduler.storage.errors import StorageError
from tests.standins.clock import StillClock

WAIT = 10.0


@contextmanager
def working(resolve: Callable[[], int]) -> Iterator[Errand]:
    stopping = threading.Event()
    clock = StillClock(datetime(2026, 11, 23, 9, 0, tzinfo=UTC))
    thread = Errand("looking up unknown deliveries", resolve, stopping, Trouble(clock, lambda _error: None))
    thread.start()
    try:
        yield thread
    finally:
        stopping.set()
        thread.kick()
        thread.join(WAIT)
        assert not thread.is_alive()


def test_it_runs_when_it_is_kicked_and_not_before() -> None:
    looked = threading.Semaphore(0)

    def look() -> int:
        looked.release()
        return 1

    with working(look) as thread:
        assert not looked.acquire(blocking=False)
        for _ in range(2):
            thread.kick()
            assert looked.acquire(timeout=WAIT)


@pytest.mark.parametrize(
    ("trouble", "told"),
    [
        (StorageError("the disk is full"), "the disk is full"),
        (RuntimeError("a slip"), "looking up unknown deliveries failed; trying again"),
    ],
)
def test_it_goes_on_after_trouble_and_tells_of_it(
    trouble: Exception, told: str, caplog: pytest.LogCaptureFixture
) -> None:
    looked = threading.Semaphore(0)

    def look() -> int:
        looked.release()
        raise trouble

    with working(look) as thread:
        for _ in range(2):
            thread.kick()
            assert looked.acquire(timeout=WAIT)
    assert told in caplog.text
