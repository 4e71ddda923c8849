"""Any text at all: something is understood, and a stop is never missed."""

from __future__ import annotations

import unicodedata

from hypothesis import given
from hypothesis import strategies as st

from scheduler.conversation.folding import words_of
from scheduler.conversation.kinds import kinds_of
from scheduler.conversation.span import DAY, span_of
from scheduler.conversation.understanding import understand
from scheduler.conversation.word import Said, Word
from tests.standins.fuzzing import examples, texts
from tests.standins.spellings import EVERY_SPELLING, STOPS

NOISE = st.text(st.sampled_from(" \t\n.,;:!¡*_-\"'()[]~\u200b\u00a0\ufeff🙏🛑"), max_size=6)
MARKS = ("", "\N{COMBINING ACUTE ACCENT}", "\N{COMBINING DIAERESIS}", "\ufe0f")
WIDER = ord("\uff21") - ord("A")
"""How far the full-width letters are from the plain ones."""
words = st.lists(st.sampled_from([spelling for _, spelling in EVERY_SPELLING] + ["2", "h", "water", "agua", "x"])).map(
    " ".join
)


@st.composite
def dressed(draw: st.DrawFn, text: str) -> str:
    """The same letters in any case, accented, full-width, with noise around and between the words."""
    letters = []
    for letter in text:
        if letter == " ":
            letters.append(draw(st.sampled_from((" ", "-", "  ", "\n", ". "))))
            continue
        cased = draw(st.sampled_from((letter, letter.upper(), chr(ord(letter) + WIDER))))
        letters.append(cased + draw(st.sampled_from(MARKS)))
    return draw(NOISE) + "".join(letters) + draw(NOISE)


@given(texts | words)
@examples(2)
def test_any_text_is_understood_somehow(text: str) -> None:
    said = understand(text)
    assert isinstance(said, Said)
    assert said == understand(unicodedata.normalize("NFD", text))


@given(st.sampled_from(STOPS).flatmap(dressed))
@examples(2)
def test_a_stop_is_never_missed_whatever_surrounds_it(text: str) -> None:
    assert understand(text) == Said(Word.STOP)


@given(st.sampled_from(STOPS).flatmap(dressed), texts | words)
@examples(2)
def test_what_begins_with_a_stop_stops_everything_or_the_kinds_that_follow(stop: str, rest: str) -> None:
    said = understand(f"{stop} {rest}")
    assert said.word in {Word.STOP, Word.STOP_ONE}
    assert (said.word is Word.STOP_ONE) == bool(said.kinds)


@given(st.sampled_from(EVERY_SPELLING).flatmap(lambda pair: st.tuples(st.just(pair[0]), dressed(pair[1]))))
@examples(2)
def test_no_word_is_missed_for_its_dress(pair: tuple[Word, str]) -> None:
    assert understand(pair[1]).word is pair[0]


@given(words)
def test_only_start_and_unstop_ask_for_a_return(text: str) -> None:
    if understand(text).word in {Word.START, Word.START_ONE}:
        assert set(words_of(text)) & {"start", "unstop"}


@given(st.lists(st.sampled_from(["an", "2", "h", "min", "9999", "10000", "half", "hour", "days", "x"])).map(tuple))
def test_a_length_of_time_is_longer_than_nothing_or_not_read(said: tuple[str, ...]) -> None:
    span = span_of(said, DAY)
    assert span is None or span.total_seconds() > 0
    assert kinds_of(said) == ((), said)
