from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scheduler.delivery.rate import ARRIVAL, RateWindow

START = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
SECOND = timedelta(seconds=1)
AGAIN = SECOND + ARRIVAL


def begin(window: RateWindow, now: datetime, wanted: int) -> int:
    """Begin as many as there is room for; returns how many."""
    begun = min(wanted, window.room(now))
    window.count(begun, now)
    return begun


def test_it_has_room_for_a_seconds_worth_and_then_for_none_until_a_second_has_passed() -> None:
    window = RateWindow(3)
    assert begin(window, START, 10) == 3
    assert begin(window, START + AGAIN - timedelta(milliseconds=1), 10) == 0
    assert begin(window, START + AGAIN, 10) == 3


def test_a_rate_below_one_has_room_for_one_in_several_seconds() -> None:
    window = RateWindow(0.25)
    assert begin(window, START, 5) == 1
    assert window.next_at(START) == START + 4 * SECOND + ARRIVAL
    assert begin(window, START + 4 * SECOND, 5) == 0
    assert begin(window, START + 4 * SECOND + ARRIVAL, 5) == 1


def test_room_that_is_not_used_is_still_there() -> None:
    window = RateWindow(3)
    window.count(0, START)
    window.count(1, START)
    assert window.room(START) == 2
    assert window.next_at(START) == START


def test_a_send_counts_from_its_call_and_not_from_when_room_was_asked_for() -> None:
    window = RateWindow(1)
    assert window.room(START) == 1
    window.count(1, START + SECOND)
    assert window.room(START + AGAIN) == 0
    assert window.next_at(START + AGAIN) == START + SECOND + AGAIN


def test_a_clock_that_steps_back_an_hour_neither_bursts_nor_blocks() -> None:
    window = RateWindow(2)
    assert begin(window, START, 2) == 2
    earlier = START - timedelta(hours=1)
    assert begin(window, earlier, 2) == 0
    assert window.next_at(earlier) == earlier + AGAIN
    assert begin(window, earlier + AGAIN, 2) == 2


def test_a_clock_that_steps_back_while_messages_begin_loses_none_of_them() -> None:
    window = RateWindow(3)
    window.count(2, START)
    window.count(1, START - SECOND)
    assert window.room(START - SECOND) == 0
    assert window.next_at(START - SECOND) == START - SECOND + AGAIN


@given(
    rate=st.floats(0.1, 50),
    steps=st.lists(st.tuples(st.floats(0, 2), st.integers(0, 60)), max_size=60),
    late=st.lists(st.floats(0, ARRIVAL.total_seconds()), min_size=60, max_size=60),
)
def test_no_second_at_the_provider_ever_holds_more_than_the_rate(
    rate: float, steps: list[tuple[float, int]], late: list[float]
) -> None:
    window = RateWindow(rate)
    now = START
    arrived: list[datetime] = []
    for (wait, wanted), delay in zip(steps, late, strict=False):
        now += timedelta(seconds=wait)
        begun = begin(window, now, wanted)
        arrived += [now] * (begun // 2) + [now + timedelta(seconds=delay)] * (begun - begun // 2)
    arrived.sort()
    most = max(1, int(rate))
    length = timedelta(seconds=most / rate) - timedelta(microseconds=4)
    for index, first in enumerate(arrived):
        assert len([each for each in arrived[index:] if each < first + length]) <= most


@pytest.mark.parametrize("rate", [0.5, 1, 7.5, 100])
def test_when_it_says_that_there_will_be_room_there_is_and_nine_tenths_of_the_rate_are_used(rate: float) -> None:
    window = RateWindow(rate)
    now, begun = START, 0
    while now < START + timedelta(seconds=100):
        begun += begin(window, now, 1000)
        assert window.room(now) == 0
        now = window.next_at(now)
        assert window.room(now) >= 1
    assert 0.9 * rate * 100 <= begun <= rate * 100 + max(1, rate)
