"""The stretch of time that --days, --from and --to describe."""

from datetime import UTC, datetime

import pytest
import typer

from scheduler.cli.stretch import Stretch

NOW = datetime(2026, 11, 23, 23, 30, tzinfo=UTC)


def utc(*parts: int) -> datetime:
    return datetime(*parts, tzinfo=UTC)  # type: ignore[misc,arg-type]  # year to minute, given as they come


def test_it_is_today_where_the_person_lives_unless_said_otherwise() -> None:
    assert Stretch().within("Europe/London", NOW) == (utc(2026, 11, 23), utc(2026, 11, 24))
    assert Stretch().within("Asia/Tokyo", NOW) == (utc(2026, 11, 23, 15), utc(2026, 11, 24, 15))


def test_days_are_the_persons_days_whatever_the_clocks_do() -> None:
    start, end = Stretch.parse(1, "2027-03-28", None).within("Europe/London", NOW)
    assert (end - start).total_seconds() == 23 * 3600


def test_days_count_from_an_instant_on_the_persons_wall_clock() -> None:
    start, end = Stretch.parse(1, "2027-03-27T12:00Z", None).within("Europe/London", NOW)
    assert (start, end) == (utc(2027, 3, 27, 12), utc(2027, 3, 28, 11))


def test_the_end_is_excluded_and_may_be_given_alone() -> None:
    assert Stretch.parse(None, None, "2026-11-25").within("UTC", NOW) == (utc(2026, 11, 23), utc(2026, 11, 25))


def test_days_that_reach_beyond_what_can_be_planned_are_cut_off() -> None:
    _, end = Stretch.parse(3660, "2199-12-01", None).within("UTC", NOW)
    assert end == utc(2200, 1, 1)


@pytest.mark.parametrize(
    ("start", "end"), [("2026-11-25", "2026-11-25"), ("2026-11-26", "2026-11-25"), (None, "2020-01-01")]
)
def test_an_end_that_does_not_come_after_the_start_is_refused(start: str | None, end: str) -> None:
    with pytest.raises(typer.BadParameter, match="after the start"):
        Stretch.parse(None, start, end).within("UTC", NOW)


def test_days_and_an_end_together_are_refused() -> None:
    with pytest.raises(typer.BadParameter, match="one of"):
        Stretch.parse(2, None, "2026-11-25")
