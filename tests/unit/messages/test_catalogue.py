from __future__ import annotations

import pytest

from messages.catalogue import CATALOGUE, NUDGES
from messages.facts import FACTS

TABLE = [
    ("bedtime_stretch", "30 min before bedtime", 1, 14, {"bedtime", "flex_foot", "cold_floor", "no_pointing"}),
    ("daily_exercise", "at 12:30", 2, 1, {"exercise", "alternate"}),
    ("potassium", "at 16:30", 3, 14, {"potassium"}),
    ("legs_up", "at 20:00", 4, 1, {"legs_up", "alternate"}),
    ("support_hose", "at 08:00 on mon", 5, 14, {"hose"}),
    ("magnesium", "at 08:30 on mon", 6, 14, {"magnesium"}),
    ("hydration", "every 3 h from 09:00 to 18:00", 7, 14, {"water"}),
    ("sitting_break", "every 2 h from 09:30 to 15:30 on weekdays", 8, 14, {"no_long_sitting"}),
]


def test_the_nudges_stand_in_the_order_of_their_priority() -> None:
    assert [row[0] for row in TABLE] == list(NUDGES)


@pytest.mark.parametrize(("key", "schedule", "priority", "first_week", "facts"), TABLE)
def test_a_nudge_has_the_defaults_of_the_table(
    key: str, schedule: str, priority: int, first_week: int, facts: set[str]
) -> None:
    entry = CATALOGUE[key]
    assert (entry.schedule, entry.priority, entry.weeks, set(entry.facts), entry.segments) == (
        schedule,
        priority,
        (first_week, None),
        facts,
        1,
    )


@pytest.mark.parametrize("key", CATALOGUE)
def test_an_entry_stands_on_known_facts(key: str) -> None:
    entry = CATALOGUE[key]
    assert entry.key == key
    assert entry.facts
    assert set(entry.facts) <= FACTS.keys()
    assert entry.title


@pytest.mark.parametrize("key", ["welcome", "relief", "frequent_cramps"])
def test_what_is_no_nudge_has_no_schedule(key: str) -> None:
    entry = CATALOGUE[key]
    assert key not in NUDGES
    assert (entry.schedule, entry.priority, entry.weeks) == (None, None, None)


def test_only_relief_may_take_two_segments() -> None:
    assert {key: entry.segments for key, entry in CATALOGUE.items() if entry.segments != 1} == {"relief": 2}
