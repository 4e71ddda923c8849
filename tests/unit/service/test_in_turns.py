"""One iteration shared out among real processes: in order, and with whatever ends it early."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from itertools import count
from multiprocessing import active_children
from pathlib import Path

import pytest

from config.roster_file import Share
from scheduler.service.in_turns import in_turns

LARGE = 1_000_000
"""Bytes, more than a pipe has room for."""


def numbers(most: int, share: Share) -> Iterator[int]:
    return iter(range(share.turn, most, share.turns))


def without_end(share: Share) -> Iterator[int]:
    return count(share.turn, share.turns)


def failing(share: Share) -> Iterator[int]:
    yield share.turn
    raise OSError(5, "the disk is gone", "roster.csv")


def large(share: Share) -> Iterator[bytes]:
    return (bytes(LARGE) for _ in count(share.turn, share.turns))


def killed(share: Share) -> Iterator[int]:
    yield share.turn
    os.kill(os.getpid(), signal.SIGKILL)


@pytest.mark.parametrize("most", [0, 1, 2, 5])
def test_every_item_comes_once_and_in_order_whoever_makes_it(most: int) -> None:
    assert list(in_turns(numbers, most, processes=2)) == list(range(most))
    assert active_children() == []


def test_who_wants_no_more_leaves_no_process_behind() -> None:
    items = in_turns(without_end, processes=2)
    assert [next(items) for _ in range(5)] == [0, 1, 2, 3, 4]
    assert len(active_children()) == 2
    items.close()
    assert active_children() == []


def test_what_a_process_raises_is_raised_where_its_item_was_awaited() -> None:
    items = in_turns(failing, processes=2)
    assert [next(items), next(items)] == [0, 1]
    with pytest.raises(OSError, match="the disk is gone") as raised:
        next(items)
    assert raised.value.filename == "roster.csv"
    assert active_children() == []


def test_a_process_that_is_killed_is_told_of() -> None:
    items = in_turns(killed, processes=1)
    assert next(items) == 0
    with pytest.raises(ChildProcessError, match="too little memory"):
        next(items)


def test_a_process_that_is_killed_in_the_middle_of_an_item_is_told_of() -> None:
    items = in_turns(large, processes=1)
    assert len(next(items)) == LARGE
    (child,) = active_children()
    while " S " not in Path(f"/proc/{child.pid}/stat").read_text():
        os.sched_yield()  # until it waits for room in its pipe, with an item half handed over
    child.kill()
    with pytest.raises(ChildProcessError, match="too little memory"):
        list(items)


def test_ctrl_c_is_left_to_whoever_started_them() -> None:
    items = in_turns(without_end, processes=2)
    assert next(items) == 0
    for child in active_children():
        assert child.pid is not None
        os.kill(child.pid, signal.SIGINT)
    assert [next(items) for _ in range(1_000)] == list(range(1, 1_001))
    items.close()
