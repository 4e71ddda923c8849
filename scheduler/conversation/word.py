"""What a person said, once it is understood."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from enum import StrEnum


class Word(StrEnum):
    """Everything that can be said to legup. docs/conversation.md lists each with its spellings and what it does."""

    STOP = "stop"
    STOP_ONE = "stop_one"
    """Stop one kind of nudge, or several."""
    START = "start"
    START_ONE = "start_one"
    YES = "yes"
    NO = "no"
    HELP = "help"
    DONE = "done"
    SNOOZE = "snooze"
    LESS = "less"
    MORE = "more"
    PAUSE = "pause"
    RESUME = "resume"
    CRAMP = "cramp"
    LANGUAGE = "language"
    BORN = "born"
    LOSS = "loss"
    FORGET = "forget"
    FORGET_ME = "forget_me"
    COURTESY = "courtesy"
    """Thanks, or a thumb: nothing to do, and nothing to answer."""
    UNCLEAR = "unclear"


@dataclass(frozen=True, slots=True)
class Said:
    """One word with what belongs to it."""

    word: Word = field(repr=False)
    """Out of repr: that a child is born, or lost, is health data."""
    kinds: tuple[str, ...] = ()
    """Nudges it names."""
    span: timedelta | None = None
    """For SNOOZE and PAUSE; None: as long as usual."""
    language: str | None = None
    """For LANGUAGE: the one they want."""
    lost: bool = field(default=False, repr=False)
    """For STOP: they also say that the pregnancy was lost."""

    @property
    def recorded(self) -> str:
        """What a record and a log may say of it: born and loss both are `ended`."""
        return "ended" if self.word in {Word.BORN, Word.LOSS} else str(self.word)


UNCLEAR = Said(Word.UNCLEAR)
