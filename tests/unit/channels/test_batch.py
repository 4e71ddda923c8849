"""A batch: each message leaves it once, whatever becomes of its consumer."""

from __future__ import annotations

import threading

from scheduler.channels.batch import STOPPED, Batch
from scheduler.delivery.outcome import Accepted, RetryAfter
from tests.standins.letters import NOW, a_message

FIRST, SECOND, THIRD = (a_message(number) for number in (1, 2, 3))


def test_outcomes_are_yielded_as_they_come() -> None:
    batch = Batch([FIRST, SECOND], NOW)
    batch.done.put((SECOND, Accepted("2")))
    batch.done.put((FIRST, Accepted("1")))
    assert list(batch.outcomes()) == [(SECOND, Accepted("2")), (FIRST, Accepted("1"))]


def test_a_consumer_that_stops_keeps_the_rest_from_beginning_and_waits_for_what_has_begun() -> None:
    batch = Batch([FIRST, SECOND, THIRD], NOW)
    assert [turn.message for turn in (batch.turn(), batch.turn()) if turn is not None] == [FIRST, SECOND]
    outcomes = batch.outcomes()
    batch.done.put((FIRST, Accepted()))
    next(outcomes)
    stopping = threading.Thread(target=outcomes.close)  # type: ignore[attr-defined]  # a generator, as Channel.send promises
    stopping.start()
    batch.done.put((SECOND, Accepted()))
    stopping.join(5)
    assert batch.turn() is None
    assert batch.done.empty()


def test_what_is_handed_back_comes_with_the_reason_and_does_not_begin() -> None:
    batch = Batch([FIRST, SECOND], NOW)
    batch.hand_back()
    assert list(batch.outcomes()) == [(FIRST, STOPPED), (SECOND, STOPPED)]
    full = RetryAfter("no room")
    batch = Batch([THIRD], NOW)
    batch.hand_back(full)
    assert (list(batch.outcomes()), batch.turn()) == ([(THIRD, full)], None)
