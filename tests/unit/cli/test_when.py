"""Points in time as people type them."""

from datetime import UTC, datetime, timedelta

import pytest
import typer

from scheduler.cli.when import When, ago, length

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)


def test_a_day_begins_at_midnight_where_the_person_lives() -> None:
    assert When.parse("2026-06-01", "--from").at("America/New_York") == datetime(2026, 6, 1, 4, tzinfo=UTC)


def test_a_time_without_an_offset_is_the_persons_own() -> None:
    assert When.parse("2026-06-01T09:30:15", "--from").at("Asia/Kolkata") == datetime(2026, 6, 1, 4, 0, 15, tzinfo=UTC)


def test_an_instant_is_the_same_for_everyone() -> None:
    when = When.parse("2026-06-01T09:00+02:00", "--from")
    assert when.at("Asia/Tokyo") == when.at("UTC") == datetime(2026, 6, 1, 7, tzinfo=UTC)


def test_a_time_the_clocks_leave_out_is_the_first_instant_after_the_gap() -> None:
    assert When.parse("2027-03-28T01:30", "--from").at("Europe/London") == datetime(2027, 3, 28, 1, tzinfo=UTC)


def test_a_day_that_never_happened_is_the_beginning_of_the_next() -> None:
    skipped = When.parse("2011-12-30", "--from").at("Pacific/Apia")
    assert skipped == When.parse("2011-12-31", "--from").at("Pacific/Apia")


@pytest.mark.parametrize("text", ["soon", "", "2026-13-01", "2026-11-23T25:00", "1066-10-14", "9999-12-31", "23"])
def test_anything_else_is_refused_with_its_option_and_what_was_expected(text: str) -> None:
    with pytest.raises(typer.BadParameter) as raised:
        When.parse(text, "--from")
    assert raised.value.param_hint == "--from"
    assert "expected" in raised.value.message or "year" in raised.value.message


@pytest.mark.parametrize(
    ("text", "back"), [("24h", timedelta(hours=24)), ("90 min", timedelta(minutes=90)), ("7 days", timedelta(days=7))]
)
def test_how_long_ago_counts_back_from_now(text: str, back: timedelta) -> None:
    assert ago(text, "--since", NOW, "UTC") == NOW - back


def test_ago_also_takes_a_day() -> None:
    assert ago("2026-11-20", "--since", NOW, "UTC") == datetime(2026, 11, 20, tzinfo=UTC)


@pytest.mark.parametrize("text", ["yesterday", "999999999 days", "20"])
def test_ago_refuses_what_is_neither(text: str) -> None:
    with pytest.raises(typer.BadParameter, match="not understood"):
        ago(text, "--since", NOW, "UTC")


def test_a_length_of_time_is_read_as_in_the_config() -> None:
    assert length("1 h 30 min", "--for") == timedelta(minutes=90)
    with pytest.raises(typer.BadParameter, match="3 days"):
        length("a while", "--for")
