"""Did you mean: the nearest known word, for the end of an error."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches

LONGEST = 60
"""Longer words are no typing mistakes, and comparing them costs time that grows with their square."""


def nearest(word: str, known: Iterable[str]) -> str | None:
    """The known word most like `word`, whatever its case; None when nothing is near."""
    if len(word) > LONGEST:
        return None
    folded = word.casefold()
    by_folded = {each.casefold(): each for each in known}
    found = get_close_matches(folded, by_folded, cutoff=0.6)
    # Among near words the one with the same first letter: "munday" is as near to "sunday" as to "monday".
    found.sort(key=lambda near: near[:1] != folded[:1])
    return by_folded[found[0]] if found else None


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """`; did you mean "hydration"?`, or nothing."""
    found = nearest(word, known)
    return f'; did you mean "{found}"?' if found else ""
