from datetime import date
from typing import Any

import pytest

from config.routine import NudgeRoutine
from config.schedule import At, Schedule, TimeOfDay, Weeks
from scheduler.planning.check import check
from tests.standins.routines import day, nudge, quiet, routine


def texts(*nudges: NudgeRoutine, **changes: Any) -> list[str]:
    return [fault.text for fault in check(routine(*nudges, **changes))]


def test_an_ordinary_routine_has_no_fault() -> None:
    usual = (
        nudge("every 3 h from 09:00 to 18:00", "hydration", priority=7),
        nudge("every 2 h from 09:30 to 15:30 on weekdays", "sitting_break", priority=8),
        nudge("at 16:30", "potassium"),
        nudge("30 min before bedtime", "bedtime_stretch", priority=1),
    )
    assert check(routine(*usual, due_date=day("2027-03-14"))) == []


def test_a_fault_points_at_its_nudge() -> None:
    [fault] = check(routine(nudge("at 23:00")))
    assert fault.path == ("nudges", "potassium")
    assert not fault.warning


@pytest.mark.parametrize(
    ("when", "time"),
    [
        ("at 23:00", "23:00"),
        ("at 08:00 and 06:59", "06:59"),
        ("30 min after bedtime", "23:00"),
        ("at bedtime", "22:30"),
    ],
)
def test_a_fixed_time_always_in_quiet_hours_is_a_fault(when: str, time: str) -> None:
    [text] = texts(nudge(when))
    assert text.startswith(f"potassium: {time} is always in quiet hours 22:30-07:00, so it would never be sent; ")
    assert text.endswith("choose another time or change quiet_hours")


def test_a_time_at_the_end_of_quiet_hours_is_fine() -> None:
    assert texts(nudge("at wake")) == []


def test_every_slot_in_quiet_hours_is_a_fault_and_some_are_not() -> None:
    [text] = texts(nudge("every 2 h from 23:00 to 03:00"))
    assert text.startswith("potassium: every time from 23:00 to 03:00 is in quiet hours, so it would never be sent")
    assert texts(nudge("every 2 h from 20:00 to 02:00")) == []


def test_quiet_hours_that_cover_the_day_are_one_fault() -> None:
    [fault] = check(routine(nudge("at 09:00"), nudge("at 10:00", "legs_up"), quiet_hours=(quiet("06:00-06:00"),)))
    assert fault.path == ("quiet_hours",)
    assert "nothing would ever be sent" in fault.text


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"when": "every 1 h from wake to 07:00"}, "both ends are the same"),
        ({"starts": day("2027-02-01"), "ends": day("2027-01-01")}, "starts 2027-02-01 is after ends 2027-01-01"),
        ({"weeks": Weeks(30, 20)}, "weeks 30-20 end before they begin"),
        ({"weeks": Weeks(45)}, "no day in common"),
        ({"starts": day("2028-01-01")}, "no day in common"),
        ({"when": "at 09:00 on fri", "starts": day("2026-10-03"), "ends": day("2026-10-08")}, "weekdays (fri)"),
        ({"schedule": Schedule(At((TimeOfDay(540),)), frozenset())}, "none of the few days"),
    ],
)
def test_a_schedule_that_never_comes_is_a_fault(changes: dict[str, Any], expected: str) -> None:
    [text] = texts(nudge(**changes), due_date=day("2027-03-14"))
    assert expected in text


@pytest.mark.parametrize(
    "changes",
    [
        {"starts": day("2027-01-04"), "ends": day("2027-01-04"), "when": "at 09:00 on mon"},
        {"weeks": Weeks(30, 30)},
        {"starts": day("2027-03-28")},
    ],
)
def test_a_schedule_that_comes_on_a_single_day_or_in_a_single_week_is_no_fault(changes: dict[str, Any]) -> None:
    assert texts(nudge(**changes), due_date=day("2027-03-14")) == []


def test_a_fault_never_tells_how_far_a_pregnancy_is() -> None:
    due = date(2027, 3, 14)
    [text] = texts(nudge(starts=day("2028-01-01")), due_date=due)
    assert "2027" not in text


def test_a_very_short_step_is_a_warning() -> None:
    short = check(routine(nudge("every 10 min from 09:00 to 10:00", "hydration")))
    assert [(fault.path, fault.warning, fault.text) for fault in short] == [
        (("nudges", "hydration"), True, "hydration: every 10 min is a lot; 15 min or more is easier to live with")
    ]
    assert texts(nudge("every 15 min from 09:00 to 10:00", "hydration")) == []


def test_what_the_daily_limit_leaves_out_is_a_warning_by_kind_and_weekday() -> None:
    water = nudge("every 1 h from 09:00 to 20:00", "hydration", priority=7)
    breaks = nudge("every 2 h from 09:30 to 15:30 on weekdays", "sitting_break", priority=8)
    found = check(routine(water, breaks, daily_limit=11))
    assert [(fault.path, fault.warning) for fault in found] == [
        (("nudges", "hydration"), True),
        (("nudges", "sitting_break"), True),
    ]
    every_day, on_weekdays = (fault.text for fault in found)
    assert every_day.startswith("hydration: daily_limit 11 leaves out 1 of its 12 messages every day; raise")
    assert on_weekdays.startswith("sitting_break: daily_limit 11 leaves out 4 of its 4 messages on weekdays; raise")


