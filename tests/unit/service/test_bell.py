from __future__ import annotations

import signal
import threading
from pathlib import Path

from scheduler.service.bell import Bell
from tests.standins.gathering import Gathering


def descriptors() -> set[str]:
    return {each.name for each in Path("/proc/self/fd").iterdir()}


def test_rung_before_one_waits_it_is_heard_all_the_same() -> None:
    bell = Bell()
    bell.ring()
    bell.wait()


def test_another_thread_wakes_whoever_waits() -> None:
    bell = Bell()
    threading.Timer(0.01, bell.ring).start()
    bell.wait()


def test_it_may_be_rung_more_often_than_anybody_listens() -> None:
    bell = Bell()
    for _ in range(100_000):
        bell.ring()
    bell.wait()


def test_a_signal_that_reaches_another_thread_wakes_the_main_thread_which_runs_its_handler() -> None:
    bell, heard = Bell(), Gathering[int]()
    before = signal.signal(signal.SIGUSR1, lambda number, _frame: heard.add(number))
    try:
        with bell.rung_by_signals():
            threading.Thread(target=lambda: signal.raise_signal(signal.SIGUSR1)).start()
            bell.wait()
            assert heard.wait_for(1, 10.0) == [signal.SIGUSR1]
    finally:
        signal.signal(signal.SIGUSR1, before)


def test_it_goes_with_its_pipe() -> None:
    before = descriptors()
    bell = Bell()
    bell.ring()
    del bell
    assert descriptors() == before
