"""What is wrong, and where: the one shape in which every check of legup reports."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

FaultPath: TypeAlias = tuple[str | int, ...]
"""Keys and indexes from the top of the configuration down: ("people", 0, "wake"); () is the whole of it."""


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that is wrong (or, as a warning, merely doubtful) at one place of the configuration.

    The text names the value, what was expected and the remedy; it masks contacts and never holds a secret.
    """

    path: FaultPath
    text: str
    warning: bool = False
    phrase: str | None = None
    """A schedule phrase to show with a caret; only ever a schedule phrase."""
    column: int = 0
    """Where in `phrase` the caret stands, counted from 0."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where a value was written: a file with line and column (both from 1), an environment variable, a secret file."""

    source: str
    line: int | None = None
    column: int | None = None

    def __str__(self) -> str:
        return ":".join(str(part) for part in (self.source, self.line, self.column) if part is not None)


def on_one_line(text: str) -> str:
    """What is repeated of a file can neither break its line nor steer the terminal."""
    return text if text.isprintable() else "".join(each if each.isprintable() else "?" for each in text)
