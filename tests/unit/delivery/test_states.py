from scheduler.delivery.delivery import State
from scheduler.delivery.states import MOVES, may_move

FINAL = {State.DELIVERED, State.FAILED, State.MISSED, State.SUPPRESSED, State.CANCELLED}


def test_states_are_kept_in_databases_under_these_names() -> None:
    names = "pending sending sent delivered failed missed suppressed cancelled unknown"
    assert [str(state) for state in State] == names.split()


def test_every_state_has_its_moves_and_what_is_over_has_none() -> None:
    assert MOVES.keys() == set(State)
    assert {state for state in State if not MOVES[state]} == FINAL


def test_nothing_is_sent_again_once_it_was_sent() -> None:
    assert may_move(State.PENDING, State.SENDING)
    assert not may_move(State.SENT, State.SENDING)
    assert not may_move(State.DELIVERED, State.PENDING)


def test_what_was_sent_goes_on_only_to_another_channel() -> None:
    """`reporting.move` makes this move where there is one, and nothing else does."""
    assert may_move(State.SENT, State.PENDING)
