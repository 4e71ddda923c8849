from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import permutations

import pytest

from scheduler.delivery.correspondence import Report
from scheduler.delivery.delivery import State
from scheduler.delivery.reporting import Move, furthest, move
from scheduler.delivery.states import MOVES

NINE = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
TOLD = (State.SENT, State.FAILED, State.DELIVERED)


def told(state: State, *, opted_out: bool = False, minute: int = 0) -> Report:
    return Report("SM1", state, NINE + timedelta(minutes=minute), "30003", opted_out)


@pytest.mark.parametrize("state", list(State))
@pytest.mark.parametrize("reported", TOLD)
@pytest.mark.parametrize("further", [True, False])
@pytest.mark.parametrize("alive", [True, False])
@pytest.mark.parametrize("opted_out", [True, False])
def test_every_move_is_a_legal_one(
    *, state: State, reported: State, further: bool, alive: bool, opted_out: bool
) -> None:
    made = move(told(reported, opted_out=opted_out), state, further=further, alive=alive)
    assert made is None or made.state in MOVES[state]
    if made is not None and made.state is State.PENDING:
        assert (further, alive, opted_out) == (True, True, False)


def test_a_failure_has_a_reason_and_an_arrival_needs_none() -> None:
    assert move(told(State.FAILED), State.SENT, further=False, alive=True) == Move(State.FAILED, "30003")
    assert move(told(State.DELIVERED), State.SENT, further=False, alive=True) == Move(State.DELIVERED)


def test_an_unknown_one_that_failed_is_not_tried_elsewhere() -> None:
    """An earlier attempt of it may have arrived."""
    assert move(told(State.FAILED), State.UNKNOWN, further=True, alive=True) == Move(State.FAILED, "30003")


@pytest.mark.parametrize("order", list(permutations(TOLD)))
def test_in_whatever_order_reports_come_the_same_one_says_most(order: tuple[State, ...]) -> None:
    found = furthest(told(state, opted_out=state is State.FAILED) for state in order)
    assert (found["SM1"].state, found["SM1"].opted_out) == (State.DELIVERED, True)


def test_of_two_alike_the_first_is_kept() -> None:
    first, second = told(State.FAILED), told(State.FAILED, minute=1)
    assert furthest([first, second])["SM1"] == first
