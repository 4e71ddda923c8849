"""What a text means: the one place where words become `Said`."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection
from itertools import pairwise

from scheduler.conversation import vocabulary
from scheduler.conversation.folding import LONGEST, folded, words_of
from scheduler.conversation.kinds import kinds_of
from scheduler.conversation.span import DAY, MINUTE, span_of
from scheduler.conversation.vocabulary import LANGUAGES, SPELLINGS, phrases
from scheduler.conversation.word import UNCLEAR, Said, Word

Words = tuple[str, ...]

_STOP_FIRST = phrases(vocabulary.STOP_FIRST)
_EVERYTHING = {"all", "everything", "todo", "todos"}
_GREETINGS = phrases(vocabulary.GREETINGS)
_BEFORE = phrases(vocabulary.GREETINGS, vocabulary.COURTESIES)
_AFTER = phrases(vocabulary.GREETINGS, vocabulary.COURTESIES, vocabulary.AFTER)
_WHOLE = {words: word for word, table in SPELLINGS.items() for words in phrases(table)}
_LANGUAGES = {words: tag for tag, texts in LANGUAGES.items() for words in phrases({tag: texts})}
_WITH_KINDS = {
    Word.START: (Word.START_ONE, phrases(SPELLINGS[Word.START])),
    Word.DONE: (Word.DONE, phrases(SPELLINGS[Word.DONE])),
    Word.LESS: (Word.LESS, phrases(SPELLINGS[Word.LESS])),
    Word.MORE: (Word.MORE, phrases(SPELLINGS[Word.MORE])),
}
_WITH_SPAN = {
    Word.SNOOZE: (MINUTE, phrases(SPELLINGS[Word.SNOOZE])),
    Word.PAUSE: (DAY, phrases(SPELLINGS[Word.PAUSE])),
}
"""With what a number without a unit counts."""
_CRAMP = phrases(SPELLINGS[Word.CRAMP])
_AROUND_CRAMP = phrases(vocabulary.AROUND_CRAMP)
_LOSS_TOLD, _DOUBT = phrases(vocabulary.LOSS_TOLD), phrases(vocabulary.DOUBT)
_ECHO = re.compile(
    r"\W*(liked|loved|disliked|laughed at|emphasi[sz]ed|questioned|reacted [^\"]{1,20} to|to|a|"
    r"(no )?le gusto|le encanto|se rio de|exclamo por|cuestiono) ?[\"\u201c\u201e\u00ab]"
)
"""How a phone without reactions is told of one: `Liked "Time for some water"`."""


def understand(text: str) -> Said:
    """What the text says; anything that is none of our words is UNCLEAR. Never raises."""
    if _ECHO.match(folded(text)):
        return Said(Word.COURTESY)
    words = _without_courtesy_before(words_of(text))
    asked = "?" in folded(text)
    stopped = _stop(words, lost=not asked and _tells_loss(words))
    if stopped is not None:
        return stopped
    if not asked and _tells_loss(words):
        return Said(Word.LOSS)
    said = _meant(words) or _meant(_without_courtesy_after(words))
    if said is not None:
        return UNCLEAR if asked and said.word in {Word.BORN, Word.LOSS} else said
    return Said(Word.COURTESY) if _is_courtesy(text) else UNCLEAR


def _meant(words: Words) -> Said | None:
    return _whole(words) or _with_kinds(words) or _with_span(words) or _cramp(words)


def _stop(words: Words, *, lost: bool) -> Said | None:
    """Begins with a stop word: everything stops, unless a kind is named next and nothing says "everything"."""
    length = _beginning(words, _STOP_FIRST)
    if not length:
        return None
    kinds, rest = kinds_of(words[length:])
    if not kinds or lost or _EVERYTHING & set(words):
        return Said(Word.STOP, lost=lost)
    further = _stop(rest, lost=False)
    if further is None:
        return Said(Word.STOP_ONE, kinds)
    return further if further.word is Word.STOP else Said(Word.STOP_ONE, tuple(dict.fromkeys(kinds + further.kinds)))


def _whole(words: Words) -> Said | None:
    if words in _LANGUAGES:
        return Said(Word.LANGUAGE, language=_LANGUAGES[words])
    word = _WHOLE.get(words)
    return None if word is None else Said(word)


def _with_kinds(words: Words) -> Said | None:
    """`LESS WATER`. Whoever is `done with these messages` has done nothing, and `start my day` is no coming back: those
    need a kind, and nothing else."""
    for word, (meant, spellings) in _WITH_KINDS.items():
        length = _beginning(words, spellings)
        if length:
            kinds, rest = kinds_of(words[length:])
            clear = not rest and (kinds or word in {Word.LESS, Word.MORE})
            return Said(meant, kinds) if clear else None
    return None


def _with_span(words: Words) -> Said | None:
    for word, (bare, spellings) in _WITH_SPAN.items():
        length = _beginning(words, spellings)
        span = span_of(words[length:], bare) if length else None
        if span is not None:
            return Said(word, span=span)
    return None


def _cramp(words: Words) -> Said | None:
    """The word with nothing but what people put around it when it hurts."""
    said = {(word,) for word in words} | set(pairwise(words))
    hurts = said & _CRAMP
    return Said(Word.CRAMP) if hurts and {(word,) for word in words} - _CRAMP <= _AROUND_CRAMP else None


def _tells_loss(words: Words) -> bool:
    runs = {words[start:end] for start in range(len(words)) for end in range(start + 2, start + 5)}
    return bool(runs & _LOSS_TOLD) and not {(word,) for word in words} & _DOUBT


def _beginning(words: Words, spellings: Collection[Words]) -> int:
    """How many words the longest of these spellings has that the words begin with; 0 for none."""
    return max((len(each) for each in spellings if words[: len(each)] == each), default=0)


def _without_courtesy_before(words: Words) -> Words:
    while length := _beginning(words, _BEFORE):
        words = words[length:]
    return words


def _without_courtesy_after(words: Words) -> Words:
    backwards = {each[::-1] for each in _AFTER}
    while length := _beginning(words[::-1], backwards):
        words = words[:-length]
    return words


def _is_courtesy(text: str) -> bool:
    """Nothing but thanks, or a picture that says enough: a thumb, a heart. A greeting wants an answer."""
    words = words_of(text)
    if words:
        return not _without_courtesy_before(words) and not {(word,) for word in words} & _GREETINGS
    return any(unicodedata.category(each) in {"So", "Sk"} for each in text[:LONGEST])
