"""Whatever word a text offers is understood, in every language and however the person stands who reads it."""

from __future__ import annotations

import re

import pytest

from messages.catalogue import CATALOGUE
from messages.message import Details
from messages.rendering import Context, Form, Renderer
from scheduler.conversation import reacting
from scheduler.conversation.understanding import understand
from scheduler.conversation.word import Word

RENDERER = Renderer()
OFFERED = re.compile(r"\b[A-ZÁÉÍÓÚÑ]{2,}(?: ME)?\b")
HEARD = {
    "stopped": reacting.AFTER_STOP,
    "help_stopped": reacting.AFTER_STOP,
    "help_ended": reacting.AFTER_LOSS,
    "born": reacting.AFTER_BIRTH,
    "consent": reacting.BEFORE_CONSENT,
}


def offered(kind: str, language: str) -> set[str]:
    """The words in capitals of every variant of an SMS that is answered."""
    found = set()
    for variant in range(RENDERER.variants(kind, language, Form.SMS)):
        for details in (Details(), Details(count=2, about="hydration", nth=2)):
            context = Context(discreet=False, replies=True, details=details, due_local="09:00")
            text = RENDERER.render(kind, language, Form.SMS, variant, context).text
            found |= set(OFFERED.findall(text)) - {"SMS", "OK"}
    return found


@pytest.mark.parametrize("language", RENDERER.languages())
@pytest.mark.parametrize("kind", CATALOGUE)
def test_every_word_that_is_offered_does_something(kind: str, language: str) -> None:
    for text in offered(kind, language):
        said = understand(text).word
        assert said in HEARD.get(kind, frozenset(Word)) - {Word.UNCLEAR, Word.COURTESY}, text


@pytest.mark.parametrize("language", RENDERER.languages())
def test_how_to_stop_and_how_to_get_help_is_said(language: str) -> None:
    assert Word.STOP in {understand(text).word for text in offered("welcome", language)}
    assert {Word.STOP, Word.CRAMP, Word.DONE} <= {understand(text).word for text in offered("help", language)}
    assert {Word.STOP, Word.HELP} <= {understand(text).word for text in offered("unclear", language)}
    assert {Word.YES, Word.STOP} <= {understand(text).word for text in offered("consent", language)}
    assert Word.FORGET_ME in {understand(text).word for text in offered("forget_ask", language)}
