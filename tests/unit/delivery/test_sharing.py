"""How workers share an account's rate."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scheduler.delivery.sharing import GONE, STALE, WARM, Place, Sharing

SECOND = timedelta(seconds=1)
NOW = timedelta(hours=1)


def warm(rank: int, workers: int) -> Sharing:
    return Sharing().renewed(Place(rank, workers, WARM), NOW)


@given(st.floats(0.01, 10_000), st.integers(1, 50))
def test_all_parts_together_are_never_more_than_the_whole_and_hardly_less(rate: float, workers: int) -> None:
    parts = [warm(rank, workers).part(rate, NOW) for rank in range(workers)]
    assert sum(parts) <= rate
    assert sum(parts) > rate - 1


def test_fifty_a_second_among_three() -> None:
    assert [warm(rank, 3).part(50, NOW) for rank in range(3)] == [17, 17, 16]


def test_less_than_one_a_second_is_the_first_ones() -> None:
    assert [warm(rank, 3).part(0.5, NOW) for rank in range(3)] == [0.5, 0, 0]


def test_who_was_never_told_its_place_sends_nothing() -> None:
    assert Sharing().part(50, NOW) == 0
    assert not Sharing().is_first(NOW)


def test_who_is_alone_begins_at_once_and_a_newcomer_when_everybody_has_seen_it() -> None:
    assert Sharing().renewed(Place(0, 1, 0 * SECOND), NOW).part(50, NOW) == 50
    new = Sharing().renewed(Place(1, 2, WARM - SECOND), NOW)
    assert new.part(50, NOW) == 0
    assert new.renewed(Place(1, 2, WARM), NOW + SECOND).part(50, NOW + SECOND) == 25


def test_who_was_ready_stays_so_when_another_comes() -> None:
    alone = Sharing().renewed(Place(0, 1, 0 * SECOND), NOW)
    assert alone.renewed(Place(0, 2, SECOND), NOW + SECOND).part(50, NOW + SECOND) == 25


def test_who_was_taken_for_gone_is_a_newcomer() -> None:
    back = warm(0, 1).renewed(Place(1, 2, 0 * SECOND), NOW + GONE)
    assert back.part(50, NOW + GONE) == 0


@pytest.mark.parametrize(("later", "part"), [(STALE, 25), (STALE + SECOND, 0)])
def test_who_cannot_say_that_it_is_there_sends_nothing(later: timedelta, part: float) -> None:
    assert warm(0, 2).part(50, NOW + later) == part
    assert warm(0, 2).is_first(NOW + later) is bool(part)


def test_a_newcomer_waits_until_everybody_has_seen_it_or_is_stale_and_the_gone_were_stale_for_a_while() -> None:
    assert WARM > STALE + SECOND
    assert GONE > STALE + SECOND
