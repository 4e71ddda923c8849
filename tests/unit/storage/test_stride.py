"""Strides: longer while they are quick, shorter when somebody may be kept waiting."""

from __future__ import annotations

from collections.abc import Iterator

from scheduler.storage.stride import LEAST, MOST, PATIENCE, Stride


def lengths(*seconds: float) -> list[int]:
    stride = Stride()
    found = []
    for each in seconds:
        stride.took(each)
        found.append(stride.length)
    return found


def test_quick_strides_grow_up_to_the_longest() -> None:
    assert lengths(0.1, 0.1) == [2 * LEAST, 4 * LEAST]
    assert lengths(*[0.1] * 20)[-1] == MOST


def test_slow_strides_shrink_down_to_the_shortest() -> None:
    assert lengths(0.1, 0.1, 2 * PATIENCE, 2 * PATIENCE, 2 * PATIENCE)[2:] == [2 * LEAST, LEAST, LEAST]


def test_a_stride_that_is_about_right_stays() -> None:
    assert lengths(0.1, 0.75 * PATIENCE, PATIENCE) == [2 * LEAST] * 3


def test_nothing_is_read_ahead_of_the_stride_that_is_taken_and_each_has_the_length_of_its_time() -> None:
    stride = Stride()
    read: list[int] = []
    taken = stride.over(_noted(5 * LEAST, read))
    assert len(next(taken)) == LEAST == len(read)
    stride.took(0.0)
    assert len(next(taken)) == 2 * LEAST
    assert [len(some) for some in taken] == [2 * LEAST]


def _noted(number: int, read: list[int]) -> Iterator[int]:
    for index in range(number):
        read.append(index)
        yield index
