"""Handles: random texts that stand for people in links, so that no link tells who it is for."""

from __future__ import annotations

from collections.abc import Iterator
from secrets import token_urlsafe

_SHARED = 3
_OWN = 9
"""Bytes: 72 bits of a person's own, in links that are signed besides."""
_LETTERS = 12
"""In which they are written."""
_DRAWN = 64
"""Handles for which the system is asked for chance at once: asking is what takes time."""


def new_handle() -> str:
    return next(new_handles())


def new_handles() -> Iterator[str]:
    """Handles for people who are enrolled together. They begin alike, at random: so they lie side by side in the index,
    where those of a million people wholly at random would be spread over every page of it."""
    shared = token_urlsafe(_SHARED)
    while True:
        drawn = token_urlsafe(_OWN * _DRAWN)
        for start in range(0, len(drawn), _LETTERS):
            yield shared + drawn[start : start + _LETTERS]
