"""Points in time as people type them: a day, a local time, an instant, or how long ago."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import typer

_YEARS = range(1970, 2200)
"""Time zones are unknown before and guesswork after; a year beyond is a slip of the finger."""

EXPECTED = "expected a day (2026-11-23), a local time (2026-11-23T09:00) or an instant (2026-11-23T09:00Z)"


@dataclass(frozen=True, slots=True)
class When:
    """A point in time; without an offset it is a wall-clock time in whichever zone it is asked for."""

    typed: datetime

    @classmethod
    def parse(cls, text: str, option: str) -> When:
        """Read what stands after `option`. Raises typer.BadParameter."""
        try:
            typed = datetime.fromisoformat(text.strip())
        except ValueError:
            raise _bad(text, EXPECTED, option) from None
        if typed.year not in _YEARS:
            raise _bad(text, f"the year must be from {_YEARS[0]} to {_YEARS[-1]}", option)
        return cls(typed)

    def at(self, zone: str) -> datetime:
        """The UTC instant; a local time that the clocks leave out is the first instant after the gap, one that
        happens twice is the first of the two, as in a schedule."""
        from scheduler.planning.zone import instant_of

        if self.typed.tzinfo is not None:
            return self.typed.astimezone(UTC)
        day = self.typed.date()
        instant = instant_of(zone, day, self.typed.hour * 60 + self.typed.minute)
        if instant is None:  # a day that the zone skipped altogether
            instant = When(datetime.combine(day + timedelta(days=1), datetime.min.time())).at(zone)
        return instant + timedelta(seconds=self.typed.second)


def ago(text: str, option: str, now: datetime, zone: str) -> datetime:
    """`24h`, `90 min` or `7 days` before now, or a point in time. Raises typer.BadParameter."""
    try:
        return now - length(text, option)
    except (typer.BadParameter, OverflowError):
        if text.strip()[:4].isdigit():
            return When.parse(text, option).at(zone)
    raise _bad(text, f"expected how long ago (24h, 7 days), or {EXPECTED.removeprefix('expected ')}", option)


def length(text: str, option: str) -> timedelta:
    """`90 min`, `2h`, `3 days`. Raises typer.BadParameter."""
    from config.phrase import PhraseError, parse_duration

    try:
        return parse_duration(text)
    except PhraseError:
        raise _bad(text, "expected a length of time such as 90 min, 2 h or 3 days", option) from None


def _bad(text: str, expected: str, option: str) -> typer.BadParameter:
    return typer.BadParameter(f"{text!r} is not understood; {expected}", param_hint=option)
