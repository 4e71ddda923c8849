from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scheduler.delivery.breaker import FIRST_HOLD, LONGEST_HOLD, Breaker, half_open
from scheduler.delivery.outcome import Accepted, AccountRefused, OptedOut, Outcome, Refused, RetryAfter, Unknown

NINE = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
SECOND = timedelta(seconds=1)

UNKNOWN = Unknown("no answer")
UNREACHABLE = RetryAfter("cannot reach it", shared=True)
THROTTLED = RetryAfter("too many requests", timedelta(seconds=7), shared=True)
GREYLISTED = RetryAfter("try this recipient again later")
DENIED = AccountRefused("the credentials are wrong")
ANSWERS = [Accepted("1"), Refused("no mobile number"), OptedOut("said STOP"), GREYLISTED]


def after(*outcomes: Outcome, breaker: Breaker | None = None, now: datetime = NINE) -> Breaker:
    """One after the other, each of an attempt that began when all before it had ended."""
    breaker = breaker or Breaker()
    for outcome in outcomes:
        breaker = breaker.after(outcome, breaker.era, now)
    return breaker


def opened() -> Breaker:
    return after(*[UNKNOWN] * 5)


def test_closed_it_holds_nothing_back() -> None:
    assert Breaker().closed
    assert Breaker().room(NINE, 100) == 100
    assert Breaker().begun() == Breaker()


@pytest.mark.parametrize("failure", [UNKNOWN, UNREACHABLE])
def test_five_failures_in_a_row_open_it_and_four_do_not(failure: Outcome) -> None:
    assert after(*[failure] * 4).closed
    breaker = after(*[failure] * 5)
    assert breaker.until == NINE + FIRST_HOLD
    assert breaker.room(NINE + FIRST_HOLD - SECOND, 100) == 0


@pytest.mark.parametrize("answer", ANSWERS)
def test_whatever_the_provider_answers_about_a_message_shows_that_it_is_alive(answer: Outcome) -> None:
    assert after(*[answer] * 50) == Breaker()
    assert after(*[UNKNOWN] * 4, answer, UNKNOWN).closed


def test_half_of_all_failing_opens_it_and_a_quarter_does_not() -> None:
    answered: Outcome = Accepted()
    assert after(*[UNKNOWN, answered] * 10).openings > 0
    assert after(*[UNKNOWN, answered, answered, answered] * 200).openings == 0


def test_a_refused_account_opens_it_at_once_and_for_longest() -> None:
    assert after(DENIED).until == NINE + LONGEST_HOLD
    assert after(DENIED).reason == "the credentials are wrong"


def test_a_throttled_account_rests_for_as_long_as_it_was_asked_to_and_no_longer_than_the_longest() -> None:
    assert after(THROTTLED).until == NINE + timedelta(seconds=7)
    assert after(RetryAfter("busy", timedelta(hours=1), shared=True)).until == NINE + LONGEST_HOLD


def test_a_throttled_account_that_names_no_time_to_wait_rests_for_a_moment() -> None:
    assert after(RetryAfter("busy", timedelta(0), shared=True)).until == NINE + SECOND


def test_having_been_throttled_is_not_held_against_the_provider() -> None:
    breaker = after(THROTTLED, Accepted())
    assert after(*[UNKNOWN] * 4, breaker=breaker).closed
    assert after(*[UNKNOWN] * 5, breaker=breaker).until == NINE + FIRST_HOLD


def test_one_message_to_come_back_at_a_named_time_holds_up_nobody_else() -> None:
    assert after(RetryAfter("greylisted", timedelta(seconds=7))).closed


def test_when_the_hold_is_over_one_probe_goes_out_and_nothing_beside_it() -> None:
    later = NINE + FIRST_HOLD
    assert opened().room(later, 100) == 1
    assert opened().room(later, 0) == 0
    assert opened().begun().room(later, 100) == 0


@pytest.mark.parametrize("answer", ANSWERS)
def test_a_probe_that_is_answered_closes_it(answer: Outcome) -> None:
    breaker = after(answer, breaker=opened().begun())
    assert breaker.closed
    assert breaker.room(NINE, 100) == 100


def test_each_probe_that_fails_opens_it_for_twice_as_long_up_to_five_minutes() -> None:
    breaker, holds = opened(), []
    for _ in range(12):
        assert breaker.until is not None
        now = breaker.until
        breaker = after(UNKNOWN, breaker=breaker.begun(), now=now)
        assert breaker.until is not None
        holds.append((breaker.until - now).total_seconds())
    assert holds == [60, 120, 240, *[300] * 9]


def test_a_provider_that_cannot_be_reached_is_probed_every_minute_as_that_costs_no_message() -> None:
    breaker = opened()
    for _ in range(12):
        breaker = after(UNREACHABLE, breaker=breaker.begun())
    assert breaker.until == NINE + timedelta(minutes=1)


def test_after_a_good_probe_one_more_failure_is_enough_and_the_hold_grows() -> None:
    breaker = after(Accepted(), UNKNOWN, breaker=opened())
    assert breaker.until == NINE + 2 * FIRST_HOLD


def test_a_probe_whose_account_is_refused_opens_it_for_longest() -> None:
    assert after(DENIED, breaker=opened()).until == NINE + LONGEST_HOLD


def test_many_good_answers_make_it_forget() -> None:
    assert after(Accepted(), *[Accepted()] * 8, breaker=opened()) == Breaker(era=2)


def test_what_was_under_way_when_it_opened_neither_opens_it_longer_nor_closes_it() -> None:
    breaker = opened()
    for straggler in (UNKNOWN, Accepted(), DENIED, THROTTLED):
        assert breaker.after(straggler, breaker.era - 1, NINE + SECOND) == breaker


def test_after_a_restart_a_hold_becomes_one_probe_at_once() -> None:
    breaker = half_open(NINE, "the credentials are wrong")
    assert breaker.room(NINE, 100) == 1
    assert after(Accepted(), breaker=breaker.begun()).closed
    assert after(UNKNOWN, breaker=breaker.begun()).until == NINE + 2 * FIRST_HOLD


@given(st.lists(st.sampled_from([UNKNOWN, UNREACHABLE, THROTTLED, DENIED, *ANSWERS]), max_size=60))
def test_it_never_holds_longer_than_five_minutes_and_never_starves_its_probe(outcomes: list[Outcome]) -> None:
    breaker = after(*outcomes)
    assert breaker.closed or breaker.until is not None
    assert breaker.room(NINE + LONGEST_HOLD, 100) >= 1


@given(st.integers(1, 200))
def test_a_dead_provider_is_given_few_messages_in_an_hour(waiting: int) -> None:
    breaker, now, given = Breaker(), NINE, 0
    while now < NINE + timedelta(hours=1) and given < waiting:
        while breaker.room(now, 1) and given < waiting:
            breaker, given = breaker.begun(), given + 1
            breaker = breaker.after(UNKNOWN, breaker.era, now)
        now += SECOND
    assert given <= 5 + 15


def test_while_it_stays_suspicious_the_next_opening_holds_for_twice_as_long() -> None:
    mending = after(Accepted(), Accepted(), breaker=opened())
    assert mending.closed
    assert after(UNKNOWN, UNKNOWN, breaker=mending).until == NINE + 2 * FIRST_HOLD
    mended = after(*[Accepted()] * 20, breaker=opened())
    assert after(*[UNKNOWN] * 5, breaker=mended).until == NINE + FIRST_HOLD
