"""How an email looks: both parts, both colour schemes, and nothing from outside."""

from __future__ import annotations

import re
from html import unescape

import pytest

from messages.catalogue import CATALOGUE
from messages.rendering import Context, Form
from tests.standins.wording import RENDERER

DAY = Context("Sam", discreet=True, due_local="16:30")


def words_of(html: str) -> list[str]:
    body = html[html.index("<body") :]
    return unescape(re.sub(r"<[^>]+>", " ", body)).split()


@pytest.mark.parametrize("language", ["en", "es"])
@pytest.mark.parametrize("kind", CATALOGUE)
def test_both_parts_of_an_email_say_the_same(kind: str, language: str) -> None:
    for variant in range(RENDERER.variants(kind, language, Form.EMAIL)):
        email = RENDERER.render(kind, language, Form.EMAIL, variant, DAY)
        assert email.html is not None
        assert words_of(email.html) == email.text.split()


def test_an_html_part_is_told_its_language_and_asks_the_outside_world_for_nothing() -> None:
    for language in ("en", "es"):
        html = RENDERER.render("hydration", language, Form.EMAIL, 0, DAY).html
        assert html is not None
        assert f'<html lang="{language}">' in html
        assert '<meta name="color-scheme" content="light dark">' in html
        assert '<meta name="supported-color-schemes" content="light dark">' in html
        assert not re.search(r"https?:|//|<img|<a\b|<script|<link|<table|url\(|@import", html)


def luminance(colour: str) -> float:
    """Relative luminance as WCAG 2.2 defines it."""
    channels = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (each / 12.92 if each <= 0.04045 else ((each + 0.055) / 1.055) ** 2.4 for each in channels)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    darker, lighter = sorted((luminance(one), luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


@pytest.mark.parametrize(("ink", "paper"), [("words", "card"), ("foot", "page")])
def test_an_email_is_easy_to_read_by_day_and_in_dark_mode(ink: str, paper: str) -> None:
    html = RENDERER.render("hydration", "en", Form.EMAIL, 0, Context()).html or ""
    inlined = [
        re.search(rf'class="{name}" style="[^"]*?{key}: (#\w{{6}})', html)
        for name, key in ((ink, "[; ]color"), (paper, "background-color"))
    ]
    dark = [
        re.search(rf"\.{name} {{ {key}: (#\w{{6}}) !important", html)
        for name, key in ((ink, "color"), (paper, "background-color"))
    ]
    for pair in (inlined, dark):
        colours = [found[1] for found in pair if found]
        assert len(colours) == 2
        assert contrast(*colours) >= 6  # WCAG AA asks for 4.5
