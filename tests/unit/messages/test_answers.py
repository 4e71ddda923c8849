"""What a person is answered: with what it speaks of, in few words, and only with words that legup understands."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest

from messages.catalogue import ANSWERS, CATALOGUE
from messages.message import Details
from messages.rendering import Context, Form
from scheduler.conversation.understanding import understand
from scheduler.conversation.word import Word
from tests.standins.wording import NOON, RENDERER, said

EVENING = NOON + timedelta(hours=9, minutes=30)
LATER = NOON + timedelta(days=2, hours=-4)
TELLING = {
    "en": r"congratulat|sorry|condolence|baby|born|loss|mother|arriv|good news|sad|grief|love",
    "es": r"felici|enhorabuena|sentimos|pésame|bebé|nac|pérdida|mamá|madre|lleg|noticia|triste|duelo",
}
"""What would tell a stranger who reads over a shoulder that a child is born or lost."""


def answer(kind: str, language: str = "en", form: Form = Form.SMS, *, variant: int = 0, **details: Any) -> str:
    context = Context(replies=form is Form.SMS, details=Details(**details), today=NOON.date())
    return RENDERER.render(kind, language, form, variant, context).text.replace("\n", " ")


@pytest.mark.parametrize(
    ("kind", "details", "english", "spanish"),
    [
        ("done", {"count": 3}, "Noted. That makes 3 today.", "Anotado. Hoy van 3."),
        ("done", {}, "Noted. Thank you.", "Anotado. Gracias."),
        (
            "snoozed",
            {"about": "hydration", "until": EVENING},
            "OK, once more at 21:30: drink some water.",
            "De acuerdo, otra vez a las 21:30: beber agua.",
        ),
        (
            "less",
            {"about": "legs_up", "nth": 4},
            "OK. You now get 1 in 4 of these: put your legs up. For more, reply MORE.",
            "De acuerdo. Ahora recibes 1 de cada 4: poner las piernas en alto. Si te parecen pocos, responde MAS.",
        ),
        (
            "more",
            {"about": "legs_up", "nth": 1},
            "You get all of these, as your plan says: put your legs up.",
            "Los recibes todos, como dice tu plan: poner las piernas en alto.",
        ),
        (
            "paused",
            {"until": LATER},
            "Paused. Your reminders come back on Sat 5 Dec at 08:00. To go on sooner, reply RESUME.",
            "En pausa. Tus avisos vuelven el 5 de diciembre a las 08:00. Para seguir antes, responde SEGUIR.",
        ),
        (
            "stopped_one",
            {"about": "hydration"},
            "You get no more of these: drink some water. To have it back, reply START.",
            "Ya no recibes este aviso: beber agua. Para tenerlo otra vez, responde START.",
        ),
        (
            "back_one",
            {"about": "hydration"},
            "Back on your plan: drink some water.",
            "De vuelta en tu plan: beber agua.",
        ),
    ],
)
def test_an_answer_says_what_it_is_about(kind: str, details: dict[str, Any], english: str, spanish: str) -> None:
    assert answer(kind, "en", **details) == english
    assert answer(kind, "es", **details) == spanish


@pytest.mark.parametrize("language", RENDERER.languages())
@pytest.mark.parametrize("kind", ANSWERS)
def test_an_answer_about_nothing_still_reads_well(kind: str, language: str) -> None:
    for form in Form:
        text = answer(kind, language, form)
        assert not re.search(r"[:;] *\.|: *$|\b0\b| \.|, *[.:]|None", text), text


def test_a_nudge_that_legup_no_longer_has_is_not_named() -> None:
    assert answer("back_one", about="foot_bath") == "All kinds are back on your plan."


@pytest.mark.parametrize("language", RENDERER.languages())
@pytest.mark.parametrize("kind", ["born", "loss"])
def test_the_end_of_a_pregnancy_is_answered_so_that_a_stranger_learns_nothing(kind: str, language: str) -> None:
    for form in Form:
        for each in said(kind, language, form):
            told = bool(re.search(TELLING[language], each.words, re.IGNORECASE))
            assert told != each.context.discreet, each.words


@pytest.mark.parametrize("language", RENDERER.languages())
def test_after_a_loss_nothing_is_asked_advised_or_offered(language: str) -> None:
    for form in Form:
        for each in said("loss", language, form):
            assert not re.search(r"[A-Z]{3,}|\?|https?:|cramp|calambre", each.body), each.body


@pytest.mark.parametrize("language", RENDERER.languages())
def test_help_says_who_writes_what_can_be_said_and_how_to_stop(language: str) -> None:
    text = answer("help", language)
    assert text.startswith("legup: ")
    assert "STOP" in text
    assert {"en": "Not medical advice", "es": "No es consejo médico"}[language] in text
    assert len(offered(text)) >= 6


def offered(text: str) -> set[str]:
    """The words in capitals, which a text asks people to send."""
    return set(re.findall(r"\bFORGET ME\b|\b[A-ZÑ]{2,}\b", text)) - {"OK"}


@pytest.mark.parametrize("language", RENDERER.languages())
@pytest.mark.parametrize("kind", CATALOGUE)
def test_every_word_that_a_text_offers_is_understood(kind: str, language: str) -> None:
    for each in said(kind, language, Form.SMS):
        words = {word: understand(word).word for word in offered(each.rendered.text)}
        assert Word.UNCLEAR not in words.values(), words
        assert not words or each.context.replies, each.words
        if kind == "consent" and words:
            assert {Word.YES, Word.STOP} == set(words.values())


@pytest.mark.parametrize("kind", CATALOGUE)
def test_no_email_offers_a_reply_for_none_is_read(kind: str) -> None:
    for language in RENDERER.languages():
        for each in said(kind, language, Form.EMAIL):
            assert not offered(each.rendered.text), each.words


@pytest.mark.parametrize("form", list(Form))
@pytest.mark.parametrize("language", ["en", "es"])
def test_more_and_less_say_how_it_is_and_claim_no_change(language: str, form: Form) -> None:
    """MORE may have had nothing to take back, and LESS goes no further than 1 in 4."""
    for kind in ("less", "more"):
        said = answer(kind, language, form, about="hydration", nth=2).lower()
        assert "1 in 2" in said or "1 de cada 2" in said
        assert [each for each in ("often", "from now on", "a menudo", "desde ahora") if each in said] == []
