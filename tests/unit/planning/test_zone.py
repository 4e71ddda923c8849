from datetime import UTC, timedelta
from zoneinfo import ZoneInfo

import pytest

from scheduler.planning.zone import instant_of, local_of, plain_midnight
from tests.standins.routines import day, utc


def test_an_ordinary_minute_is_midnight_plus_that_many_minutes() -> None:
    assert instant_of("Europe/London", day("2026-06-01"), 9 * 60) == utc("2026-06-01 08:00")


def test_instants_are_aware_and_in_utc() -> None:
    found = instant_of("Asia/Kathmandu", day("2026-06-01"), 0)
    assert found is not None
    assert found.tzinfo is UTC


def test_minutes_may_lie_before_and_after_their_owner_day() -> None:
    assert instant_of("Europe/London", day("2026-06-01"), -15) == utc("2026-05-31 22:45")
    assert instant_of("Europe/London", day("2026-06-01"), 1470) == utc("2026-06-01 23:30")


@pytest.mark.parametrize("minute", [60, 75, 119, 120])
def test_a_minute_in_the_spring_gap_is_the_first_instant_after_it(minute: int) -> None:
    assert instant_of("Europe/London", day("2026-03-29"), minute) == utc("2026-03-29 01:00")


def test_a_repeated_minute_is_its_first_pass() -> None:
    assert instant_of("Europe/London", day("2026-10-25"), 90) == utc("2026-10-25 00:30")
    assert instant_of("Europe/London", day("2026-10-25"), 120) == utc("2026-10-25 02:00")


def test_a_gap_at_midnight_is_resolved_from_either_side() -> None:
    after_the_gap = utc("2018-11-04 03:00")
    assert instant_of("America/Sao_Paulo", day("2018-11-04"), 30) == after_the_gap
    assert instant_of("America/Sao_Paulo", day("2018-11-03"), 1470) == after_the_gap


@pytest.mark.parametrize(("owner", "minute"), [("2011-12-30", 480), ("2011-12-29", 1470), ("2011-12-30", 1470)])
def test_a_day_that_never_happened_has_no_minute_and_owns_none(owner: str, minute: int) -> None:
    assert instant_of("Pacific/Apia", day(owner), minute) is None


def test_the_days_beside_one_that_never_happened_are_whole() -> None:
    assert instant_of("Pacific/Apia", day("2011-12-29"), 1439) == utc("2011-12-30 09:59")
    assert instant_of("Pacific/Apia", day("2011-12-31"), 0) == utc("2011-12-30 10:00")


@pytest.mark.parametrize(
    ("zone", "civil", "midnight"),
    [
        ("Europe/London", "2026-03-28", "2026-03-28 00:00"),
        ("Europe/London", "2026-03-30", "2026-03-29 23:00"),
        ("Asia/Kathmandu", "2026-06-01", "2026-05-31 18:15"),
        ("America/Sao_Paulo", "2018-11-03", "2018-11-03 03:00"),
        ("America/Sao_Paulo", "2018-11-05", "2018-11-05 02:00"),
    ],
)
def test_a_day_with_one_offset_is_known_by_its_midnight_alone(zone: str, civil: str, midnight: str) -> None:
    assert plain_midnight(zone, day(civil).toordinal()) == utc(midnight).timestamp()


@pytest.mark.parametrize(
    ("zone", "civil"),
    [
        ("Europe/London", "2026-03-29"),
        ("Europe/London", "2026-10-25"),
        ("America/Sao_Paulo", "2018-11-04"),
        ("America/Havana", "2026-11-01"),
        ("Pacific/Apia", "2011-12-30"),
    ],
)
def test_a_day_on_which_the_clock_changes_is_not(zone: str, civil: str) -> None:
    assert plain_midnight(zone, day(civil).toordinal()) is None


def test_offsets_with_seconds_are_kept() -> None:
    assert instant_of("Africa/Monrovia", day("1960-01-01"), 0) == utc("1960-01-01 00:44:30")


def test_local_time_is_what_the_wall_clock_shows() -> None:
    shown = local_of(utc("2026-06-01 08:00"), "Europe/London")
    assert (shown.hour, shown.utcoffset()) == (9, timedelta(hours=1))


def test_the_two_passes_of_an_autumn_hour_are_told_apart_in_whatever_zone_they_are_given() -> None:
    london = ZoneInfo("Europe/London")
    first, second = (utc(f"2026-10-25 0{hour}:30").astimezone(london) for hour in (0, 1))
    assert first == second, "as Python compares them"
    assert [f"{local_of(each, 'UTC'):%H:%M}" for each in (first, second)] == ["00:30", "01:30"]
