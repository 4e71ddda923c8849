"""What may or may not have gone out is settled by one match and nothing else, and not looked up for ever."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from config.person import ChannelName
from scheduler.delivery.delivery import State
from scheduler.delivery.doubt import Answer, Doubt, NoAnswer, Resolution, Sighting
from scheduler.delivery.resolving import GIVE_UP, PAUSES, close, next_look, resolve
from scheduler.delivery.states import may_move
from tests.standins.deliveries import a_delivery
from tests.standins.letters import NOW

OURS = Sighting("SM1", State.SENT)
OTHER = Sighting("SM2", State.DELIVERED)


def doubt(looks: int = 0, rivals: int = 0, reason: str | None = "no answer") -> Doubt:
    return Doubt(a_delivery(State.UNKNOWN, looks=looks, reason=reason), NOW, "+447700900123", "Drink.", rivals)


def resolved(answer: Answer, *, looks: int = 0, rivals: int = 0, at: datetime = NOW) -> Resolution:
    return resolve(doubt(looks, rivals), answer, at)


@pytest.mark.parametrize("state", [State.SENT, State.DELIVERED, State.FAILED])
def test_one_match_settles_it(state: State) -> None:
    assert resolved((Sighting("SM1", state, "why"),)) == Resolution(1, 1, state, 1, None, "why", "SM1")
    assert may_move(State.UNKNOWN, state)


@pytest.mark.parametrize(("answer", "rivals"), [((), 0), ((OURS, OTHER), 0), ((OURS,), 1)])
def test_none_two_or_one_that_may_be_anothers_leave_it_unknown(answer: Answer, rivals: int) -> None:
    assert resolved(answer, rivals=rivals) == Resolution(1, 1, State.UNKNOWN, 1, NOW + PAUSES[1], "no answer")


def test_the_pauses_grow_and_after_the_last_look_it_is_closed() -> None:
    pauses = [resolved((), looks=looks).look_at for looks in range(5)]
    seconds = [None if at is None else (at - NOW).total_seconds() for at in pauses]
    assert seconds == [30, 120, 600, 3600, None]


@pytest.mark.parametrize(("age", "pause"), [(10, 30), (40, 40), (300, 300), (5_000, 3_600)])
def test_a_provider_that_cannot_be_asked_costs_no_look_and_is_asked_ever_less_often(age: int, pause: int) -> None:
    now = NOW + timedelta(seconds=age)
    again = resolved(NoAnswer("HTTP 503"), looks=3, at=now)
    assert (again.state, again.looks, again.look_at) == (State.UNKNOWN, 3, now + timedelta(seconds=pause))


def test_a_provider_that_cannot_be_asked_for_a_day_is_asked_no_more() -> None:
    last = NOW + GIVE_UP - PAUSES[-1]
    assert resolved(NoAnswer("HTTP 503"), at=last).look_at == NOW + GIVE_UP
    closed = resolved(NoAnswer("HTTP 503"), at=last + timedelta(microseconds=1))
    assert (closed.state, closed.look_at) == (State.UNKNOWN, None)
    assert closed.reason == "no answer; could not be looked up (HTTP 503)"


def test_a_doubt_without_a_reason_can_be_closed() -> None:
    assert close(doubt(reason=None), "why").reason == "could not be looked up (why)"


@pytest.mark.parametrize(
    ("channel", "looks"),
    [(ChannelName.SMS, 5), (ChannelName.EMAIL, 3), (ChannelName.CONSOLE, 0), (ChannelName.APPRISE, 0)],
)
def test_each_channel_has_its_number_of_looks(channel: ChannelName, looks: int) -> None:
    pauses = [next_look(channel, number, NOW) for number in range(10)]
    assert pauses == [NOW + pause for pause in PAUSES[:looks]] + [None] * (10 - looks)
