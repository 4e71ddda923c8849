import pytest

from config.schedule import QuietInterval
from scheduler.planning.quiet import covers_all_day, interval_at, is_quiet, quiet_ends_at
from tests.standins.routines import quiet, routine, utc


@pytest.mark.parametrize(
    ("instant", "expected"),
    [
        ("2026-06-01 21:29:59", False),
        ("2026-06-01 21:30", True),
        ("2026-06-01 23:30", True),
        ("2026-06-02 05:59:59", True),
        ("2026-06-02 06:00", False),
    ],
)
def test_quiet_hours_are_half_open_on_the_local_clock(instant: str, expected: bool) -> None:  # noqa: FBT001
    assert is_quiet(routine(), utc(instant)) is expected


def test_no_quiet_hours_means_never_quiet() -> None:
    awake = routine(quiet_hours=())
    assert not is_quiet(awake, utc("2026-06-01 02:00"))
    assert quiet_ends_at(awake, utc("2026-06-01 02:00")) == utc("2026-06-01 02:00")


def test_quiet_hours_hold_in_both_passes_of_the_fold() -> None:
    night = routine(quiet_hours=(quiet("01:15-01:45"),))
    assert is_quiet(night, utc("2026-10-25 00:30"))
    assert not is_quiet(night, utc("2026-10-25 01:00"))
    assert is_quiet(night, utc("2026-10-25 01:30"))


def test_equal_ends_are_quiet_all_day() -> None:
    silent = routine(quiet_hours=(quiet("08:00-08:00"),))
    assert all(is_quiet(silent, utc(f"2026-06-01 {hour:02}:00")) for hour in range(24))


def test_quiet_ends_at_the_end_of_the_interval() -> None:
    assert quiet_ends_at(routine(), utc("2026-06-01 22:00:30")) == utc("2026-06-02 06:00")
    assert quiet_ends_at(routine(), utc("2026-06-02 06:00")) == utc("2026-06-02 06:00")


def test_an_instant_outside_quiet_hours_is_returned_as_it_is() -> None:
    assert quiet_ends_at(routine(), utc("2026-06-01 12:00:12.345")) == utc("2026-06-01 12:00:12.345")


def test_intervals_that_touch_or_overlap_end_together() -> None:
    hours = (quiet("22:00-02:00"), quiet("02:00-06:30"), quiet("06:00-07:00"))
    assert quiet_ends_at(routine(quiet_hours=hours), utc("2026-06-01 21:30")) == utc("2026-06-02 06:00")


@pytest.mark.parametrize(
    ("start", "end"), [("2026-03-28 23:00", "2026-03-29 06:00"), ("2026-10-24 23:00", "2026-10-25 07:00")]
)
def test_the_end_is_read_off_the_clock_across_a_change(start: str, end: str) -> None:
    assert quiet_ends_at(routine(), utc(start)) == utc(end)


def test_an_end_inside_the_spring_gap_is_the_first_instant_after_it() -> None:
    night = routine(quiet_hours=(quiet("22:00-01:30"),))
    assert quiet_ends_at(night, utc("2026-03-29 00:10")) == utc("2026-03-29 01:00")


def test_an_end_inside_the_fold_lets_quiet_begin_again() -> None:
    night = routine(quiet_hours=(quiet("22:00-01:30"),))
    assert quiet_ends_at(night, utc("2026-10-25 00:10")) == utc("2026-10-25 00:30")
    assert quiet_ends_at(night, utc("2026-10-25 01:10")) == utc("2026-10-25 01:30")


@pytest.mark.parametrize("hours", [("08:00-08:00",), ("07:00-20:00", "20:00-07:00")])
def test_quiet_hours_that_never_end_say_so(hours: tuple[str, ...]) -> None:
    intervals = tuple(map(quiet, hours))
    assert covers_all_day(intervals)
    with pytest.raises(ValueError, match="whole day"):
        quiet_ends_at(routine(quiet_hours=intervals), utc("2026-06-01 12:00"))


@pytest.mark.parametrize(
    "hours", [(), ("00:00-23:59",), ("22:00-24:00", "00:00-21:00"), ("07:00-20:00", "20:01-07:00")]
)
def test_a_minute_left_is_not_the_whole_day(hours: tuple[str, ...]) -> None:
    assert not covers_all_day(tuple(map(quiet, hours)))


def test_the_interval_that_holds_a_minute_can_be_named() -> None:
    hours: tuple[QuietInterval, ...] = (quiet("12:00-13:00"), quiet("22:00-24:00"))
    assert str(interval_at(hours, 23 * 60)) == "22:00-24:00"
    assert interval_at(hours, 13 * 60) is None
    assert str(interval_at((quiet("22:30-07:00"),), 24 * 60 + 30)) == "22:30-07:00"
