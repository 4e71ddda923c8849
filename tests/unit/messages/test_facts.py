from __future__ import annotations

from messages.catalogue import CATALOGUE
from messages.facts import FACTS


def test_the_article_gives_fifteen_facts_a_person_can_act_on() -> None:
    acted_on = [fact for fact in FACTS.values() if fact.actionable]
    assert len(acted_on) == 15
    assert all(fact.from_article for fact in acted_on)


def test_warning_signs_are_the_one_addition_to_the_article() -> None:
    assert [key for key, fact in FACTS.items() if not fact.from_article] == ["warning_signs"]


def test_every_fact_is_found_under_its_own_key_and_says_something() -> None:
    assert all(fact.key == key and fact.words.endswith(".") for key, fact in FACTS.items())


def test_every_fact_to_act_on_is_passed_on_by_some_entry() -> None:
    used = {key for entry in CATALOGUE.values() for key in entry.facts}
    assert {key for key, fact in FACTS.items() if fact.actionable} <= used
