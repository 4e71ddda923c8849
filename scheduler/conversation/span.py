"""Lengths of time in people's words: `30`, `1h`, `45 min`, `3 days`, `una semana`."""

from __future__ import annotations

from datetime import timedelta

MINUTE, HOUR, DAY, WEEK = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1), timedelta(weeks=1)

UNITS = {
    MINUTE: ("m", "min", "mins", "minute", "minutes", "minuto", "minutos"),
    HOUR: ("h", "hr", "hrs", "hour", "hours", "hora", "horas"),
    DAY: ("d", "day", "days", "dia", "dias"),
    WEEK: ("w", "wk", "wks", "week", "weeks", "semana", "semanas"),
    timedelta(days=30): ("month", "months", "mes", "meses"),
}
NUMBERS = (
    *(("a", "an", "one", "un", "una", "uno"), ("two", "dos"), ("three", "tres"), ("four", "cuatro"), ("five", "cinco")),
    *(("six", "seis"), ("seven", "siete"), ("eight", "ocho"), ("nine", "nueve"), ("ten", "diez")),
)
"""From one on."""
HALVES = {("half", "an", "hour"), ("half", "hour"), ("media", "hora")}
FILLERS = {"for", "in", "and", "another", "por", "en", "durante", "dentro", "de", "y", "otra", "otros"}

_UNITS = {spelling: unit for unit, spellings in UNITS.items() for spelling in spellings}
_NUMBERS = {spelling: number for number, spellings in enumerate(NUMBERS, start=1) for spelling in spellings}


def span_of(words: tuple[str, ...], bare: timedelta) -> timedelta | None:
    """The length of time that the words say, None when they say none or anything besides. A number without a unit
    counts `bare`, after an hour minutes: `1h30`."""
    said = tuple(word for word in words if word not in FILLERS)
    if said in HALVES:
        return HOUR / 2
    span = timedelta(0)
    while said:
        number, said = _number(said[0]), said[1:]
        if number is None:
            return None
        unit = _UNITS.get(said[0]) if said else MINUTE if span else bare
        if unit is None:
            return None
        span, said = span + number * unit, said[1:]
    return span or None


def _number(word: str) -> int | None:
    if word.isdigit():
        return int(word) if len(word) <= 4 else None
    return _NUMBERS.get(word)
