"""The diary: which night a cramp belongs to, which day a done, and whole weeks."""

from __future__ import annotations

import csv
from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta

import pytest

from config.changes import UNCHANGED
from config.person import Person, Preferences
from scheduler.delivery.correspondence import Correspondent, DiaryEntry, Noted
from scheduler.delivery.standing import Standing
from scheduler.service.diary import COLUMNS, Diary, days_of, diary_of

LONDON = "Europe/London"
MONDAY = date(2026, 11, 16)
NOW = datetime(2026, 11, 26, 12, 0, tzinfo=UTC)
"""A Thursday."""


def cramp(text: str) -> DiaryEntry:
    return DiaryEntry(Noted.CRAMP, datetime.fromisoformat(f"2026-11-{text}+00:00"))


def done(text: str, nudge: str | None = "bedtime_stretch") -> DiaryEntry:
    return DiaryEntry(Noted.DONE, datetime.fromisoformat(f"2026-11-{text}+00:00"), nudge)


def diary(*entries: DiaryEntry, weeks: int = 2, zone: str = LONDON) -> Diary:
    preferences = Preferences(zone, language="es", discreet=False)
    who = Correspondent(Person("sam", preferences), UNCHANGED, preferences, Standing())
    return diary_of(
        who, lambda _person, since, until: [each for each in entries if since <= each.at < until], weeks, NOW
    )


@pytest.mark.parametrize(
    ("at", "night"),
    [("17T23:30", 17), ("18T03:00", 17), ("18T11:59", 17), ("18T12:00", 18), ("18T16:00", 18)],
)
def test_a_cramp_belongs_to_the_night_from_noon_to_noon(at: str, night: int) -> None:
    (day,) = (each for each in diary(cramp(at)).days if each.cramps)
    assert day.day == date(2026, 11, night)


@pytest.mark.parametrize(("at", "day"), [("17T22:15", 17), ("18T03:59", 17), ("18T04:00", 18), ("18T09:00", 18)])
def test_what_is_done_in_the_small_hours_belongs_to_the_day_before(at: str, day: int) -> None:
    (found,) = (each for each in diary(done(at)).days if each.dones)
    assert (found.day, found.stretched) == (date(2026, 11, day), True)


def test_days_are_those_of_the_persons_own_clock() -> None:
    (day,) = (each for each in diary(cramp("18T03:00"), zone="Asia/Tokyo").days if each.cramps)
    assert day.day == date(2026, 11, 18), "noon there"


def test_weeks_are_whole_and_begin_on_a_monday() -> None:
    found = diary(cramp("15T12:00"), cramp("16T12:00"))
    assert [len(week) for week in found.weeks] == [7, 7]
    assert (found.days[0].day, found.today) == (MONDAY, date(2026, 11, 26))
    assert (found.cramps, found.nights) == (1, 1), "the Sunday before is of another week"
    assert (found.language, found.discreet, found.zone) == ("es", False, LONDON)


def test_a_night_with_two_cramps_is_one_night() -> None:
    found = diary(cramp("18T02:00"), cramp("18T04:00"))
    assert (found.cramps, found.nights) == (2, 1)


def test_csv_has_a_line_for_each_entry_in_order_with_the_offset_from_utc() -> None:
    found = diary(cramp("18T03:10"), done("17T22:15"), done("17T12:40", None))
    header, *lines = csv.reader(found.csv().splitlines())
    assert tuple(header) == COLUMNS
    assert lines == [
        ["2026-11-17", "done", "2026-11-17T12:40+00:00", ""],
        ["2026-11-17", "done", "2026-11-17T22:15+00:00", "bedtime_stretch"],
        ["2026-11-17", "cramp", "2026-11-18T03:10+00:00", ""],
    ]


def test_another_nudge_done_is_no_stretch() -> None:
    entries: Iterable[DiaryEntry] = [done("17T12:40", "hydration")]
    (day,) = days_of(entries, LONDON, date(2026, 11, 17), date(2026, 11, 17))
    assert (len(day.dones), day.stretched) == (1, False)


def test_a_day_of_a_clock_change_has_its_entries_too() -> None:
    at = datetime(2026, 10, 25, 1, 30, tzinfo=UTC)  # half past one for the second time
    days = days_of([DiaryEntry(Noted.CRAMP, at)], LONDON, date(2026, 10, 24), date(2026, 10, 24) + timedelta(days=1))
    assert [len(each.cramps) for each in days] == [1, 0]
