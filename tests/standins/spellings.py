"""Every spelling of every word, as pairs."""

from __future__ import annotations

from scheduler.conversation.vocabulary import LANGUAGES, SPELLINGS, STOP_FIRST
from scheduler.conversation.word import Word

_TABLES = ((Word.STOP, STOP_FIRST), (Word.LANGUAGE, LANGUAGES), *SPELLINGS.items())

EVERY_SPELLING: tuple[tuple[Word, str], ...] = tuple(
    (word, spelling) for word, table in _TABLES for spellings in table.values() for spelling in spellings
)
STOPS: tuple[str, ...] = tuple(spelling for spellings in STOP_FIRST.values() for spelling in spellings)
"""What a message need only begin with."""
