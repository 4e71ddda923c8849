from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from config.schedule import At, Schedule, TimeOfDay, Weeks
from scheduler.planning.slot import Slot
from scheduler.planning.timetable import Timetable, timetable
from tests.standins.routines import day, minutes, nudge, routine, utc


def table(when: str, zone: str = "Europe/London", bedtime: str = "22:30", **changes: Any) -> Timetable:
    asked = nudge(when, **changes)
    return timetable(routine(asked, timezone=zone, bedtime=bedtime), asked)


def test_the_next_occurrence_is_strictly_after_the_instant() -> None:
    slots = table("at 09:00")
    due = utc("2026-06-01 08:00")
    before = slots.after(due - datetime.resolution)
    following = slots.after(due)
    assert before is not None
    assert following is not None
    assert (before.nudge, before.slot, before.due) == ("potassium", Slot(day("2026-06-01"), 540), due)
    assert following.slot == Slot(day("2026-06-02"), 540)


def test_an_interval_holds_its_start_and_not_its_end() -> None:
    slots = table("every 1 h from 09:00 to 12:00")
    found = slots.between(utc("2026-06-01 08:00"), utc("2026-06-01 10:00"))
    assert [occurrence.due for occurrence in found] == [utc("2026-06-01 08:00"), utc("2026-06-01 09:00")]


def test_slots_name_their_owner_day_and_its_own_time() -> None:
    night = table("every 2 h from 20:00 to 02:00", starts=day("2026-06-01"), ends=day("2026-06-01"))
    found = list(night.between(utc("2026-01-01 00:00"), utc("2027-01-01 00:00")))
    assert [str(occurrence.slot) for occurrence in found] == [
        "2026-06-01/20:00",
        "2026-06-01/22:00",
        "2026-06-01/24:00",
        "2026-06-01/26:00",
    ]


def test_an_offset_before_an_early_wake_has_a_negative_time() -> None:
    asked = nudge("30 min before wake")
    found = timetable(routine(asked, wake="00:15"), asked).on(day("2026-06-01"))
    assert [str(slot) for slot in found] == ["2026-06-01/-00:15"]


def test_bounds_look_at_the_owner_day_even_before_midnight() -> None:
    asked = nudge("30 min before wake", starts=day("2026-06-03"), ends=day("2026-06-04"))
    slots = timetable(routine(asked, wake="00:15"), asked)
    found = slots.between(utc("2026-05-01 00:00"), utc("2026-07-01 00:00"))
    assert [occurrence.due for occurrence in found] == [utc("2026-06-02 22:45"), utc("2026-06-03 22:45")]


def test_a_stage_ends_two_weeks_after_the_due_date() -> None:
    asked = nudge("at 12:00", weeks=Weeks(14))
    slots = timetable(routine(asked, due_date=day("2027-03-14")), asked)
    assert slots.after(utc("2027-03-28 10:59")) is not None
    assert slots.after(utc("2027-03-28 11:00")) is None


def test_slots_that_meet_keep_the_name_of_the_earliest() -> None:
    slots = table("at 01:00, 01:30 and 02:00")
    assert slots.on(day("2026-03-29")) == (Slot(day("2026-03-29"), 60),)


def test_slots_of_two_owner_days_that_meet_belong_to_the_earlier_day() -> None:
    slots = table("at 00:30 and bedtime", bedtime="00:30")
    assert slots.on(day("2026-06-01")) == (Slot(day("2026-06-01"), 1470),)


def test_where_the_earlier_owner_day_is_out_of_bounds_the_later_keeps_its_slot() -> None:
    slots = table("at 00:30 and bedtime", bedtime="00:30", starts=day("2026-06-01"))
    assert slots.on(day("2026-06-01")) == (Slot(day("2026-06-01"), 30), Slot(day("2026-06-01"), 1470))


