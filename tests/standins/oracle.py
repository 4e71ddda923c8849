"""The oracle: when everybody's slots should come, found by watching each zone's clock minute by minute."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from tests.standins.lives import Life, Wish
from tests.standins.wall_clock import WatchedClock

MARGIN = timedelta(days=1)
"""The longest step of a clock that is borne without a word."""


@dataclass(frozen=True, slots=True)
class Chapter:
    """A life from one edit to the next; instants are what the wall clock showed."""

    life: Life
    start: datetime
    end: datetime


@dataclass(frozen=True, slots=True)
class Expected:
    """What is due at one instant: slots of one wish that meet there are one nudge, under any of their names."""

    person: str
    due: datetime
    late: timedelta
    names: tuple[str, ...]
    """Causes."""
    owner_day: date
    chapter: Chapter
    sure: bool
    """Within its chapter. Up to a day outside of it a slot may come when the clock was set back across an edit."""


def expected(chapters: Iterable[Chapter]) -> Iterator[Expected]:
    """Everything due in each chapter, and a day before and after it."""
    by_zone: dict[str, list[Chapter]] = defaultdict(list)
    for chapter in chapters:
        by_zone[chapter.life.zone].append(chapter)
    for zone, theirs in by_zone.items():
        first = min(each.start for each in theirs).date() - timedelta(days=5)
        last = max(each.end for each in theirs).date() + timedelta(days=5)
        clock = WatchedClock(zone, first, (last - first).days)
        for chapter in theirs:
            for wish in chapter.life.wishes:
                yield from _of_wish(chapter, wish, clock)


def _of_wish(chapter: Chapter, wish: Wish, clock: WatchedClock) -> Iterator[Expected]:
    meeting: dict[datetime, list[tuple[date, int]]] = defaultdict(list)
    day = chapter.start.date() - timedelta(days=4)
    while day <= chapter.end.date() + timedelta(days=3):
        if day.weekday() in wish.weekdays:
            for minute in wish.minutes:
                due = clock.first_shows(day, minute)
                if due is not None and chapter.start - MARGIN < due < chapter.end + MARGIN:
                    meeting[due].append((day, minute))
        day += timedelta(days=1)
    for due, slots in meeting.items():
        names = tuple(f"slot:{chapter.life.id}/{wish.nudge}/{owner}/{_name(minute)}" for owner, minute in slots)
        sure = chapter.start < due < chapter.end
        yield Expected(chapter.life.id, due, wish.late, names, slots[0][0], chapter, sure)


def is_quiet(life: Life, instant: datetime) -> bool:
    """Whether a life's wall clock shows a quiet minute."""
    local = instant.astimezone(ZoneInfo(life.zone))
    return life.is_quiet(60 * local.hour + local.minute)


def _name(minute: int) -> str:
    sign = "-" if minute < 0 else ""
    return f"{sign}{abs(minute) // 60:02}:{abs(minute) % 60:02}"
