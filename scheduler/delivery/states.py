"""The legal moves of a delivery. docs/state-machine.md draws them; a test holds the two together."""

from __future__ import annotations

from collections.abc import Mapping

from scheduler.delivery.delivery import State

MOVES: Mapping[State, frozenset[State]] = {
    State.PENDING: frozenset({State.SENDING, State.FAILED, State.MISSED, State.SUPPRESSED, State.CANCELLED}),
    State.SENDING: frozenset({State.PENDING, State.SENT, State.FAILED, State.SUPPRESSED, State.UNKNOWN}),
    State.UNKNOWN: frozenset(
        {State.PENDING, State.SENDING, State.SENT, State.DELIVERED, State.FAILED, State.SUPPRESSED}
    ),
    State.SENT: frozenset({State.PENDING, State.DELIVERED, State.FAILED}),
    State.DELIVERED: frozenset(),
    State.FAILED: frozenset(),
    State.MISSED: frozenset(),
    State.SUPPRESSED: frozenset(),
    State.CANCELLED: frozenset(),
}
"""`sent → failed` comes by the provider's report, and `sent → pending` where the delivery has another channel;
`sending → suppressed` when the provider says that the person opted out;
`unknown → sending` only where a repeat carries the same key and is folded into one (`resolving.REPEATABLE`: email);
`unknown → pending` and `→ suppressed` when the outcome of the last attempt comes after its lease had ended."""


def may_move(current: State, new: State) -> bool:
    """Whether a delivery in `current` may become `new`."""
    return new in MOVES[current]
