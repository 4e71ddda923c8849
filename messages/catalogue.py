"""Everything legup can say on its own, with the facts each entry stands on. The words are in `templates`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType


@dataclass(frozen=True, slots=True)
class Entry:
    """One kind of message."""

    key: str
    title: str
    """In people's words, as it stands in a plan: "drink some water"."""
    facts: tuple[str, ...]
    """Keys of `FACTS`; the texts say these and nothing else."""
    schedule: str | None = None
    """The phrase that `on` stands for; only nudges have one."""
    priority: int | None = None
    """1 keeps its place longest when the daily limit is short; only nudges have one."""
    weeks: tuple[int, int | None] | None = None
    """First and last week of pregnancy, both included; no last week: until it is over. Only nudges have them."""
    segments: int = 1
    """The most SMS segments a text may take."""


_ALL = (
    Entry(
        "bedtime_stretch",
        "stretch before bed",
        ("bedtime", "flex_foot", "cold_floor", "no_pointing"),
        schedule="30 min before bedtime",
        priority=1,
        weeks=(14, None),
    ),
    Entry(
        "daily_exercise",
        "move a little",
        ("exercise", "alternate"),
        schedule="at 12:30",
        priority=2,
        weeks=(1, None),
    ),
    Entry(
        "potassium",
        "eat a banana or kiwi fruit",
        ("potassium",),
        schedule="at 16:30",
        priority=3,
        weeks=(14, None),
    ),
    Entry(
        "legs_up",
        "put your legs up",
        ("legs_up", "alternate"),
        schedule="at 20:00",
        priority=4,
        weeks=(1, None),
    ),
    Entry(
        "support_hose",
        "think about support hose",
        ("hose",),
        schedule="at 08:00 on mon",
        priority=5,
        weeks=(14, None),
    ),
    Entry(
        "magnesium",
        "ask about magnesium",
        ("magnesium",),
        schedule="at 08:30 on mon",
        priority=6,
        weeks=(14, None),
    ),
    Entry(
        "hydration",
        "drink some water",
        ("water",),
        schedule="every 3 h from 09:00 to 18:00",
        priority=7,
        weeks=(14, None),
    ),
    Entry(
        "sitting_break",
        "take a break from sitting",
        ("no_long_sitting",),
        schedule="every 2 h from 09:30 to 15:30 on weekdays",
        priority=8,
        weeks=(14, None),
    ),
    Entry("welcome", "welcome", ("call",)),
    Entry(
        "relief",
        "ease a cramp",
        ("cold_floor", "flex_foot", "no_pointing", "massage", "warmth", "warning_signs"),
        segments=2,
    ),
    Entry("frequent_cramps", "many cramps", ("call",)),
)

CATALOGUE: Mapping[str, Entry] = MappingProxyType({entry.key: entry for entry in _ALL})
NUDGES: tuple[str, ...] = tuple(entry.key for entry in _ALL if entry.schedule is not None)
