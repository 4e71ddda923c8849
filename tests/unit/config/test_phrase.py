from datetime import timedelta

import pytest

from config.phrase import (
    PhraseError,
    format_duration,
    format_schedule,
    parse_duration,
    parse_quiet_interval,
    parse_schedule,
    parse_weeks,
)
from config.schedule import Anchor, At, Every, Offset, QuietInterval, Schedule, TimeOfDay, Weeks


def at(text: str) -> TimeOfDay:
    return TimeOfDay.parse(text)


@pytest.mark.parametrize(
    ("phrase", "schedule"),
    [
        ("at 08:00", Schedule(At((at("08:00"),)))),
        ("at 7:05, 12:00 and bedtime", Schedule(At((at("07:05"), at("12:00"), Anchor.BEDTIME)))),
        ("at 08:00 and 12:00", Schedule(At((at("08:00"), at("12:00"))))),
        ("at 08:00, and 12:00", Schedule(At((at("08:00"), at("12:00"))))),
        ("every 90 min", Schedule(Every(timedelta(minutes=90)))),
        ("every 2 h from wake to 20:00", Schedule(Every(timedelta(hours=2), (Anchor.WAKE, at("20:00"))))),
        ("every 1 min from 00:00 to 24:00", Schedule(Every(timedelta(minutes=1), (at("00:00"), at("24:00"))))),
        ("every 24 h from 08:00 to 07:00", Schedule(Every(timedelta(hours=24), (at("08:00"), at("07:00"))))),
        ("30 min before bedtime", Schedule(Offset(timedelta(minutes=-30), Anchor.BEDTIME))),
        ("1 h 30 min after wake", Schedule(Offset(timedelta(minutes=90), Anchor.WAKE))),
        ("0 min after wake", Schedule(Offset(timedelta(0), Anchor.WAKE))),
        ("at 08:00 on weekdays", Schedule(At((at("08:00"),)), frozenset(range(5)))),
        ("at 08:00 on weekends", Schedule(At((at("08:00"),)), frozenset({5, 6}))),
        ("at 08:00 on mon, wed-fri", Schedule(At((at("08:00"),)), frozenset({0, 2, 3, 4}))),
        ("at 08:00 on fri-mon", Schedule(At((at("08:00"),)), frozenset({4, 5, 6, 0}))),
        ("at 08:00 on Monday and Saturday", Schedule(At((at("08:00"),)), frozenset({0, 5}))),
        ("at 08:00 on weekdays and sun", Schedule(At((at("08:00"),)), frozenset({0, 1, 2, 3, 4, 6}))),
        ("at 08:00 on wed-wed", Schedule(At((at("08:00"),)), frozenset({2}))),
    ],
)
def test_a_phrase_is_read_and_written_back(phrase: str, schedule: Schedule) -> None:
    assert parse_schedule(phrase) == schedule
    assert parse_schedule(format_schedule(schedule)) == schedule


@pytest.mark.parametrize("phrase", ["AT 08:00", "  at   08:00  ", "at\t08:00", "At\n08:00"])
def test_case_and_spaces_do_not_matter(phrase: str) -> None:
    assert str(parse_schedule(phrase)) == "at 08:00"


@pytest.mark.parametrize(
    "phrase", ["every 2h from 9:00 to 17:00", "Every 2 HOURS from 09:00 to 17:00", "every 120m from 9:00 to 17:00"]
)
def test_units_may_be_written_in_several_ways(phrase: str) -> None:
    assert str(parse_schedule(phrase)) == "every 2 h from 09:00 to 17:00"


