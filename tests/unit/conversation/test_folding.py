"""Text folded to plain words."""

from __future__ import annotations

import pytest

from scheduler.conversation.folding import LONGEST, folded, words_of


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", ()),
        (" ¡Pára! ", ("para",)),
        ("S.T.O.P", ("stop",)),
        ("o u t", ("out",)),
        ("x y", ("x", "y")),
        ("1 2 3", ("1", "2", "3")),
        ("stop STOP stop", ("stop",)),
        ("no yes no", ("no", "yes", "no")),
        ("1h30", ("1", "h", "30")),
        ("I’m, i`m and i'm", ("im", "and", "im")),  # noqa: RUF001 - a phone's own apostrophe
        ("1\ufe0f\u20e3", ("1",)),
        ("st\u200bop\u202e", ("stop",)),
        ("done ✅", ("done",)),
        ("ñandú", ("nandu",)),
        ("стоп", ()),
    ],
)
def test_words_are_plain(text: str, words: tuple[str, ...]) -> None:
    assert words_of(text) == words


def test_no_more_is_read_than_an_sms_can_hold() -> None:
    assert words_of(" " * (LONGEST - 4) + "stop") == ("stop",)
    assert words_of(" " * LONGEST + "stop") == ()


def test_punctuation_stays_where_it_matters() -> None:
    assert folded("¿Sí?") == "¿si?"
