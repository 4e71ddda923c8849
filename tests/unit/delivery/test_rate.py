from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scheduler.delivery.rate import ARRIVAL, RateWindow

START = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
SECOND = timedelta(seconds=1)
MOMENT = timedelta(milliseconds=1)


def begin(window: RateWindow, now: datetime, wanted: int) -> int:
    """Begin as many as there is room for, each answered at once; returns how many."""
    begun = min(wanted, window.room(now))
    window.count(begun, now)
    for _ in range(begun):
        window.ended(now, now)
    return begun


def test_it_has_room_for_a_seconds_worth_and_then_for_none_until_a_second_has_passed() -> None:
    window = RateWindow(3)
    assert begin(window, START, 10) == 3
    assert begin(window, START + SECOND - MOMENT, 10) == 0
    assert begin(window, START + SECOND, 10) == 3


def test_a_rate_below_one_has_room_for_one_in_several_seconds() -> None:
    window = RateWindow(0.25)
    assert begin(window, START, 5) == 1
    assert window.next_at(START) == START + 4 * SECOND
    assert begin(window, START + 4 * SECOND - MOMENT, 5) == 0
    assert begin(window, START + 4 * SECOND, 5) == 1


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
    window.ended(START + SECOND, START + SECOND)
    assert window.room(START + SECOND) == 0
    assert window.next_at(START + SECOND) == START + 2 * SECOND


def test_an_answer_that_comes_late_keeps_its_message_counting_for_as_long() -> None:
    window = RateWindow(1)
    window.count(1, START)
    assert window.next_at(START) == START + ARRIVAL + SECOND
    window.ended(START, START + ARRIVAL / 2)
    assert window.next_at(START + ARRIVAL / 2) == START + ARRIVAL / 2 + SECOND


def test_an_answer_ends_the_message_it_belongs_to() -> None:
    window = RateWindow(2)
    window.count(1, START)
    window.count(1, START + 50 * MOMENT)
    window.ended(START + 50 * MOMENT, START + 60 * MOMENT)
    window.ended(START + 55 * MOMENT, START + 60 * MOMENT)  # of none that is known
    assert window.room(START + 60 * MOMENT + SECOND) == 1
    assert window.room(START + ARRIVAL + SECOND) == 2


def test_there_is_room_again_when_the_first_that_arrived_counts_no_more_whatever_is_under_way() -> None:
    window = RateWindow(2)
    window.count(1, START)
    window.ended(START, START + 100 * MOMENT)
    window.count(1, START + 200 * MOMENT)
    assert window.next_at(START + 300 * MOMENT) == START + 1100 * MOMENT


def test_a_rate_of_nothing_admits_nothing_until_it_is_changed() -> None:
    window = RateWindow(0)
    assert window.room(START) == 0
    assert window.next_at(START) == START + SECOND
    window.change(2)
    assert begin(window, START, 5) == 2
    window.change(0)
    assert window.room(START + 10 * SECOND) == 0


def test_an_answer_that_never_comes_does_not_keep_its_message_counting_for_ever() -> None:
    window = RateWindow(2)
    window.count(2, START)
    window.ended(START, START)
    assert window.room(START + SECOND) == 1
    assert window.room(START + SECOND + ARRIVAL) == 2
    window.ended(START, START + 30 * SECOND)
    assert window.room(START + 30 * SECOND) == 2


@pytest.mark.parametrize("answered", [0, 1, 2])
def test_a_clock_that_steps_back_an_hour_neither_bursts_nor_blocks(answered: int) -> None:
    window = RateWindow(2)
    window.count(2, START)
    for _ in range(answered):
        window.ended(START, START)
    earlier = START - timedelta(hours=1)
    assert window.room(earlier) == 0
    assert window.next_at(earlier) == earlier + SECOND
    window.ended(START, earlier)
    assert window.room(earlier + SECOND) == 2


@given(
    rate=st.floats(0.1, 50),
    steps=st.lists(
        st.tuples(st.floats(0, 2), st.integers(0, 20), st.floats(0, 1), st.floats(0, 0.3)), min_size=1, max_size=40
    ),
)
def test_no_second_at_the_provider_ever_holds_more_than_the_rate(
    rate: float, steps: list[tuple[float, int, float, float]]
) -> None:
    window = RateWindow(rate)
    now = START
    arrived: list[datetime] = []
    answers: list[tuple[datetime, datetime]] = []
    for wait, wanted, share, latency in steps:
        now += timedelta(seconds=wait)
        for answer in sorted(each for each in answers if each[1] <= now):
            window.ended(*answer)  # collected together, some time after they came
        answers = [each for each in answers if each[1] > now]
        begun = min(wanted, window.room(now))
        window.count(begun, now)
        answered = now + timedelta(seconds=latency)
        answers += [(now, answered)] * begun
        last = min(answered, now + ARRIVAL)  # where the promise ends: later arrivals are taken for these
        arrived += [now] * (begun // 2) + [now + share * (last - now)] * (begun - begun // 2)
    arrived.sort()
    most = max(1, int(rate))
    length = timedelta(seconds=most / rate) - timedelta(microseconds=4)
    for index, first in enumerate(arrived):
        assert len([each for each in arrived[index:] if each < first + length]) <= most


@pytest.mark.parametrize("rate", [0.5, 1, 7.5, 100])
@pytest.mark.parametrize("answered", [True, False])
def test_when_it_says_that_there_will_be_room_there_is_and_all_of_the_rate_is_used_or_half_where_answers_hang(
    rate: float, *, answered: bool
) -> None:
    window = RateWindow(rate)
    now, sent = START, 0
    while now < START + timedelta(seconds=100):
        if answered:
            sent += begin(window, now, 1000)
        else:
            sent += window.room(now)
            window.count(window.room(now), now)
        assert window.room(now) == 0
        now = window.next_at(now)
        assert window.room(now) >= 1
    length = max(1, int(rate)) / rate * SECOND
    used = 1 if answered else length / (length + ARRIVAL)
    assert used * rate * 98 <= sent <= rate * 100 + max(1, rate)