@pytest.mark.parametrize(
    ("phrase", "column", "told"),
    [
        ("", 0, 'empty: expected "at 08:00"'),
        ("   ", 0, "empty"),
        ("at", 2, "but it ends there"),
        ("evry 2 h", 0, 'did you mean "every"?'),
        ("at 8am", 3, 'did you mean "08:00"?'),
        ("at 12 am", 3, 'did you mean "00:00"?'),
        ("at 4:30 pm", 3, 'did you mean "16:30"?'),
        ("at 4.30 pm", 3, 'did you mean "16:30"?'),
        ("at 0830", 3, 'did you mean "08:30"?'),
        ("at 25:00", 3, 'not "25:00"'),
        ("at 99", 3, 'not "99"'),
        ("at 08:60", 3, 'not "08:60"'),
        ("at bedtme", 3, 'did you mean "bedtime"?'),
        ("at 24:00", 3, 'did you mean "00:00"?'),
        ("at 08:00, 8:00", 10, "each time only once"),
        ("at 08:00,", 9, "but it ends there"),
        ("at 08:00 12:00", 9, "a comma"),
        ("every", 5, "a duration such as"),
        ("every hour", 6, 'did you mean "1 hour"?'),
        ("every 2", 7, 'expected a unit ("min" or "h")'),
        ("every 1 h 30", 12, 'expected a unit ("min" or "h")'),
        ("every 0 min", 6, "a step between"),
        ("every 25 h", 6, "a step between"),
        ("every 9999999 min", 6, "a duration"),
        ("every 2 h form 09:00", 10, 'did you mean "from"?'),
        ("every 2 h from 09:00", 20, "the window's end"),
        ("every 2 h from 24:00 to 09:00", 15, "a time before 24:00"),
        ("every 2 h from 09:00 to 9:00", 24, "an end that is not the start"),
        ("every 2 h from wake to wake", 23, "an end that is not the start"),
        ("every 2 h from 09:00 to 17:00 at 8", 30, 'expected "on" or the end'),
        ("24 h before bedtime", 0, "less than 24 h"),
        ("30 min 1 h after wake", 7, '"before" or "after"'),
        ("30 min befor wake", 7, 'did you mean "before"?'),
        ("30 min before lunch", 14, 'expected "bedtime" or "wake"'),
        ("30 min before wake now", 19, 'expected "on" or the end'),
        ("at 08:00 on munday", 12, 'did you mean "monday"?'),
        ("at 08:00 on mon-", 16, "a day that ends the range"),
        ("at 08:00 on mon tue", 16, "another day or the end"),
        ("at \u0663:\u0660\u0660", 3, "a time such as"),
        ("on", 0, "expected"),
    ],
)
def test_what_cannot_be_read_says_where_and_what_was_expected(phrase: str, column: int, told: str) -> None:
    with pytest.raises(PhraseError) as caught:
        parse_schedule(phrase)
    assert (caught.value.text, caught.value.column) == (phrase, column)
    assert told in str(caught.value)
    assert "\n" not in str(caught.value)


def test_an_error_repeats_only_the_beginning_of_a_very_long_phrase() -> None:
    with pytest.raises(PhraseError) as caught:
        parse_schedule("9" * 100_000)
    assert len(str(caught.value)) < 400


@pytest.mark.parametrize(
    ("text", "minutes", "written"),
    [
        ("45 min", 45, "45 min"),
        ("1 h", 60, "1 h"),
        ("90 minutes", 90, "1 h 30 min"),
        ("24 h", 1440, "24 h"),
        ("1 day", 1440, "24 h"),
        ("90 days", 129_600, "90 days"),
        ("1 day 1 h 1 min", 1501, "1 day 1 h 1 min"),
        ("0 min", 0, "0 min"),
    ],
)
def test_a_duration_is_read_and_written(text: str, minutes: int, written: str) -> None:
    assert parse_duration(text) == timedelta(minutes=minutes)
    assert format_duration(timedelta(minutes=minutes)) == written


@pytest.mark.parametrize("text", ["", "45", "soon", "1 h 5 min 3", "1 min 1 h", "-5 min", "1.5 h"])
def test_what_is_no_duration_is_refused(text: str) -> None:
    with pytest.raises(PhraseError):
        parse_duration(text)


@pytest.mark.parametrize("duration", [timedelta(seconds=30), timedelta(minutes=-1)])
def test_a_duration_is_written_only_in_whole_minutes(duration: timedelta) -> None:
    with pytest.raises(ValueError, match="whole number of minutes"):
        format_duration(duration)


def test_weeks_are_read_with_or_without_a_last_one() -> None:
    assert parse_weeks("14-40") == Weeks(14, 40)
    assert parse_weeks("14 - ") == Weeks(14)
    assert parse_weeks("14\N{EN DASH}14") == Weeks(14, 14)


@pytest.mark.parametrize(
    ("text", "column"),
    [("", 0), ("14", 2), ("40-14", 3), ("46-", 0), ("14-46", 3), ("14-40 x", 6), ("x", 0), ("1-x", 2)],
)
def test_what_are_no_weeks_is_refused(text: str, column: int) -> None:
    with pytest.raises(PhraseError) as caught:
        parse_weeks(text)
    assert caught.value.column == column


def test_a_quiet_interval_is_read() -> None:
    assert parse_quiet_interval("22:30-07:00") == QuietInterval(at("22:30"), at("07:00"))
    assert parse_quiet_interval("0:00 \N{EN DASH} 24:00") == QuietInterval(at("00:00"), at("24:00"))


@pytest.mark.parametrize(
    ("text", "column"),
    [("", 0), ("22:30", 5), ("22:30-", 6), ("24:00-07:00", 0), ("07:00-7:00", 6), ("7-8", 0), ("1:00-2:00!", 9)],
)
def test_what_is_no_quiet_interval_is_refused(text: str, column: int) -> None:
    with pytest.raises(PhraseError) as caught:
        parse_quiet_interval(text)
    assert caught.value.column == column
