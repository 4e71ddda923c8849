from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scheduler.delivery.rate import RateWindow

START = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)


def test_it_admits_a_seconds_worth_and_then_nothing_until_a_second_has_passed() -> None:
    window = RateWindow(3)
    assert window.admit(START, 10) == 3
    assert window.admit(START + timedelta(seconds=0.999), 10) == 0
    assert window.admit(START + timedelta(seconds=1), 10) == 3


def test_a_rate_below_one_admits_one_in_several_seconds() -> None:
    window = RateWindow(0.25)
    assert window.admit(START, 5) == 1
    assert window.next_at(START) == START + timedelta(seconds=4)
    assert window.admit(START + timedelta(seconds=3.9), 5) == 0
    assert window.admit(START + timedelta(seconds=4), 5) == 1


def test_what_was_admitted_but_not_begun_is_given_back() -> None:
    window = RateWindow(3)
    assert window.admit(START, 3) == 3
    window.give_back(0)
    window.give_back(2)
    assert window.next_at(START) == START
    assert window.admit(START, 3) == 2
    window.give_back(2)
    assert window.admit(START, 3) == 2


def test_a_clock_that_steps_back_an_hour_neither_bursts_nor_blocks() -> None:
    window = RateWindow(2)
    assert window.admit(START, 2) == 2
    earlier = START - timedelta(hours=1)
    assert window.admit(earlier, 2) == 0
    assert window.next_at(earlier) == earlier + timedelta(seconds=1)
    assert window.admit(earlier + timedelta(seconds=1), 2) == 2


@given(
    rate=st.floats(0.1, 50),
    steps=st.lists(st.tuples(st.floats(0, 2), st.integers(0, 60)), max_size=60),
)
def test_no_window_ever_holds_more_than_the_rate(rate: float, steps: list[tuple[float, int]]) -> None:
    window = RateWindow(rate)
    now = START
    begun: list[datetime] = []
    for wait, wanted in steps:
        now += timedelta(seconds=wait)
        begun += [now] * window.admit(now, wanted)
    most = max(1, int(rate))
    length = timedelta(seconds=most / rate) - timedelta(microseconds=2)
    for index, first in enumerate(begun):
        assert len([each for each in begun[index:] if each < first + length]) <= most


@pytest.mark.parametrize("rate", [0.5, 1, 7.5, 100])
def test_when_it_says_that_it_will_admit_again_it_does(rate: float) -> None:
    window = RateWindow(rate)
    now = START
    for _ in range(5):
        while window.admit(now, 1000):
            pass
        now = window.next_at(now)
        assert window.admit(now, 1) == 1
