"""docs/messages.md lists what there is: every kind, every name a template may use, every key of the words."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest

from messages.catalogue import ANSWERS, CATALOGUE
from messages.library import PACKAGED
from messages.message import LINKS
from messages.texts import AROUND_TEXT

PAGE = (Path(__file__).parents[3] / "docs" / "messages.md").read_text(encoding="utf-8")
KINDS, NAMES, BESIDE = (
    PAGE[PAGE.index(begin) : PAGE.index(end)]
    for begin, end in (
        ("## The kinds", "## What a template may contain"),
        ("## What a template may contain", "A frame may also"),
        ("## The words beside the texts", "## Check your texts"),
    )
)


def named(text: str) -> set[str]:
    """What stands in backticks."""
    return set(re.findall(r"`([\w.]+)`", text))


def test_every_kind_is_listed_and_no_other() -> None:
    rows = "\n".join(line.split("|")[1] for line in KINDS.splitlines() if line.startswith("| `"))
    assert named(rows) == set(CATALOGUE)


def test_the_kinds_that_are_no_answers_are_named() -> None:
    (sentence,) = re.findall(r"All but the nudges, (.*?) are answers", KINDS)
    others = [kind for kind, entry in CATALOGUE.items() if kind not in ANSWERS and entry.schedule is None]
    assert named(sentence) == set(others)


def test_every_name_a_template_may_use_is_listed() -> None:
    parts = {"language", "subject", "greeting", "paragraphs", "why", "stop", "foot"}
    rows = "\n".join(line.split("|")[1] for line in NAMES.splitlines() if line.startswith("| `"))
    assert named(rows) == AROUND_TEXT | parts | set(LINKS)


@pytest.mark.parametrize("language", ["en", "es"])
def test_every_key_of_the_words_is_explained(language: str) -> None:
    words = tomllib.loads((PACKAGED / language / "words.toml").read_text(encoding="utf-8"))
    keys = {key for key, value in words.items() if not isinstance(value, dict)} | set(words["moments"])
    assert keys <= named(BESIDE)
    assert all(f"`[{key}]`" in BESIDE for key, value in words.items() if isinstance(value, dict))
