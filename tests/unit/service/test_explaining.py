"""Every send and every silence is told in one plain sentence."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from config.person import ChannelName
from scheduler.delivery.delivery import Delivery, State
from scheduler.delivery.ports import AttemptRecord
from scheduler.planning.slot import Silence
from scheduler.service.explaining import explain
from tests.standins.routines import nudge, routine

DUE = datetime(2026, 6, 1, 21, tzinfo=UTC)  # 22:00 in London


def delivery(state: State, reason: str | None = None, **changes: Any) -> Delivery:
    filled: dict[str, Any] = {
        "id": 1,
        "cause": "slot:me/bedtime_stretch/2026-06-01/22:00",
        "person": "me",
        "kind": "bedtime_stretch",
        "state": state,
        "reason": reason,
        "due_at": DUE,
        "expires_at": DUE + timedelta(minutes=60),
        "not_before": DUE,
        "owner_day": date(2026, 6, 1),
        "channels": (ChannelName.SMS,),
        "channel_index": 0,
        "variant": 0,
        "attempts": 0,
        "asked": False,
        "updated_at": DUE,
    }
    return Delivery(**(filled | changes))


def attempt(number: int, outcome: str | None, *, seconds: int = 1) -> AttemptRecord:
    settled = DUE + timedelta(seconds=seconds) if outcome else None
    return AttemptRecord(1, number, ChannelName.SMS, DUE, settled, outcome, None)


def said(told: Delivery, *attempts: AttemptRecord) -> str:
    return explain(told, attempts, "Europe/London", routine(paused_until=DUE + timedelta(days=1))).sentence


def test_a_send_says_by_which_channel_and_when_it_was_accepted() -> None:
    assert said(delivery(State.SENT), attempt(1, "accepted")) == "sent by sms at 22:00:01, accepted by the provider"


def test_a_send_on_the_console_has_no_provider() -> None:
    assert said(delivery(State.SENT, channels=(ChannelName.CONSOLE,))) == "sent on the console at 22:00:00"


def test_a_send_that_took_several_attempts_says_so() -> None:
    sentence = said(delivery(State.SENT), attempt(1, "retry"), attempt(2, "accepted", seconds=15))
    assert sentence == "sent by sms at 22:00:15, accepted by the provider, at attempt 2"


@pytest.mark.parametrize(
    ("reason", "sentence"),
    [
        (Silence.QUIET_HOURS, "not sent: quiet hours (22:30-07:00)"),
        (Silence.DAILY_LIMIT, "not sent: daily limit (12 a day)"),
        (Silence.PAUSED, "not sent: paused (until Tue 2 Jun 22:00)"),
        (Silence.OPTED_OUT, "not sent: opted out"),
    ],
)
def test_a_silence_names_its_rule_and_the_setting_behind_it(reason: str, sentence: str) -> None:
    assert said(delivery(State.SUPPRESSED, reason)) == sentence


def test_a_silence_of_someone_who_left_the_file_names_its_rule_alone() -> None:
    told = explain(delivery(State.SUPPRESSED, Silence.QUIET_HOURS), (), "UTC")
    assert told.sentence == "not sent: quiet hours"


def test_a_missed_nudge_says_how_long_it_lived() -> None:
    sentence = said(delivery(State.MISSED, Silence.TOO_LATE))
    assert sentence == "missed: legup was not running or held up; its life of 1 h was over"


def test_a_nudge_passed_over_says_for_what() -> None:
    assert said(delivery(State.MISSED, Silence.PASSED_OVER)) == "missed: a later one was due"


def test_a_failure_says_where_and_why() -> None:
    sentence = said(delivery(State.FAILED, "number does not exist"), attempt(1, "refused"))
    assert sentence == "failed by sms at 22:00:01: number does not exist"


DOUBTFUL = "may or may not have gone out by sms at 22:00:00: no answer; "


@pytest.mark.parametrize(
    ("looks", "look_at", "told"),
    [
        (0, 10, "to be looked up at 22:00:10"),
        (1, 40, "looked up once, next at 22:00:40"),
        (2, 160, "looked up 2 times, next at 22:02:40"),
        (5, None, "looked up 5 times in vain"),
        (0, None, "not sent again, so that it cannot double"),
    ],
)
def test_an_unknown_outcome_says_what_was_tried_and_what_is_to_come(looks: int, look_at: int | None, told: str) -> None:
    at = None if look_at is None else DUE + timedelta(seconds=look_at)
    unknown = delivery(State.UNKNOWN, "no answer", looks=looks, look_at=at)
    assert said(unknown, attempt(1, "unknown", seconds=300)) == DOUBTFUL + told


def test_an_email_in_doubt_says_that_a_repeat_is_the_same_message() -> None:
    email = delivery(State.UNKNOWN, "no answer", looks=2, look_at=DUE, channels=(ChannelName.EMAIL,))
    assert said(email, attempt(1, "unknown")).endswith("sent again 2 times under the same Message-ID, next at 22:00:00")


def test_a_send_that_was_looked_up_says_so() -> None:
    sentence = said(delivery(State.SENT), attempt(1, "found", seconds=300))
    assert sentence == "sent by sms at 22:00:00, found at the provider when it was looked up"


def test_a_retry_says_when_and_why() -> None:
    again = delivery(State.PENDING, "busy", attempts=1, not_before=DUE + timedelta(seconds=10))
    assert said(again, attempt(1, "retry")) == "trying again by sms at 22:00:10: busy"


def test_a_message_that_waits_says_until_when() -> None:
    waiting = delivery(State.PENDING, not_before=DUE + timedelta(hours=9))
    assert said(waiting) == "waiting until 07:00:00"
    assert said(delivery(State.PENDING)) == "about to be sent by sms"


def test_every_state_has_a_sentence() -> None:
    for state in State:
        assert said(delivery(state, "because"))


def test_a_slot_left_out_for_who_asked_for_less_says_how_many_come() -> None:
    less = routine(nudge("at 22:00", "bedtime_stretch", every_nth=4))
    told = explain(delivery(State.SUPPRESSED, Silence.ASKED_LESS), (), "UTC", less)
    assert told.sentence == "not sent: less often, as asked (1 in 4)"
