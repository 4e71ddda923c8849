"""The words of the pages in one language, dates and schedules among them."""

from __future__ import annotations

import tomllib
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cache
from importlib import resources
from typing import Any

from config.schedule import (
    DAY_GROUPS,
    EVERY_DAY,
    Anchor,
    At,
    Every,
    Moment,
    Rule,
    Schedule,
    format_duration,
)

LANGUAGES = {"en": "English", "es": "Español"}
"""Those that the pages have, by the names their speakers give them."""
DEFAULT = "en"


@dataclass(frozen=True, slots=True)
class Words:
    """`words("prefs.saved")`, `words("prefs.less", nth=2)`."""

    language: str
    _texts: dict[str, Any] = field(repr=False)
    """By section and key."""

    def __call__(self, key: str, **values: object) -> str:
        """Raises KeyError for a key that does not exist, or a value that is wanted and missing."""
        text = self._at(key)
        if not isinstance(text, str):
            raise KeyError(key)
        return text.format_map(values)

    def has(self, key: str) -> bool:
        """Whether there is such a text."""
        try:
            return isinstance(self._at(key), str)
        except KeyError:
            return False

    def day(self, day: date) -> str:
        """`Thursday 3 December`."""
        weekday = self._at("calendar.weekdays")[day.weekday()]
        return self("calendar.date", weekday=weekday, day=day.day, month=self._month(day))

    def short_day(self, day: date) -> str:
        """`3 December`."""
        return self("calendar.short", day=day.day, month=self._month(day))

    def shortest_day(self, day: date) -> str:
        """`3 Dec`."""
        return self("calendar.shortest", day=day.day, month=self._month(day)[:3])

    def weekdays(self) -> Sequence[tuple[str, str]]:
        """Short and full names, Monday first."""
        return list(zip(self._at("calendar.weekdays_short"), self._at("calendar.weekdays"), strict=True))

    def schedule(self, schedule: Schedule) -> str:
        """`every 3 h from 09:00 to 18:00, Monday to Friday`."""
        rule = self._rule(schedule.rule)
        if schedule.weekdays == EVERY_DAY:
            return rule
        return self("schedule.on_days", rule=rule, days=self._days(schedule.weekdays))

    def times(self, instants: Sequence[datetime]) -> str:
        """`09:00, 12:00 and 15:00`. The instants bear the zone to be shown."""
        return self._joined([f"{instant:%H:%M}" for instant in instants])

    def _rule(self, rule: Rule) -> str:
        if isinstance(rule, At):
            return self("schedule.at", moments=self._joined([self._moment(each) for each in rule.moments]))
        if isinstance(rule, Every):
            duration = format_duration(rule.step)
            if rule.window is None:
                return self("schedule.every", duration=duration)
            start, end = map(self._moment, rule.window)
            return self("schedule.every_within", duration=duration, start=start, end=end)
        side = "before" if rule.by.days < 0 else "after"
        return self(f"schedule.{side}", duration=format_duration(abs(rule.by)), anchor=self._moment(rule.anchor))

    def _moment(self, moment: Moment) -> str:
        if isinstance(moment, Anchor):
            return self(f"schedule.{moment}")
        # One o'clock is singular in Spanish.
        return self("schedule.time_one" if moment.minutes // 60 == 1 else "schedule.time", time=str(moment))

    def _days(self, days: frozenset[int]) -> str:
        for group, members in DAY_GROUPS.items():
            if days == members:
                return self(f"schedule.{group}")
        names = self._at("schedule.names")
        return self("schedule.days", days=self._joined([names[day] for day in sorted(days)]))

    def _joined(self, items: Sequence[str]) -> str:
        *most, last = items
        return self("schedule.and", most=", ".join(most), last=last) if most else last

    def _month(self, day: date) -> str:
        return str(self._at("calendar.months")[day.month - 1])

    def _at(self, key: str) -> Any:
        found: Any = self._texts
        for part in key.split("."):
            found = found[part]
        return found


def words_of(language: str) -> Words:
    """Of a language that the pages do not have, a person's own templates may be in any: English."""
    base = language.partition("-")[0]
    return _read(base if base in LANGUAGES else DEFAULT)


def accepted(header: str) -> Words:
    """By Accept-Language, for a page that is nobody's. Only the order counts: browsers put the best first."""
    for item in header.split(","):
        base = item.partition(";")[0].strip().partition("-")[0].lower()
        if base in LANGUAGES:
            return _read(base)
    return _read(DEFAULT)


@cache
def _read(language: str) -> Words:
    source = resources.files("scheduler.web").joinpath("templates", f"{language}.toml").read_text("utf-8")
    return Words(language, tomllib.loads(source))
