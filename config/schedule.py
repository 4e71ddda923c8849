"""When a nudge happens, as data on the person's wall clock. The phrases people write for it are read in `phrase`."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from typing import TypeAlias

MINUTES_PER_DAY = 1440
WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
EVERY_DAY = frozenset(range(7))
DAY_GROUPS = {"weekdays": frozenset(range(5)), "weekends": frozenset((5, 6))}


class Anchor(StrEnum):
    """A time of day that each person sets for themselves."""

    WAKE = "wake"
    BEDTIME = "bedtime"


@dataclass(frozen=True, slots=True, order=True)
class TimeOfDay:
    """A local wall-clock time, as minutes after midnight; 24:00 (1440) is legal only as a window's end."""

    minutes: int

    @classmethod
    def parse(cls, text: str) -> TimeOfDay:
        """Read `7:05`, `07:05` or `24:00`; raises ValueError for anything else."""
        hours, colon, minutes = text.partition(":")
        if not (colon and hours.isascii() and hours.isdigit() and len(hours) <= 2):
            raise ValueError(text)
        if not (minutes.isascii() and minutes.isdigit() and len(minutes) == 2 and int(minutes) < 60):
            raise ValueError(text)
        total = int(hours) * 60 + int(minutes)
        if total > MINUTES_PER_DAY:
            raise ValueError(text)
        return cls(total)

    def __str__(self) -> str:
        return f"{self.minutes // 60:02}:{self.minutes % 60:02}"


Moment: TypeAlias = TimeOfDay | Anchor


@dataclass(frozen=True, slots=True)
class At:
    """Once at each of these moments of the owner day."""

    moments: tuple[Moment, ...]

    def __str__(self) -> str:
        *most, last = map(str, self.moments)
        return f"at {', '.join(most)} and {last}" if most else f"at {last}"


@dataclass(frozen=True, slots=True)
class Every:
    """At the window's start and every `step` after it on the local clock, the window's end included when the step
    lands on it. Without a window: from wake until before bedtime. A window may pass midnight."""

    step: timedelta
    window: tuple[Moment, Moment] | None = None

    def __str__(self) -> str:
        window = "" if self.window is None else f" from {self.window[0]} to {self.window[1]}"
        return f"every {format_duration(self.step)}{window}"


@dataclass(frozen=True, slots=True)
class Offset:
    """Before (negative) or after an anchor, on the wall clock; it belongs to the anchor's owner day."""

    by: timedelta
    anchor: Anchor

    def __str__(self) -> str:
        side = "before" if self.by < timedelta(0) else "after"
        return f"{format_duration(abs(self.by))} {side} {self.anchor}"


Rule: TypeAlias = At | Every | Offset


@dataclass(frozen=True, slots=True)
class Schedule:
    """A rule and the weekdays of the owner days it holds on (Monday is 0). `str()` gives the phrase that reads back."""

    rule: Rule
    weekdays: frozenset[int] = EVERY_DAY

    def __str__(self) -> str:
        days = "" if self.weekdays == EVERY_DAY else f" on {format_weekdays(self.weekdays)}"
        return f"{self.rule}{days}"


@dataclass(frozen=True, slots=True)
class QuietInterval:
    """A stretch of the day in which nothing is sent, half-open: 22:30-07:00 is quiet at 22:30 and allows 07:00."""

    start: TimeOfDay
    end: TimeOfDay

    def __str__(self) -> str:
        return f"{self.start}-{self.end}"


@dataclass(frozen=True, slots=True)
class Weeks:
    """Whole weeks of pregnancy, both included: 14-40 is 14w0d to 40w6d; without a last week, to due date + 14 days."""

    first: int
    last: int | None = None

    def __str__(self) -> str:
        return f"{self.first}-{'' if self.last is None else self.last}"


def format_duration(duration: timedelta) -> str:
    """`90 days`, `1 h 30 min`, `0 min`: whole minutes, the largest units first, as a phrase writes them.

    Raises ValueError when the duration is negative or has a part below one minute.
    """
    minutes, rest = divmod(duration, timedelta(minutes=1))
    if rest or minutes < 0:
        raise ValueError(f"{duration} is not a whole number of minutes")
    days, minutes = (
        (minutes // MINUTES_PER_DAY, minutes % MINUTES_PER_DAY) if minutes > MINUTES_PER_DAY else (0, minutes)
    )
    hours, minutes = divmod(minutes, 60)
    parts = ((days, "day" if days == 1 else "days"), (hours, "h"), (minutes, "min"))
    return " ".join(f"{count} {unit}" for count, unit in parts if count) or "0 min"


def format_weekdays(days: frozenset[int]) -> str:
    """`weekends`, `mon, wed-fri`: as a phrase writes them after `on`."""
    for group, members in DAY_GROUPS.items():
        if days == members:
            return group
    return ", ".join(_format_run(first, last) for first, last in _runs(sorted(days)))


def _format_run(first: int, last: int) -> str:
    if last - first < 2:
        return ", ".join(WEEKDAYS[first : last + 1])
    return f"{WEEKDAYS[first]}-{WEEKDAYS[last]}"


def _runs(days: list[int]) -> list[tuple[int, int]]:
    """First and last of each unbroken run of days."""
    runs: list[tuple[int, int]] = []
    for day in days:
        if runs and runs[-1][1] == day - 1:
            runs[-1] = (runs[-1][0], day)
        else:
            runs.append((day, day))
    return runs
