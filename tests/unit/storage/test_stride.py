"""Strides: longer while they are quick, shorter when somebody may be kept waiting."""

from __future__ import annotations

from collections.abc import Iterator

from scheduler.storage.stride import FIRST, LEAST, MOST, PATIENCE, Stride


def lengths(seconds: float, times: int) -> list[int]:
    stride = Stride()
    found = [stride.length]
    for _ in range(times):
        stride.took(seconds)
        found.append(stride.length)
    return found


def test_quick_strides_grow_up_to_the_longest() -> None:
    assert lengths(PATIENCE / 10, 2) == [FIRST, 2 * FIRST, 4 * FIRST]
    assert lengths(PATIENCE / 10, 20)[-1] == MOST


def test_slow_strides_shrink_down_to_the_shortest() -> None:
    assert lengths(2 * PATIENCE, 2) == [FIRST, FIRST // 2, FIRST // 4]
    assert lengths(2 * PATIENCE, 20)[-1] == LEAST


def test_a_stride_that_is_about_right_stays() -> None:
    assert lengths(0.75 * PATIENCE, 3) == [FIRST] * 4


def test_nothing_is_read_ahead_of_the_stride_that_is_taken_and_each_has_the_length_of_its_time() -> None:
    stride = Stride()
    read: list[int] = []
    taken = stride.over(_noted(5 * FIRST, read))
    assert len(next(taken)) == FIRST == len(read)
    stride.took(0.0)
    assert len(next(taken)) == 2 * FIRST
    assert [len(some) for some in taken] == [2 * FIRST]


def _noted(number: int, read: list[int]) -> Iterator[int]:
    for index in range(number):
        read.append(index)
        yield index
