from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from scheduler.delivery.delivery import Message, State
from scheduler.delivery.outcome import Accepted, AccountRefused, OptedOut, Outcome, Refused, RetryAfter, Unknown
from scheduler.delivery.settling import BREAKER_OPEN, backoff, settle
from scheduler.delivery.states import may_move

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)


def message(*, attempt: int = 1, life: timedelta = timedelta(hours=1), further: int | None = None) -> Message:
    return Message(
        delivery=7,
        attempt=attempt,
        key="k",
        person="me",
        kind="hydration",
        due_local=NOW,
        expires_at=NOW + life,
        address="+447700900123",
        text="Drink.",
        further_channel=further,
    )


def test_an_accepted_message_is_sent_and_keeps_its_receipt() -> None:
    settled = settle(message(), Accepted("SM1"), NOW, lambda: 0.5)
    assert (settled.state, settled.receipt, settled.outcome) == (State.SENT, "SM1", "accepted")


def test_a_transient_failure_is_tried_again_after_the_providers_own_delay() -> None:
    settled = settle(message(), RetryAfter("busy", timedelta(seconds=17)), NOW, lambda: 0.5)
    assert (settled.state, settled.not_before) == (State.PENDING, NOW + timedelta(seconds=17))
    assert settled.channel_index is None


@pytest.mark.parametrize("named", [timedelta(0), timedelta(seconds=3)])
def test_a_providers_own_delay_does_not_shorten_the_backoff(named: timedelta) -> None:
    settled = settle(message(attempt=3), RetryAfter("busy", named), NOW, lambda: 0.5)
    assert settled.not_before == NOW + timedelta(seconds=10)


def test_a_delay_that_ends_after_the_last_year_is_too_late_and_no_error() -> None:
    settled = settle(message(), RetryAfter("busy", timedelta.max), NOW, lambda: 0.5)
    assert (settled.state, settled.reason) == (State.FAILED, "too late: busy")


def test_a_transient_failure_without_a_delay_backs_off_with_jitter() -> None:
    settled = settle(message(attempt=3), RetryAfter("busy"), NOW, lambda: 0.5)
    assert settled.not_before == NOW + timedelta(seconds=10)


def test_a_retry_that_would_come_after_the_nudges_life_is_not_made() -> None:
    dying = message(life=timedelta(seconds=17))
    settled = settle(dying, RetryAfter("busy", timedelta(seconds=17)), NOW, lambda: 0.5)
    assert (settled.state, settled.reason) == (State.FAILED, "too late: busy")


def test_a_refusal_ends_a_delivery_that_has_no_further_channel() -> None:
    settled = settle(message(), Refused("not a mobile number"), NOW, lambda: 0.5)
    assert (settled.state, settled.reason) == (State.FAILED, "not a mobile number")


@pytest.mark.parametrize("further", [None, 1])
@pytest.mark.parametrize("bounced", [True, False])
def test_a_bounce_is_handed_on_to_be_counted(further: int | None, *, bounced: bool) -> None:
    assert settle(message(further=further), Refused("no", bounced), NOW, lambda: 0.5).bounced is bounced


def test_a_refusal_goes_on_to_the_second_channel_at_once() -> None:
    settled = settle(message(further=1), Refused("not a mobile number"), NOW, lambda: 0.5)
    assert (settled.state, settled.channel_index, settled.not_before) == (State.PENDING, 1, NOW)


def test_a_refusal_after_the_nudges_life_does_not_go_on_to_the_second_channel() -> None:
    settled = settle(message(further=1, life=timedelta(0)), Refused("no"), NOW, lambda: 0.5)
    assert settled.state is State.FAILED


def test_an_opt_out_is_recorded_and_never_followed_by_the_second_channel() -> None:
    settled = settle(message(further=1), OptedOut("said stop"), NOW, lambda: 0.5)
    assert (settled.state, settled.outcome, settled.reason) == (State.SUPPRESSED, "opted out", "said stop")
    assert settled.opt_out
    assert settled.channel_index is None


def test_a_refused_account_leaves_the_delivery_pending_until_the_breaker_closes() -> None:
    settled = settle(message(further=1), AccountRefused("401"), NOW, lambda: 0.5)
    assert (settled.state, settled.not_before) == (State.PENDING, NOW + BREAKER_OPEN)
    assert settled.channel_index is None


def test_an_unknown_outcome_is_never_followed_by_another_attempt() -> None:
    settled = settle(message(further=1), Unknown("timeout"), NOW, lambda: 0.5)
    assert (settled.state, settled.reason, settled.not_before) == (State.UNKNOWN, "timeout", None)


@pytest.mark.parametrize(
    ("outcome", "name"),
    [
        (RetryAfter("busy"), "retry"),
        (Refused("busy"), "refused"),
        (AccountRefused("busy"), "account refused"),
        (Unknown("busy"), "unknown"),
    ],
)
def test_a_repeat_that_fails_leaves_the_delivery_unknown_because_the_first_may_have_arrived(
    outcome: Outcome, name: str
) -> None:
    settled = settle(replace(message(further=1), doubtful=True), outcome, NOW, lambda: 0.5)
    assert (settled.state, settled.outcome, settled.reason) == (State.UNKNOWN, name, "busy")
    assert (settled.not_before, settled.channel_index) == (None, None)


def test_a_repeat_that_is_accepted_settles_it_and_a_stop_still_counts() -> None:
    doubtful = replace(message(), doubtful=True)
    assert settle(doubtful, Accepted("<id>"), NOW, lambda: 0.5).state is State.SENT
    stopped = settle(doubtful, OptedOut("said stop"), NOW, lambda: 0.5)
    assert (stopped.state, stopped.opt_out) == (State.UNKNOWN, True)


@pytest.mark.parametrize(
    "outcome",
    [Accepted(), RetryAfter("r"), Refused("r"), OptedOut("r"), AccountRefused("r"), Unknown("r")],
    ids=lambda outcome: type(outcome).__name__,
)
@pytest.mark.parametrize("further", [None, 1])
@pytest.mark.parametrize("life", [timedelta(0), timedelta(hours=1)])
def test_every_settlement_is_a_legal_move(outcome: Outcome, further: int | None, life: timedelta) -> None:
    settled = settle(message(further=further, life=life), outcome, NOW, lambda: 0.999)
    assert may_move(State.SENDING, settled.state)


def test_backoff_doubles_up_to_five_minutes_and_uses_the_whole_range() -> None:
    longest = [backoff(attempt, lambda: 1.0).total_seconds() for attempt in range(1, 10)]
    assert longest == [5, 10, 20, 40, 80, 160, 300, 300, 300]
    assert backoff(5, lambda: 0.0) == timedelta(0)
    assert backoff(10_000, lambda: 1.0) == timedelta(minutes=5)
