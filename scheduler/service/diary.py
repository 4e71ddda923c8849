"""A person's diary by days: nights with cramps beside what they said they had done."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from typing import TypeAlias

from scheduler.delivery.correspondence import Correspondent, DiaryEntry, Noted
from scheduler.planning.zone import local_of

NOON = timedelta(hours=12)
"""A cramp belongs to the night that is nearest: from noon to noon, named by the day on which it begins."""
SMALL_HOURS = timedelta(hours=4)
"""What was done before four in the morning belongs to the day before."""

Read: TypeAlias = Callable[[str, datetime, datetime], Iterable[DiaryEntry]]

STRETCH = "bedtime_stretch"

COLUMNS = ("day", "what", "time", "nudge")


@dataclass(frozen=True, slots=True)
class DiaryDay:
    """One day and the night after it. Times are on the person's wall clock."""

    day: date
    cramps: tuple[datetime, ...] = ()
    """In the night that begins on this day."""
    dones: tuple[tuple[datetime, str], ...] = ()
    """When, and which nudge; an empty name where none was meant."""

    @property
    def stretched(self) -> bool:
        """Whether a stretch before bed was done."""
        return any(nudge == STRETCH for _, nudge in self.dones)


@dataclass(frozen=True, slots=True)
class Diary:
    """Whole weeks, Monday first, every day of them in order; the last days may lie ahead."""

    person: str
    zone: str
    language: str
    discreet: bool
    days: tuple[DiaryDay, ...] = field(repr=False)
    today: date

    @property
    def weeks(self) -> Iterator[tuple[DiaryDay, ...]]:
        """Seven days at a time."""
        for start in range(0, len(self.days), 7):
            yield self.days[start : start + 7]

    @property
    def cramps(self) -> int:
        """How many in all."""
        return sum(len(each.cramps) for each in self.days)

    @property
    def nights(self) -> int:
        """Nights with a cramp."""
        return sum(1 for each in self.days if each.cramps)

    def csv(self) -> str:
        """One line per entry under COLUMNS, for a provider or a spreadsheet; the time with its offset from UTC."""
        written = io.StringIO()
        writer = csv.writer(written, lineterminator="\r\n")
        writer.writerow(COLUMNS)
        for each in self.days:
            entries = [(at, "cramp", "") for at in each.cramps] + [(at, "done", nudge) for at, nudge in each.dones]
            for at, what, nudge in sorted(entries):
                writer.writerow([each.day.isoformat(), what, at.isoformat(timespec="minutes"), nudge])
        return written.getvalue()


def days_of(entries: Iterable[DiaryEntry], zone: str, first: date, last: date) -> tuple[DiaryDay, ...]:
    """Every day from the first to the last, both included, with its entries in order; others are left out."""
    cramps: dict[date, list[datetime]] = {}
    dones: dict[date, list[tuple[datetime, str]]] = {}
    for entry in entries:
        local = local_of(entry.at, zone)
        wall = local.replace(tzinfo=None)
        if entry.what is Noted.CRAMP:
            cramps.setdefault((wall - NOON).date(), []).append(local)
        else:
            dones.setdefault((wall - SMALL_HOURS).date(), []).append((local, entry.nudge or ""))
    days = (first + timedelta(days=number) for number in range((last - first).days + 1))
    return tuple(DiaryDay(day, tuple(sorted(cramps.get(day, ()))), tuple(sorted(dones.get(day, ())))) for day in days)


def diary_of(who: Correspondent, read: Read, weeks: int, now: datetime) -> Diary:
    """The last so many whole weeks, to the end of this one; `read` is `Outbox.diary`."""
    preferences = who.preferences
    today = local_of(now, preferences.timezone).date()
    first = today - timedelta(days=today.weekday() + 7 * (weeks - 1))
    last = first + timedelta(days=7 * weeks - 1)
    margin = timedelta(days=2)  # of zones and of nights that end on another day
    begins = datetime.combine(first, time(), UTC)
    entries = read(who.person.id, begins - margin, begins + timedelta(days=7 * weeks) + margin)
    return Diary(
        person=who.person.id,
        zone=preferences.timezone,
        language=preferences.language,
        discreet=preferences.discreet,
        days=days_of(entries, preferences.timezone, first, last),
        today=today,
    )
