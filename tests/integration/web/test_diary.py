"""The diary: days and nights in words for who cannot see the plot, and a table for a provider."""

from __future__ import annotations

import csv
import io
import re
from datetime import UTC, datetime, timedelta

from scheduler.delivery.correspondence import DiaryEntry, Noted
from tests.standins.desk import NOW, PAGE, DeskStandIn, sam, some_nights
from tests.standins.website import Website

PATH = f"/p/{PAGE}/diary"
NIGHT = datetime(2026, 11, 20, 2, 15, tzinfo=UTC)


def test_every_day_of_eight_weeks_is_told_in_words(site: Website, desk: DeskStandIn) -> None:
    desk.diary_entries = [
        DiaryEntry(Noted.CRAMP, NIGHT),
        DiaryEntry(Noted.CRAMP, NIGHT + timedelta(hours=1)),
        DiaryEntry(Noted.DONE, NIGHT - timedelta(hours=5), "bedtime_stretch"),
        DiaryEntry(Noted.DONE, NIGHT - timedelta(hours=9), "hydration"),
        DiaryEntry(Noted.CRAMP, NIGHT + timedelta(days=2)),
    ]
    told = re.findall(r'<span class="hidden">(\w+day \d+ \w+: [^<]*)</span>', site.get(PATH).text)
    assert len(told) == 56
    assert "Thursday 19 November: 2 cramps, stretch done, 1 other nudge done" in told
    assert "Saturday 21 November: 1 cramp" in told
    assert "Monday 5 October: nothing noted" in told
    assert "Monday 23 November: nothing noted (today)" in told
    assert told[-1] == "Sunday 29 November: still to come"


def test_what_a_provider_asks_for_is_counted(site: Website, desk: DeskStandIn) -> None:
    desk.diary_entries = some_nights(NOW.date())
    text = site.get(PATH).text
    numbers = dict(re.findall(r"<dt>([^<]*)</dt><dd>([^<]*)</dd>", text))
    assert numbers["Nights with a cramp"] == "10 of 50"
    assert numbers["Cramps in all"] == "14"
    assert numbers["Nights with a cramp after a day with a stretch"] == "4 of 17"
    assert numbers["Nights with a cramp after a day without one"] == "6 of 33"


def test_the_plot_is_drawn_without_script_or_style_and_told_in_words(site: Website, desk: DeskStandIn) -> None:
    desk.diary_entries = some_nights(NOW.date())
    text = site.get(PATH).text
    assert text.count("<rect ") == 16
    assert "From 16 November: nights with a cramp 2, days with a stretch 3" in text
    assert " style=" not in text
    assert "<script" not in text


def test_an_empty_diary_says_so(site: Website) -> None:
    answer = site.get(PATH)
    assert answer.status == 200
    assert "Nothing is noted yet." in answer.text


def test_the_diary_speaks_the_persons_language(site: Website, desk: DeskStandIn) -> None:
    desk.person = sam("es")
    desk.diary_entries = [DiaryEntry(Noted.CRAMP, NIGHT)]
    assert "jueves 19 de noviembre: 1 calambre" in site.get(PATH).text


def test_the_table_holds_every_entry(site: Website, desk: DeskStandIn) -> None:
    desk.diary_entries = [
        DiaryEntry(Noted.CRAMP, NIGHT),
        DiaryEntry(Noted.DONE, NIGHT - timedelta(hours=5), "hydration"),
    ]
    answer = site.get(f"{PATH}.csv")
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    assert answer.headers["content-disposition"] == 'attachment; filename="diary.csv"'
    assert list(csv.reader(io.StringIO(answer.text))) == [
        ["day", "what", "time", "nudge"],
        ["2026-11-19", "done", "2026-11-19T22:15+01:00", "hydration"],
        ["2026-11-19", "cramp", "2026-11-20T03:15+01:00", ""],
    ]


def test_nobodys_diary_is_not_found(site: Website) -> None:
    assert (site.get("/p/x/diary").status, site.get("/p/x/diary.csv").status) == (404, 404)