def test_the_worst_day_is_not_told_as_if_it_were_every_day() -> None:
    water = nudge("every 1 h from 09:00 to 20:00", "hydration", priority=7)
    breaks = nudge("every 2 h from 09:30 to 15:30 on weekdays", "sitting_break", priority=1)
    (text,) = texts(water, breaks, daily_limit=11)
    assert text.startswith("hydration: daily_limit 11 leaves out up to 5 of its 12 messages every day; raise")


def test_the_daily_limit_is_judged_on_the_days_on_which_nudges_meet() -> None:
    water = nudge("every 1 h from 09:00 to 18:00", "hydration", starts=day("2026-11-23"))
    few_days = {"starts": day("2026-11-24"), "ends": day("2026-11-25")}
    resting = nudge("every 1 h from 09:30 to 18:30", "legs_up", priority=9, **few_days)
    assert texts(water, resting, daily_limit=12) == [
        "legs_up: daily_limit 12 leaves out 8 of its 10 messages on tue, wed; raise daily_limit or ask for fewer"
    ]
    a_day = nudge(
        "every 1 h from 09:30 to 18:30", "legs_up", priority=9, starts=day("2026-11-24"), ends=day("2026-11-24")
    )
    assert "on tue; raise" in texts(water, a_day, daily_limit=12)[0]


def test_a_nudge_without_a_time_outside_quiet_hours_crowds_nobody() -> None:
    faults = check(routine(nudge("at 09:00", "hydration"), nudge("at 23:00", "legs_up")))
    assert [fault.warning for fault in faults] == [False]


def test_nudges_that_share_a_single_day_can_be_close_on_it() -> None:
    until, since = nudge("at 10:00", "hydration", ends=day("2026-11-24")), nudge("at 10:05", starts=day("2026-11-24"))
    assert len(texts(until, since)) == 1
    assert texts(until, nudge("at 10:05", starts=day("2026-11-25"))) == []


def test_every_pair_of_close_nudges_is_named() -> None:
    early = nudge("at 10:00", "legs_up", ends=day("2026-11-24"))
    found = texts(early, nudge("at 10:05", "hydration", starts=day("2026-11-25")), nudge("at 10:06", "potassium"))
    assert [text.partition(" come")[0] for text in found] == [
        "legs_up at 10:00 and potassium at 10:06",
        "hydration at 10:05 and potassium at 10:06",
    ]


def test_nudges_of_different_times_of_a_pregnancy_do_not_crowd_each_other() -> None:
    early = nudge("every 1 h from 09:00 to 18:00", "hydration", weeks=Weeks(14, 27))
    late = nudge("every 1 h from 09:00 to 18:00", "legs_up", weeks=Weeks(28))
    assert texts(early, late, due_date=day("2027-03-14")) == []


def test_slots_in_quiet_hours_crowd_nobody() -> None:
    night = nudge("every 1 h from 22:00 to 03:00", "hydration")
    assert texts(night, nudge("every 1 h from 22:05 to 03:05", "legs_up", starts=day("2026-01-01")), daily_limit=2) == [
        "hydration at 22:00 and legs_up at 22:05 come within 10 minutes of each other; move one of them"
    ]


def test_two_close_nudges_are_a_warning_once_for_the_pair() -> None:
    water = nudge("every 1 h from 09:00 to 12:00", "hydration")
    found = check(routine(water, nudge("at 10:10 and 11:50", "potassium")))
    assert [(fault.path, fault.warning, fault.text) for fault in found] == [
        (
            ("nudges", "potassium"),
            True,
            "hydration at 10:00 and potassium at 10:10 come within 10 minutes of each other; move one of them",
        )
    ]


def test_eleven_minutes_apart_is_far_enough() -> None:
    assert texts(nudge("at 10:00", "hydration"), nudge("at 10:11", "potassium")) == []


def test_close_times_on_different_weekdays_are_no_trouble() -> None:
    assert texts(nudge("at 10:00 on mon", "hydration"), nudge("at 10:00 on tue", "potassium")) == []


def test_sunday_night_is_close_to_monday_morning() -> None:
    late, early = nudge("at 23:55 on sun", "hydration"), nudge("at 00:03 on mon", "potassium")
    assert texts(late, early, quiet_hours=()) == [
        "hydration at 23:55 and potassium at 00:03 come within 10 minutes of each other; move one of them"
    ]


def test_monday_morning_is_close_to_sunday_night_whichever_is_named_first() -> None:
    early, late = nudge("at 00:03 on mon", "potassium"), nudge("at 23:55 on sun", "hydration")
    assert texts(early, late, quiet_hours=()) == [
        "potassium at 00:03 and hydration at 23:55 come within 10 minutes of each other; move one of them"
    ]


def test_a_window_past_midnight_is_close_to_the_next_days_times() -> None:
    night, early = nudge("every 2 h from 22:00 to 02:00 on fri", "hydration"), nudge("at 02:05 on sat", "potassium")
    assert len(texts(night, early, quiet_hours=())) == 1
