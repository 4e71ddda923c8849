"""docs/conversation.md lists every word, what it answers, every spelling and every limit, as the code has them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from config.person import Consent
from messages.catalogue import CATALOGUE
from scheduler.conversation import folding, noting, reacting, timing
from scheduler.conversation.answer import ANSWERS
from scheduler.conversation.house import House
from scheduler.conversation.kinds import KINDS
from scheduler.conversation.links import ActionName
from scheduler.conversation.scene import ALWAYS_ANSWERED, ANSWER_LIFE, DAY, MOST_ANSWERS
from scheduler.conversation.vocabulary import LANGUAGES, SPELLINGS, STOP_FIRST, Spellings
from scheduler.conversation.word import Word
from tests.standins.talk import NOON, Talk, person

PAGE = (Path(__file__).parents[3] / "docs" / "conversation.md").read_text(encoding="utf-8")
SECTIONS = dict(re.findall(r"^## (.+?)\n(.+?)(?=^## |\Z)", PAGE, flags=re.MULTILINE | re.DOTALL))
MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)
OURS = House(handles_stop_words=False)
SAYING = {Word.LANGUAGE: "español", Word.COURTESY: "thanks", Word.UNCLEAR: "banana"}
ALSO = {Word.STOP: ["STOP we lost the baby"], Word.START_ONE: ["START MAGNESIUM"]}


def named(word: Word) -> str:
    """As the page has it: `STOP WATER` for STOP_ONE."""
    return word.upper().replace("_ONE", " WATER").replace("_", " ")


def rows(section: str) -> list[list[str]]:
    lines = [line for line in SECTIONS[section].splitlines() if line.startswith("|")]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines[2:]]


def in_backticks(text: str) -> list[str]:
    return re.findall(r"`([^`]+)`", text)


def test_every_word_has_a_row() -> None:
    assert [row[0] for row in rows("The words")] == [f"`{named(word)}`" for word in Word]


@pytest.mark.parametrize("word", Word)
def test_the_page_names_exactly_the_answers_a_word_gets(word: Word) -> None:
    (answers,) = [row[2] for row in rows("The words") if row[0] == f"`{named(word)}`"]
    told = {name for name in in_backticks(answers) if name in ANSWERS}
    assert told == answered(word)


def answered(word: Word) -> set[str]:
    """What comes back to a word as people may stand who say it, where it does something."""
    said = [SAYING.get(word, named(word)), *ALSO.get(word, ())]
    kinds: set[str] = set()
    for text, talk in ((text, talk) for text in said for talk in standings()):
        if word in reacting._heard(talk.correspondent()):
            known = len(talk.answers)
            talk.say(text)
            kinds |= {each.kind for each in talk.answers[known:] if each.cause.startswith("reply:")}
    return kinds


def standings() -> Iterator[Talk]:
    """People as they may stand when they say something."""
    for before in ((), ("STOP",), ("BORN",), ("BORN", "STOP"), ("LOSS",), ("CRAMP", "CRAMP")):
        yield after(Talk(house=OURS), *before)
    for before in ((), ("NO",)):
        yield after(Talk(person(consent=Consent.ASKED), OURS), *before)
    yield Talk(person(paused_until=NOON + DAY), House(languages=("en",)))


def after(talk: Talk, *texts: str) -> Talk:
    for text in texts:
        talk.say(text)
    talk.wait(hours=1)
    return talk


def test_what_still_counts_is_as_the_code_says() -> None:
    sets = (reacting.AFTER_STOP, reacting.AFTER_BIRTH, reacting.AFTER_LOSS, reacting.BEFORE_CONSENT)
    told = [set(row[1].split(", ")) for row in rows("What still counts when")]
    assert told == [{named(word) for word in words} for words in sets]


def spelt(name: str, table: Spellings) -> list[str]:
    return [name, *(", ".join(table[language]) or "-" for language in ("en", "es"))]


def test_every_spelling_is_listed() -> None:
    expected = [spelt("STOP, begins with", STOP_FIRST), spelt("STOP, the whole message", SPELLINGS[Word.STOP])]
    expected += [spelt(named(word), table) for word, table in SPELLINGS.items() if word is not Word.STOP]
    assert rows("Every spelling") == [*expected, spelt("LANGUAGE", LANGUAGES)]


def test_every_kind_is_listed_with_its_words() -> None:
    assert rows("Kinds of nudges") == [spelt(f"`{kind}`", table) for kind, table in KINDS.items()]


def test_every_answer_is_listed_and_has_an_entry() -> None:
    listed = in_backticks(SECTIONS["Answers"].split("besides.")[1])
    assert listed == list(ANSWERS)
    assert set(ANSWERS) <= CATALOGUE.keys()


def test_the_words_a_provider_answers_are_listed() -> None:
    (line,) = [line for line in SECTIONS["Who answers STOP"].splitlines() if line.startswith("`STOP`")]
    assert set(in_backticks(line)) == reacting.PROVIDERS_WORDS


def test_every_link_is_listed() -> None:
    assert [row[0] for row in rows("Links in emails")] == [f"`{name}`" for name in ActionName]


def test_the_limits_are_those_of_the_code() -> None:
    limits = dict(rows("Limits"))
    assert limits["SNOOZE"].startswith(
        f"{timing.SNOOZE // MINUTE} minutes unless they say; from {timing.SHORTEST_SNOOZE // MINUTE} minutes to "
        f"{timing.LONGEST_SNOOZE // HOUR} hours"
    )
    assert limits["PAUSE"].startswith(
        f"{timing.PAUSE // DAY} days unless they say; from {timing.SHORTEST_PAUSE // HOUR} hour to "
        f"{timing.LONGEST_PAUSE // (7 * DAY)} weeks"
    )
    assert f"every {timing.RAREST}th" in limits["LESS"]
    assert f"every {noting.RELIEF_APART // MINUTE} minutes" in limits["CRAMP"]
    assert (noting.MANY_IN_A_DAY, noting.MANY_IN_A_WEEK) == (3, 7)
    assert "third within 24 hours or the seventh within 7 days" in limits["CRAMP"]
    assert f"live for {ANSWER_LIFE // MINUTE} minutes; at most {MOST_ANSWERS} an hour" in limits["answers"]
    assert set(in_backticks(limits["answers"])) == ALWAYS_ANSWERED
    assert f"{folding.LONGEST:,} characters" in limits["a text"]
