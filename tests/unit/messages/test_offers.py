"""What an SMS of a nudge ends with: a word to reply, where one is read and costs no further segment."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from messages.catalogue import CATALOGUE, NUDGES
from messages.library import PACKAGED
from messages.rendering import Context, Form, Renderer
from messages.segments import segments

ASKED, UNASKED = Context(replies=True), Context(replies=False)
UNOFFERED = Renderer().render("hydration", "en", Form.SMS, 0, UNASKED).text
LANGUAGES = Renderer().languages()


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("nudge", NUDGES)
def test_a_nudge_offers_a_reply_where_there_is_room_and_keeps_its_words(nudge: str, language: str) -> None:
    renderer = Renderer()
    for number in range(3 * renderer.variants(nudge, language, Form.SMS)):
        plain = renderer.render(nudge, language, Form.SMS, number, UNASKED).text
        asking = renderer.render(nudge, language, Form.SMS, number, ASKED).text
        assert asking.startswith(plain)
        assert segments(asking).count == segments(plain).count == 1
        if len(plain) <= 160 - len("\nReply DONE, SNOOZE or LESS."):
            assert asking.splitlines()[-1].split()[0] in {"Reply", "Responde"}


def test_the_offers_take_turns() -> None:
    texts = [Renderer().render("hydration", "en", Form.SMS, 8 * number, ASKED).text for number in range(3)]
    assert {text.splitlines()[1] for text in texts} == {
        "Reply DONE or SNOOZE.",
        "Reply DONE, SNOOZE or LESS.",
        "Reply DONE, or HELP for more.",
    }


@pytest.mark.parametrize("kind", [kind for kind in CATALOGUE if kind not in NUDGES])
def test_only_a_nudge_can_be_done(kind: str) -> None:
    for language in LANGUAGES:
        text = Renderer().render(kind, language, Form.SMS, 0, ASKED).text
        assert not text.splitlines()[-1].startswith(("Reply DONE", "Responde HECHO"))


def test_an_offer_that_does_not_fit_gives_way_to_one_that_does(tmp_path: Path) -> None:
    (tmp_path / "en").mkdir()
    words = (PACKAGED / "en" / "words.toml").read_text()
    assert '"Reply DONE or SNOOZE.",' in words
    (tmp_path / "en" / "words.toml").write_text(words.replace('"Reply DONE or SNOOZE.",', f'"{"a" * 140}",'))
    first = Renderer(tmp_path).render("hydration", "en", Form.SMS, 0, ASKED).text
    assert first.splitlines()[1] == "Reply DONE, SNOOZE or LESS."


def test_where_no_offer_fits_there_is_none(tmp_path: Path) -> None:
    (tmp_path / "en").mkdir()
    words = (PACKAGED / "en" / "words.toml").read_text()
    (tmp_path / "en" / "words.toml").write_text(re.sub(r'"Reply DONE[^"]*"', f'"{"a" * 140}"', words))
    assert Renderer(tmp_path).render("hydration", "en", Form.SMS, 0, ASKED).text == UNOFFERED


def test_a_slip_in_the_words_does_not_silence_an_sms_that_needs_none(tmp_path: Path) -> None:
    (tmp_path / "en").mkdir()
    (tmp_path / "en" / "words.toml").write_text("greeting = 3")
    assert Renderer(tmp_path).render("hydration", "en", Form.SMS, 0, UNASKED).text
