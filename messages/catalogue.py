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
    facts: tuple[str, ...] = ()
    """Keys of `FACTS`; the texts say these and nothing else. An answer gives no advice, so it stands on none."""
    schedule: str | None = None
    """The phrase that `on` stands for; only nudges have one."""
    priority: int | None = None
    """1 keeps its place longest when the daily limit is short; only nudges have one."""
    weeks: tuple[int, int | None] | None = None
    """First and last week of pregnancy, both included; no last week: until it is over. Only nudges have them."""
    segments: int = 1
    """The most SMS segments a text may take."""
    links: tuple[str, ...] = ("preferences", "pause", "stop_all")
    """Which `Links` an email of this kind shows, where there are any."""

    @property
    def answer(self) -> bool:
        """Said only to someone who turned to us, or has not agreed yet."""
        return not self.facts


_OF_A_NUDGE = ("done", "snooze", "less", "preferences", "pause", "stop_one", "stop_all")
_NUDGES = (
    Entry(
        "bedtime_stretch",
        "stretch before bed",
        ("bedtime", "flex_foot", "cold_floor", "no_pointing"),
        schedule="30 min before bedtime",
        priority=1,
        weeks=(14, None),
        links=_OF_A_NUDGE,
    ),
    Entry(
        "daily_exercise",
        "move a little",
        ("exercise", "alternate"),
        schedule="at 12:30",
        priority=2,
        weeks=(1, None),
        links=_OF_A_NUDGE,
    ),
    Entry(
        "potassium",
        "eat a banana or kiwi fruit",
        ("potassium",),
        schedule="at 16:30",
        priority=3,
        weeks=(14, None),
        links=_OF_A_NUDGE,
    ),
    Entry(
        "legs_up",
        "put your legs up",
        ("legs_up", "alternate"),
        schedule="at 20:00",
        priority=4,
        weeks=(1, None),
        links=_OF_A_NUDGE,
    ),
    Entry(
        "support_hose",
        "think about support hose",
        ("hose",),
        schedule="at 08:00 on mon",
        priority=5,
        weeks=(14, None),
        links=_OF_A_NUDGE,
    ),
    Entry(
        "magnesium",
        "ask about magnesium",
        ("magnesium",),
        schedule="at 08:30 on mon",
        priority=6,
        weeks=(14, None),
        links=_OF_A_NUDGE,
    ),
    Entry(
        "hydration",
        "drink some water",
        ("water",),
        schedule="every 3 h from 09:00 to 18:00",
        priority=7,
        weeks=(14, None),
        links=_OF_A_NUDGE,
    ),
    Entry(
        "sitting_break",
        "take a break from sitting",
        ("no_long_sitting",),
        schedule="every 2 h from 09:30 to 15:30 on weekdays",
        priority=8,
        weeks=(14, None),
        links=_OF_A_NUDGE,
    ),
)
_ADVICE = (
    Entry("welcome", "welcome", ("call",)),
    Entry(
        "relief",
        "ease a cramp",
        ("cold_floor", "flex_foot", "no_pointing", "massage", "warmth", "warning_signs"),
        segments=2,
    ),
    Entry("frequent_cramps", "many cramps", ("call",)),
)
_ANSWERS = (
    Entry("consent", "asking for consent", links=("agree", "stop_all")),
    Entry("help", "help"),
    Entry("help_stopped", "help after a stop", links=("preferences",)),
    Entry("help_ended", "help after the end", links=()),
    Entry("done", "noted as done"),
    Entry("snoozed", "once more, later"),
    Entry("less", "less often"),
    Entry("more", "more often"),
    Entry("paused", "a pause"),
    Entry("resumed", "going on after a pause"),
    Entry("stopped_one", "one kind stopped"),
    Entry("stopped", "stopped", links=("preferences",)),
    Entry("back_one", "one kind is back"),
    Entry("back", "back again"),
    Entry("language", "another language"),
    Entry("born", "reminders at their end", links=("preferences", "stop_all")),
    Entry("loss", "messages at their end", links=()),
    Entry("forget_ask", "asking before all is removed"),
    Entry("forgotten", "all is removed", links=()),
    Entry("unclear", "not understood"),
)

CATALOGUE: Mapping[str, Entry] = MappingProxyType({entry.key: entry for entry in (*_NUDGES, *_ADVICE, *_ANSWERS)})
NUDGES: tuple[str, ...] = tuple(entry.key for entry in _NUDGES)
ANSWERS: tuple[str, ...] = tuple(entry.key for entry in _ANSWERS)
