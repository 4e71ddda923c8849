"""Reads a phrase word by word and says where it stops making sense."""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass
from typing import NoReturn

from config.suggestion import nearest

TOKEN = re.compile(r"[0-9]+:[0-9]+|[0-9]+|[A-Za-z]+|\S")
CLOCK = re.compile(r"([0-9]{1,2})(?:[.:h]?([0-9]{2}))?\s*([ap]m)?(?![0-9])", re.IGNORECASE)
SHOWN = 80
"""Characters of a phrase that an error repeats."""


class PhraseError(ValueError):
    """A phrase that cannot be read: the phrase, the column (from 0) at which reading stopped, what was expected."""

    def __init__(self, text: str, column: int, expected: str, suggestion: str | None = None) -> None:
        self.text = text
        self.column = column
        self.expected = expected
        self.suggestion = suggestion
        super().__init__(text, column, expected, suggestion)

    def __str__(self) -> str:
        shown = " ".join(_shortened(self.text).split())
        if not shown:
            return f"empty: expected {self.expected}"
        rest = self.text[self.column :].split()
        found = f'not "{_shortened(rest[0])}"' if rest else "but it ends there"
        meant = f'; did you mean "{self.suggestion}"?' if self.suggestion else ""
        return f'"{shown}": expected {self.expected}, {found}{meant}'


def _shortened(text: str) -> str:
    return text if len(text) <= SHOWN else text[:SHOWN] + "..."


@dataclass(frozen=True, slots=True)
class Token:
    """A word, number, time or sign, in lower case, and where it begins."""

    text: str
    column: int


class PhraseReader:
    """Goes through the tokens of one phrase, once. Spaces and case do not matter."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._tokens = [Token(match.group().lower(), match.start()) for match in TOKEN.finditer(text)]
        self._end = Token("", len(text.rstrip()))
        self._next = 0

    @property
    def token(self) -> Token:
        """The one to be read next; an empty one at the end."""
        return self._tokens[self._next] if self._next < len(self._tokens) else self._end

    def take(self, *words: str) -> str | None:
        """Read the next token if it is one of `words`."""
        text = self.token.text
        if text not in words or not text:
            return None
        self._next += 1
        return text

    def require(self, words: Collection[str], expected: str) -> str:
        """Read one of `words`; raises PhraseError for anything else."""
        found = self.take(*words)
        if found is None:
            self.fail(expected, near=words)
        return found

    def finish(self, expected: str, near: Collection[str] = ()) -> None:
        """Raises PhraseError unless everything has been read."""
        if self.token.text:
            self.fail(expected, near=near)

    def fail(self, expected: str, *, near: Collection[str] = (), suggestion: str | None = None) -> NoReturn:
        """Raises PhraseError at the token to be read next."""
        raise self.error(self.token.column, expected, suggestion or nearest(self.token.text, near))

    def error(self, column: int, expected: str, suggestion: str | None = None) -> PhraseError:
        return PhraseError(self._text, column, expected, suggestion)

    def clock_meant(self) -> str | None:
        """The time someone meant who wrote `8am`, `8.30`, `0830` or `8` where `08:30` is expected."""
        match = CLOCK.match(self._text, self.token.column)
        if match is None:
            return None
        hours, minutes, half = int(match[1]), int(match[2] or 0), (match[3] or "").lower()
        if half and 1 <= hours <= 12:
            hours = hours % 12 + (12 if half == "pm" else 0)
        return f"{hours:02}:{minutes:02}" if hours < 24 and minutes < 60 else None
