"""What wakes somebody, and what does not."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from config.person import ChannelName
from scheduler.delivery.ports import ChannelHold
from scheduler.delivery.watchman import Refusal, Trouble, Vitals, ago, alarms

NOON = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
SECOND = timedelta(seconds=1)
MINUTE = timedelta(minutes=1)
WELL = Vitals(last_tick_at=NOON - 30 * SECOND, oldest_due_at=NOON + 10 * MINUTE, tried_in_day=12)
HOLD = ChannelHold(ChannelName.SMS, NOON + MINUTE, "Twilio had a fault of its own (HTTP 503)")
REFUSED = Refusal(ChannelName.SMS, "Twilio: the credentials are wrong (20003); check `twilio`")


def troubles(vitals: Vitals) -> list[Trouble]:
    return [each.trouble for each in alarms(vitals, NOON)]


def text(vitals: Vitals) -> str:
    (alarm,) = alarms(vitals, NOON)
    return alarm.text


def test_a_service_that_does_its_work_wakes_nobody() -> None:
    assert alarms(WELL, NOON) == []
    assert alarms(replace(WELL, oldest_due_at=None), NOON) == []


@pytest.mark.parametrize(
    ("last_tick_at", "expected"),
    [
        (NOON - 2 * MINUTE, []),
        (NOON - 2 * MINUTE - SECOND, [Trouble.SILENT]),
        (NOON + 2 * MINUTE, []),
        (NOON + 3 * MINUTE, [Trouble.SILENT]),
        (None, [Trouble.SILENT]),
    ],
)
def test_a_service_that_does_not_look_is_noticed_after_two_minutes(
    last_tick_at: datetime | None, expected: list[Trouble]
) -> None:
    assert troubles(replace(WELL, last_tick_at=last_tick_at)) == expected


def test_how_long_it_has_been_silent_is_told() -> None:
    assert "for 17 min" in text(replace(WELL, last_tick_at=NOON - 17 * MINUTE))
    assert "never" in text(replace(WELL, last_tick_at=None))


def test_a_nudge_is_late_after_more_than_five_minutes() -> None:
    assert troubles(replace(WELL, oldest_due_at=NOON - 5 * MINUTE)) == []
    assert troubles(replace(WELL, oldest_due_at=NOON - 5 * MINUTE - SECOND)) == [Trouble.LATE]
    assert "23 min late" in text(replace(WELL, oldest_due_at=NOON - 23 * MINUTE))


def test_a_clock_that_is_not_believed_is_told_with_the_remedy() -> None:
    assert "legup clock" in text(replace(WELL, clock_held=True))


def test_an_open_breaker_is_told_with_its_reason_until_it_closes() -> None:
    assert text(replace(WELL, holds=(HOLD,))).endswith("until 12:01 UTC (Twilio had a fault of its own (HTTP 503))")
    assert troubles(replace(WELL, holds=(HOLD,))) == [Trouble.ON_HOLD]
    assert troubles(replace(WELL, holds=(replace(HOLD, until=NOON),))) == []


def test_a_refused_account_is_told_once_and_also_while_no_hold_is_on() -> None:
    assert troubles(replace(WELL, refusals=(REFUSED,))) == [Trouble.REFUSED]
    assert troubles(replace(WELL, refusals=(REFUSED,), holds=(HOLD,))) == [Trouble.REFUSED]
    email = replace(HOLD, channel=ChannelName.EMAIL)
    assert troubles(replace(WELL, refusals=(REFUSED,), holds=(HOLD, email))) == [Trouble.REFUSED, Trouble.ON_HOLD]
    assert "credentials are wrong" in text(replace(WELL, refusals=(REFUSED,)))


@pytest.mark.parametrize(
    ("hour", "day", "tried", "expected"),
    [
        (2, 2, 100, []),
        (3, 3, 1000, [Trouble.UNKNOWN]),
        (0, 2, 2, []),
        (0, 3, 31, []),
        (0, 3, 30, [Trouble.UNKNOWN]),
        (0, 40, 1000, []),
    ],
)
def test_doubts_are_told_when_they_are_many_in_an_hour_or_a_tenth_of_a_day(
    hour: int, day: int, tried: int, expected: list[Trouble]
) -> None:
    assert troubles(replace(WELL, unknown_in_hour=hour, unknown_in_day=day, tried_in_day=tried)) == expected


@pytest.mark.parametrize(("count", "said"), [(1, "one was given up"), (2, "2 could not be prepared and were given up")])
def test_what_was_given_up_is_told(count: int, said: str) -> None:
    assert text(replace(WELL, dead_letters=count)).startswith(said)


def test_programs_know_each_trouble_by_its_word() -> None:
    words = ["database", "silent", "clock", "late", "on hold", "refused", "unknown", "dead letters"]
    assert [str(trouble) for trouble in Trouble] == words


def test_doubts_are_told_with_their_span_and_where_to_look() -> None:
    assert text(replace(WELL, unknown_in_hour=3)).startswith("3 messages of the last hour may or may not have gone out")
    assert text(replace(WELL, unknown_in_day=4)).startswith("4 messages of the last 24 hours may or may not")


def test_the_gravest_alarm_comes_first() -> None:
    ill = Vitals(NOON - 9 * MINUTE, NOON - 9 * MINUTE, (HOLD,), (), clock_held=True, unknown_in_hour=9, dead_letters=1)
    assert troubles(ill) == [
        Trouble.SILENT,
        Trouble.CLOCK,
        Trouble.LATE,
        Trouble.ON_HOLD,
        Trouble.UNKNOWN,
        Trouble.DEAD_LETTERS,
    ]


@pytest.mark.parametrize(
    ("span", "said"),
    [
        (timedelta(seconds=0.9), "0 s"),
        (timedelta(seconds=119), "119 s"),
        (timedelta(minutes=2), "2 min"),
        (timedelta(hours=1, minutes=59), "119 min"),
        (timedelta(hours=2) - SECOND, "119 min"),
        (timedelta(hours=2), "2 h"),
        (timedelta(hours=47), "47 h"),
        (timedelta(days=2) - SECOND, "47 h"),
        (timedelta(days=2), "2 days"),
        (timedelta(days=3, hours=5), "3 days"),
    ],
)
def test_spans_are_told_in_one_unit(span: timedelta, said: str) -> None:
    assert ago(span) == said
