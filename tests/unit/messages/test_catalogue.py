from __future__ import annotations

import pytest

from messages.catalogue import ANSWERS, CATALOGUE, NUDGES
from messages.facts import FACTS
from messages.message import LINKS

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
def test_what_gives_advice_stands_on_known_facts_and_an_answer_on_none(key: str) -> None:
    entry = CATALOGUE[key]
    assert entry.key == key
    assert entry.title
    assert entry.answer == (key in ANSWERS)
    assert bool(entry.facts) == (key not in ANSWERS)
    assert set(entry.facts) <= FACTS.keys()


def test_every_kind_that_a_reply_is_answered_with_is_there() -> None:
    assert set(ANSWERS) == {
        *("stopped", "stopped_one", "back", "back_one", "help", "done", "snoozed", "less", "more", "paused", "resumed"),
        *("language", "born", "loss", "forget_ask", "forgotten", "unclear", "consent", "help_stopped", "help_ended"),
    }


@pytest.mark.parametrize("key", CATALOGUE)
def test_an_entry_shows_links_that_there_are(key: str) -> None:
    links = CATALOGUE[key].links
    assert set(links) <= set(LINKS)
    assert len(set(links)) == len(links)


def test_only_a_nudge_can_be_done_and_only_the_request_for_consent_agreed_to() -> None:
    assert [key for key, entry in CATALOGUE.items() if "done" in entry.links] == list(NUDGES)
    assert [key for key, entry in CATALOGUE.items() if "agree" in entry.links] == ["consent"]


@pytest.mark.parametrize("key", ["loss", "forgotten"])
def test_after_the_last_message_no_link_is_left(key: str) -> None:
    assert CATALOGUE[key].links == ()


@pytest.mark.parametrize("key", ["welcome", "relief", "frequent_cramps", *ANSWERS])
def test_what_is_no_nudge_has_no_schedule(key: str) -> None:
    entry = CATALOGUE[key]
    assert key not in NUDGES
    assert (entry.schedule, entry.priority, entry.weeks) == (None, None, None)


def test_only_relief_may_take_two_segments() -> None:
    assert {key: entry.segments for key, entry in CATALOGUE.items() if entry.segments != 1} == {"relief": 2}
