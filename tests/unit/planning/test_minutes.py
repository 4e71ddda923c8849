from datetime import timedelta

import pytest

from config.phrase import parse_schedule
from config.schedule import Every, TimeOfDay
from scheduler.planning.minutes import minutes_of

WAKE, BEDTIME = TimeOfDay.parse("07:00"), TimeOfDay.parse("22:30")


def clock(when: str, bedtime: str = "22:30") -> list[str]:
    minutes = minutes_of(parse_schedule(when).rule, WAKE, TimeOfDay.parse(bedtime))
    return [f"{minute // 60:02}:{minute % 60:02}" for minute in minutes]


@pytest.mark.parametrize(
    ("when", "bedtime", "slots"),
    [
        ("at 16:30 and 08:00", "22:30", ["08:00", "16:30"]),
        ("at bedtime and wake", "00:30", ["07:00", "24:30"]),
        ("at 07:00 and wake", "22:30", ["07:00"]),
        ("30 min before bedtime", "22:30", ["22:00"]),
        ("30 min before bedtime", "00:15", ["23:45"]),
        ("1 h after wake", "22:30", ["08:00"]),
        ("8 h before wake", "22:30", ["-1:00"]),
        ("every 3 h from 09:00 to 18:00", "22:30", ["09:00", "12:00", "15:00", "18:00"]),
        ("every 3 h from 09:00 to 17:59", "22:30", ["09:00", "12:00", "15:00"]),
        ("every 2 h from 20:00 to 02:00", "22:30", ["20:00", "22:00", "24:00", "26:00"]),
        ("every 2 h from 20:00 to bedtime", "01:00", ["20:00", "22:00", "24:00"]),
        ("every 5 h", "22:00", ["07:00", "12:00", "17:00"]),
        ("every 6 h", "01:00", ["07:00", "13:00", "19:00"]),
        ("every 6 h from wake to bedtime", "01:00", ["07:00", "13:00", "19:00", "25:00"]),
        ("every 3 h from bedtime to wake", "00:30", ["24:30", "27:30", "30:30"]),
        ("every 12 h from 00:00 to 24:00", "22:30", ["00:00", "12:00", "24:00"]),
        ("every 12 h from 08:00 to bedtime", "10:00", ["08:00"]),
    ],
)
def test_a_rule_gives_these_times_of_its_owner_day(when: str, bedtime: str, slots: list[str]) -> None:
    assert clock(when, bedtime) == slots


def test_a_bedtime_at_noon_is_on_its_own_day() -> None:
    assert clock("1 h before bedtime", "12:00") == ["11:00"]
    assert clock("1 h before bedtime", "11:59") == ["34:59"]


def test_a_default_window_is_half_open_at_bedtime() -> None:
    assert clock("every 5 h", "22:00")[-1] == "17:00"
    assert clock("every 5 h from wake to bedtime", "22:00")[-1] == "22:00"


def test_a_window_with_equal_ends_is_empty() -> None:
    assert clock("every 1 h from wake to bedtime", "07:00") == []


def test_a_step_below_a_minute_is_refused() -> None:
    with pytest.raises(ValueError, match="every 0:00:30: a step is at least one minute"):
        minutes_of(Every(timedelta(seconds=30)), WAKE, BEDTIME)
