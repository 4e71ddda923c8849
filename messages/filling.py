"""What the names in a template stand for, in one message."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass

from messages.catalogue import Entry
from messages.message import Context, Form
from messages.template import Value
from messages.words import Words

MAX_NAME = 100
"""Characters of a name that a greeting shows."""


@dataclass(frozen=True, slots=True)
class Titles:
    """In people's words, what a message is and what it speaks of."""

    own: str
    about: str = ""
    """The title of the nudge that an answer is about."""


@dataclass(frozen=True, slots=True)
class Filling:
    """The values of one message."""

    in_text: Mapping[str, Value]
    """Those of `texts.IN_TEXT`."""
    around_text: Mapping[str, Value]
    """Those of `texts.AROUND_TEXT`."""
    links: Mapping[str, str]
    """The URLs that an email shows."""


def filling(entry: Entry, form: Form, context: Context, titles: Titles, words: Words | None) -> Filling:
    """Without `words` no time is said."""
    details = context.details
    links = context.links.named(entry.links) if form is Form.EMAIL else {}
    in_text: dict[str, Value] = {
        "discreet": context.discreet,
        "replies": context.replies,
        "links": bool(links),
        "due_local": context.due_local,
        "count": str(details.count or ""),
        "about": titles.about,
        "nth": str(details.nth) if details.nth > 1 else "",
        "until": "" if words is None or details.until is None else words.moments.said(details.until, context.today),
    }
    return Filling(in_text, in_text | {"name": _name(context.name), "title": titles.own}, links)


def _name(name: str) -> str:
    """One line of at most MAX_NAME characters, without control characters."""
    one_line = " ".join(name.split())
    return "".join(letter for letter in one_line if unicodedata.category(letter) != "Cc")[:MAX_NAME].rstrip()
