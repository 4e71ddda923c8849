"""A diary as its page draws it: a square for each day, a pair of bars for every seven. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from scheduler.service.diary import Diary, DiaryDay
from scheduler.web.words import Words

STRETCH = "bedtime_stretch"
_PIXELS_PER_NIGHT = 12
_BAR = 12
_GAP = 2
_WIDTH = 40


@dataclass(frozen=True, slots=True)
class Square:
    """One day and the night after it."""

    number: int
    cramps: int
    stretched: bool
    others: int
    """Other nudges done."""
    ahead: bool
    is_today: bool
    told: str
    """All of it in words."""


@dataclass(frozen=True, slots=True)
class Bar:
    """One upright bar of the plot, in pixels from its upper left corner."""

    x: int
    y: int
    width: int
    height: int
    kind: str
    """`nights` or `stretches`."""


class Calendar:
    """What the page shows of a diary, the numbers for a provider among it."""

    def __init__(self, diary: Diary, words: Words) -> None:
        self._diary = diary
        self._words = words
        self._past = [day for day in diary.days if day.day <= diary.today]

    @property
    def rows(self) -> Iterator[tuple[str, Sequence[Square]]]:
        """The first day of every seven, and its squares."""
        for week in self._diary.weeks:
            yield self._words.shortest_day(week[0].day), [self._square(day) for day in week]

    @property
    def lead(self) -> str:
        """From when to when."""
        first, last = self._past[0].day, self._past[-1].day
        return self._words("diary.lead", first=self._words.short_day(first), last=self._words.short_day(last))

    @cached_property
    def numbers(self) -> list[tuple[str, str]]:
        """What is counted, and how much it is."""
        with_stretch = [day for day in self._past if _stretched(day)]
        without = [day for day in self._past if not _stretched(day)]
        return [
            (self._words("diary.nights"), self._of(self._past)),
            (self._words("diary.cramps"), str(self._diary.cramps)),
            (self._words("diary.stretches"), self._words("diary.of", count=len(with_stretch), all=len(self._past))),
            (self._words("diary.after_stretch"), self._of(with_stretch)),
            (self._words("diary.after_none"), self._of(without)),
        ]

    @property
    def is_empty(self) -> bool:
        return not any(day.cramps or day.dones for day in self._diary.days)

    @cached_property
    def bars(self) -> list[Bar]:
        """Two for every seven days, side by side."""
        bars = []
        for number, week in enumerate(self._diary.weeks):
            left = number * _WIDTH + (_WIDTH - 2 * _BAR - _GAP) // 2
            for place, (kind, count) in enumerate(_counts(week).items()):
                height = count * _PIXELS_PER_NIGHT
                bars.append(Bar(left + place * (_BAR + _GAP), self.plot_height - height, _BAR, height, kind))
        return bars

    @property
    def bar_labels(self) -> list[tuple[int, str, str]]:
        """For every seven days: the middle in pixels, the day they begin on, and both numbers in words."""
        labels = []
        for number, week in enumerate(self._diary.weeks):
            day = self._words.short_day(week[0].day)
            short = f"{week[0].day.day}.{week[0].day.month}."
            labels.append((number * _WIDTH + _WIDTH // 2, short, self._words("diary.bar", day=day, **_counts(week))))
        return labels

    @property
    def plot_height(self) -> int:
        return 7 * _PIXELS_PER_NIGHT

    @property
    def plot_width(self) -> int:
        return len(list(self._diary.weeks)) * _WIDTH

    def _square(self, day: DiaryDay) -> Square:
        others = sum(1 for _, nudge in day.dones if nudge != STRETCH)
        ahead = day.day > self._diary.today
        square = Square(day.day.day, len(day.cramps), _stretched(day), others, ahead, day.day == self._diary.today, "")
        return _told(square, self._words.day(day.day), self._words)

    def _of(self, days: Sequence[DiaryDay]) -> str:
        return self._words("diary.of", count=sum(1 for day in days if day.cramps), all=len(days))


def _told(square: Square, day: str, words: Words) -> Square:
    parts = []
    if square.cramps:
        parts.append(words("diary.cramp_1" if square.cramps == 1 else "diary.cramp_n", count=square.cramps))
    if square.stretched:
        parts.append(words("diary.stretch"))
    if square.others:
        parts.append(words("diary.other_1" if square.others == 1 else "diary.other_n", count=square.others))
    nothing = words("diary.ahead" if square.ahead else "diary.none")
    return replace(square, told=f"{day}: {', '.join(parts) or nothing}")


def _stretched(day: DiaryDay) -> bool:
    return any(nudge == STRETCH for _, nudge in day.dones)


def _counts(week: Sequence[DiaryDay]) -> dict[str, int]:
    return {
        "nights": sum(1 for day in week if day.cramps),
        "stretches": sum(1 for day in week if _stretched(day)),
    }