def test_a_gap_over_midnight_joins_the_slots_of_both_days() -> None:
    # Toronto's clock went from 23:30 on 30 March 1919 to 00:30 on the 31st.
    slots = table("at 00:10, 00:40, 23:20 and 23:45", "America/Toronto")
    assert [slot.local for slot in slots.on(day("1919-03-30"))] == ["00:10", "00:40", "23:20", "23:45"]
    assert [slot.local for slot in slots.on(day("1919-03-31"))] == ["00:40", "23:20", "23:45"]
    at_the_gap = next(slots.between(utc("1919-03-31 04:30"), utc("1919-04-01 00:00")))
    assert str(at_the_gap.slot) == "1919-03-30/23:45"


def test_a_fold_over_midnight_repeats_nothing() -> None:
    # Goose Bay's clock went from 00:01 on 30 October 1988 back to 22:01 on the 29th.
    slots = table("at 00:00, 22:30 and 23:30", "America/Goose_Bay")
    found = slots.between(utc("1988-10-29 12:00"), utc("1988-10-30 12:00"))
    assert [(str(one.slot), one.due) for one in found] == [
        ("1988-10-29/22:30", utc("1988-10-30 00:30")),
        ("1988-10-29/23:30", utc("1988-10-30 01:30")),
        ("1988-10-30/00:00", utc("1988-10-30 02:00")),
    ]


@pytest.mark.parametrize("zone", ["Pacific/Apia", "Pacific/Fakaofo"])
def test_a_day_that_never_happened_owns_no_slot_of_the_night_after_it(zone: str) -> None:
    night = table("every 2 h from 22:00 to 04:00", zone)
    found = night.between(utc("2011-12-28 00:00"), utc("2012-01-03 00:00"))
    owners = {occurrence.slot.owner_day for occurrence in found}
    assert day("2011-12-30") not in owners
    assert {day("2011-12-29"), day("2011-12-31")} <= owners
    assert night.on(day("2011-12-29")) == (Slot(day("2011-12-29"), 1320),)


def test_a_timetable_without_slots_ends_at_once() -> None:
    asked = nudge(schedule=Schedule(At((TimeOfDay(60),)), frozenset()))
    never = timetable(routine(asked), asked)
    assert never.after(utc("2026-06-01 00:00")) is None
    assert never.on(day("2026-06-01")) == ()
    empty = table("every 1 h", bedtime="07:00")
    assert empty.after(utc("2026-06-01 00:00")) is None
    assert list(empty.between(utc("2026-06-01 00:00"), utc("2030-06-01 00:00"))) == []


def test_a_weekday_that_never_lies_within_the_bounds_never_comes() -> None:
    slots = table("at 09:00 on fri", starts=day("2026-06-06"), ends=day("2026-06-11"))
    assert slots.after(utc("2026-01-01 00:00")) is None


def test_a_far_start_is_found_at_once() -> None:
    found = table("at 09:00 on fri", starts=day("2090-01-01")).after(utc("2026-01-01 00:00"))
    assert found is not None
    assert found.slot.owner_day == day("2090-01-06")


def test_the_ends_of_the_calendar_are_no_trouble() -> None:
    slots = table("every 2 h from 20:00 to 02:00", "Pacific/Kiritimati")
    assert slots.after(datetime(1, 1, 1, tzinfo=UTC)) is not None
    assert slots.after(datetime(9999, 12, 31, tzinfo=UTC)) is None
    assert slots.on(date.min) == ()
    assert slots.on(date.max) == ()


def test_people_with_equal_habits_share_one_timetable() -> None:
    one, other = nudge("at 09:00", priority=1), nudge("at 09:00", priority=2, lifetime=minutes(5))
    assert timetable(routine(one), one) is timetable(routine(other, daily_limit=3), other)


def test_a_long_interval_is_walked_without_a_hole() -> None:
    found = list(table("at 09:00").between(utc("2020-01-01 00:00"), utc("2032-01-01 00:00")))
    assert [occurrence.slot.owner_day for occurrence in found] == [
        day("2020-01-01") + timedelta(days=index) for index in range(len(found))
    ]
    assert len(found) == 12 * 365 + 3
