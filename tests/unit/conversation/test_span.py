"""Lengths of time, unit by unit and number by number."""

from __future__ import annotations

from datetime import timedelta

import pytest

from scheduler.conversation.span import DAY, FILLERS, HALVES, HOUR, MINUTE, NUMBERS, UNITS, span_of

LENGTHS = {
    MINUTE: {"m", "min", "mins", "minute", "minutes", "minuto", "minutos"},
    HOUR: {"h", "hr", "hrs", "hour", "hours", "hora", "horas"},
    DAY: {"d", "day", "days", "dia", "dias"},
    7 * DAY: {"w", "wk", "wks", "week", "weeks", "semana", "semanas"},
    30 * DAY: {"month", "months", "mes", "meses"},
}


def test_the_units_are_those_that_people_write() -> None:
    assert {unit: set(spellings) for unit, spellings in UNITS.items()} == LENGTHS


@pytest.mark.parametrize(
    ("unit", "spelling"), [(unit, each) for unit, all_ in LENGTHS.items() for each in sorted(all_)]
)
def test_a_number_counts_its_unit(unit: timedelta, spelling: str) -> None:
    assert span_of(("3", spelling), MINUTE) == 3 * unit


def test_numbers_are_read_as_words_too() -> None:
    english = ("one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")
    spanish = ("uno", "dos", "tres", "cuatro", "cinco", "seis", "siete", "ocho", "nueve", "diez")
    for number, words in enumerate(zip(english, spanish, strict=True), start=1):
        assert [span_of((word,), DAY) for word in words] == [number * DAY] * 2
    assert [span_of((word, "h"), DAY) for word in ("a", "an", "un", "una")] == [HOUR] * 4
    assert len(NUMBERS) == 10


@pytest.mark.parametrize("words", sorted(HALVES))
def test_half_an_hour_is_thirty_minutes(words: tuple[str, ...]) -> None:
    assert span_of(words, DAY) == 30 * MINUTE
    assert words in {("half", "an", "hour"), ("half", "hour"), ("media", "hora")}


def test_parts_add_up_and_a_number_alone_after_hours_counts_minutes() -> None:
    assert span_of(("1", "h", "30"), DAY) == span_of(("1", "hour", "and", "30", "minutes"), DAY) == 90 * MINUTE


def test_little_words_say_nothing() -> None:
    assert span_of(("for", "another", "2", "h"), DAY) == span_of(("dentro", "de", "2", "h"), DAY) == 2 * HOUR
    assert span_of(("for", "in", "and", "another", "por", "en", "durante", "y", "otra", "otros", "2"), DAY) == 2 * DAY
    assert len(FILLERS) == 12


@pytest.mark.parametrize(
    "text", ["", "for", "0", "0 h", "h", "2 moons", "half", "2 h later", "10000", "friday", "1 5 h"]
)
def test_anything_else_is_no_length_of_time(text: str) -> None:
    assert span_of(tuple(text.split()), DAY) is None


def test_the_longest_number_has_four_digits() -> None:
    assert span_of(("9999", "min"), DAY) == 9999 * MINUTE
