from datetime import UTC, date, datetime, timedelta

import pytest

from config.routine import NudgeRoutine
from scheduler.planning.decision import decide
from scheduler.planning.plan import plan
from scheduler.planning.slot import Verdict
from scheduler.planning.spread import room_of, share_of, slots_of
from scheduler.planning.timetable import timetable
from tests.standins.routines import minutes, nudge, quiet, routine, utc

DAY = utc("2026-06-01 00:00")
HALF = 1 << 31
LAST = (1 << 32) - 1


def dues(asked: NudgeRoutine, share: int, **changes: object) -> list[str]:
    """On the wall clock of a summer in London."""
    person = routine(asked, **changes)  # type: ignore[arg-type]  # changes, passed on as they come
    found = slots_of(person, asked, share).between(DAY, DAY + timedelta(days=1))
    return [f"{one.due + timedelta(hours=1):%H:%M:%S}" for one in found]


def test_a_person_is_moved_by_their_share_of_the_spread() -> None:
    stretch = nudge("at 21:30", spread=minutes(10))
    assert dues(stretch, 0) == ["21:30:00"]
    assert dues(stretch, HALF) == ["21:35:00"]
    assert dues(stretch, LAST) == ["21:39:59"]


def test_a_share_is_fixed_by_the_id_and_shares_fill_the_spread_evenly() -> None:
    assert share_of("sam") == share_of("sam")
    tenths = [share_of(f"p{number}") * 10 >> 32 for number in range(10_000)]
    assert all(900 < tenths.count(tenth) < 1100 for tenth in range(10))


def test_a_slot_keeps_its_owner_day_and_local_time_as_written() -> None:
    asked = nudge("at 23:55", spread=minutes(10))
    found = slots_of(routine(asked, quiet_hours=()), asked, LAST).after(DAY)
    assert found is not None
    assert str(found.slot) == "2026-06-01/23:55"
    assert found.due == utc("2026-06-01 23:04:59")


def test_nobody_is_moved_into_quiet_hours() -> None:
    assert dues(nudge("at 22:26", spread=minutes(10)), LAST) == ["22:29:59"]


def test_a_slot_in_quiet_hours_is_not_moved_out_of_them() -> None:
    early = nudge("at 06:55, 08:55 and 10:55", spread=minutes(10))
    assert dues(early, LAST) == ["06:55:00", "09:04:59", "11:04:59"]
    assert plan(routine(early), DAY, DAY + timedelta(days=1), LAST)[0].verdict is Verdict.SUPPRESSED


def test_nobody_is_moved_as_far_as_the_next_slot() -> None:
    assert dues(nudge("at 08:00, 08:05 and 20:00", spread=minutes(30)), HALF) == ["08:02:30", "08:20:00", "20:15:00"]


def test_the_last_slot_before_a_clock_change_keeps_out_of_quiet_hours_too() -> None:
    asked = nudge("at 00:50", spread=minutes(60))
    person = routine(asked, quiet_hours=(quiet("02:10-07:00"),))  # the hour from 01:00 to 02:00 is left out that night
    found = slots_of(person, asked, LAST).after(utc("2026-03-29 00:00"))
    assert found is not None
    assert found.due == utc("2026-03-29 00:50") + minutes(20) - timedelta(seconds=1)


def test_a_lifetime_counts_from_the_moved_instant() -> None:
    asked = nudge("at 09:00", spread=minutes(30), lifetime=minutes(10))
    person = routine(asked)
    late = decide(person, asked, DAY, utc("2026-06-01 08:24"), None, HALF)
    assert [one.verdict for one in late.decided] == [Verdict.SEND]
    gone = decide(person, asked, DAY, utc("2026-06-01 08:25"), None, HALF)
    assert [one.verdict for one in gone.decided] == [Verdict.MISSED]


@pytest.mark.parametrize("share", [0, 1, HALF, LAST])
def test_after_walks_forward_over_every_slot_once(share: int) -> None:
    asked = nudge("every 25 min from 20:00 to 03:00", spread=minutes(60))
    person = routine(asked, quiet_hours=(quiet("23:00-01:00"),), timezone="America/New_York")
    slots = slots_of(person, asked, share)
    start = datetime(2026, 3, 6, tzinfo=UTC)
    walked = [one.slot for one in slots.between(start, start + timedelta(days=5))]
    written = [
        one.slot
        for one in slots_of(person, nudge("every 25 min from 20:00 to 03:00"), 0).between(
            start, start + timedelta(days=5)
        )
    ]
    assert walked == written


def test_without_a_spread_there_is_nothing_between_a_person_and_the_timetable() -> None:
    asked = nudge("at 09:00")
    person = routine(asked)
    assert slots_of(person, asked, HALF) is timetable(person, asked)


def test_the_last_slot_of_all_has_the_whole_spread_and_nothing_follows() -> None:
    asked = nudge("at 09:00", spread=minutes(10), ends=date(2026, 6, 1))
    slots = slots_of(routine(asked), asked, LAST)
    assert [one.due for one in slots.between(DAY, DAY + timedelta(days=9))] == [utc("2026-06-01 08:09:59")]
    assert slots.after(utc("2026-06-01 08:09:59")) is None


def test_between_takes_in_its_start_and_leaves_out_its_end() -> None:
    asked = nudge("at 09:00 and 10:00", spread=minutes(10))
    first, second = utc("2026-06-01 08:05"), utc("2026-06-01 09:05")
    slots = slots_of(routine(asked), asked, HALF)
    assert [one.due for one in slots.between(first, second)] == [first]
    assert [one.due for one in slots.between(first, second + datetime.resolution)] == [first, second]


def near(instant: str, **changes: object) -> list[tuple[str, int]]:
    """Of 08:00, 08:05 and 20:00 in a summer of London, by a spread of half an hour; the clock shows an hour more."""
    asked = nudge("at 08:00, 08:05 and 20:00", spread=minutes(30), **changes)  # type: ignore[arg-type]  # passed on
    return [
        (f"{due + timedelta(hours=1):%H:%M}", room) for due, room in room_of(routine(asked), asked).near(utc(instant))
    ]


def test_near_an_instant_are_all_that_may_come_next_each_with_its_room() -> None:
    early, close, evening = ("08:00", 300), ("08:05", 1800), ("20:00", 1800)
    assert near("2026-06-01 06:00") == [early]
    assert near("2026-06-01 07:03") == [early, close]
    assert near("2026-06-01 07:05") == [early, close, evening], "it comes strictly after"
    assert near("2026-06-01 07:31") == [close, evening]
    assert near("2026-06-01 08:00") == [evening]


def test_near_the_end_of_all_slots_are_the_last_and_then_none() -> None:
    assert near("2026-06-01 19:10", ends=date(2026, 6, 1)) == [("20:00", 1800)]
    assert near("2026-06-01 20:00", ends=date(2026, 6, 1)) == []
