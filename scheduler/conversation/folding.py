"""Text as people type it, folded to plain lower-case words."""

from __future__ import annotations

import re
import unicodedata
from itertools import groupby

LONGEST = 1600
"""Characters that are looked at: the longest SMS there is."""

_WORD = re.compile(r"[a-z]+|[0-9]+")
_APOSTROPHES = str.maketrans("", "", "'`\N{RIGHT SINGLE QUOTATION MARK}\N{ACUTE ACCENT}\N{MODIFIER LETTER APOSTROPHE}")
_TICKS = str.maketrans(dict.fromkeys("✅✔☑", " done "))
"""A tick is the shortest way to say that something is done."""
_UNSEEN = frozenset({"Mn", "Me", "Cf"})
"""Accents, enclosing marks, and format characters (zero-width spaces, writing direction), which nobody typed."""


def words_of(text: str) -> tuple[str, ...]:
    """`" ¡Pára! "` is `("para",)`: without case, accents, punctuation, emoji and invisible characters; full-width and
    ornamental letters count as plain ones; a word said twice in a row counts once; `S.T.O.P` is one word."""
    words = _WORD.findall(folded(text))
    if len(words) > 2 and all(len(word) == 1 and word.isalpha() for word in words):
        return ("".join(words),)
    return tuple(word for word, _ in groupby(words))


def folded(text: str) -> str:
    """The text without case and accents, its punctuation still there."""
    decomposed = unicodedata.normalize("NFKD", text[:LONGEST].translate(_APOSTROPHES).translate(_TICKS))
    return "".join(each for each in decomposed if unicodedata.category(each) not in _UNSEEN).casefold()
