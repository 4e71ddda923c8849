"""How an email looks: both parts, both colour schemes, and nothing from outside."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from html import unescape

import pytest

from messages.catalogue import CATALOGUE
from messages.message import NO_LINKS, Links
from messages.rendering import Context, Form
from tests.standins.wording import EVERY_LINK, RENDERER

DAY = Context("Sam", discreet=True, due_local="16:30")


LINKED = replace(DAY, links=EVERY_LINK)


def words_of(html: str) -> list[str]:
    """What is read, and where each link leads behind it, as the plain part has it."""
    body = html[html.index("<body") :]
    return unescape(re.sub(r"<[^>]+>", " ", re.sub(r'<a[^>]* href="([^"]*)"[^>]*>([^<]*)', r"\2 \1", body))).split()


def linked(html: str) -> dict[str, str]:
    """The words of each link by where it leads."""
    return {unescape(url): unescape(words) for url, words in re.findall(r'<a[^>]* href="([^"]*)"[^>]*>([^<]*)', html)}


@pytest.mark.parametrize("context", [DAY, LINKED])
@pytest.mark.parametrize("language", ["en", "es"])
@pytest.mark.parametrize("kind", CATALOGUE)
def test_both_parts_of_an_email_say_the_same(kind: str, language: str, context: Context) -> None:
    for variant in range(RENDERER.variants(kind, language, Form.EMAIL)):
        email = RENDERER.render(kind, language, Form.EMAIL, variant, context)
        assert email.html is not None
        assert words_of(email.html) == email.text.split()


@pytest.mark.parametrize("kind", CATALOGUE)
def test_an_email_shows_the_links_of_its_kind_and_no_other(kind: str) -> None:
    html = RENDERER.render(kind, "en", Form.EMAIL, 0, LINKED).html or ""
    links = linked(html)
    assert set(links) == {getattr(EVERY_LINK, name) for name in CATALOGUE[kind].links}
    assert all(links.values())
    assert len(set(links.values())) == len(links)


def test_only_links_that_lead_somewhere_are_shown() -> None:
    some = replace(DAY, links=Links(done="https://legup.example/a/1", stop_all="https://legup.example/a/2"))
    email = RENDERER.render("hydration", "en", Form.EMAIL, 0, some)
    assert linked(email.html or "") == {
        "https://legup.example/a/1": "Done",
        "https://legup.example/a/2": "Stop all messages",
    }


@pytest.mark.parametrize(
    ("links", "told"), [(NO_LINKS, True), (Links(done="https://legup.example/a/1"), True), (EVERY_LINK, False)]
)
def test_an_email_without_a_link_to_stop_says_in_words_how_to(links: Links, *, told: bool) -> None:
    email = RENDERER.render("hydration", "en", Form.EMAIL, 0, replace(DAY, links=links))
    assert ("To change or stop these messages, edit your plan" in email.text) == told


@pytest.mark.parametrize("kind", ["stopped", "loss", "forgotten"])
def test_the_last_email_does_not_say_how_to_stop(kind: str) -> None:
    email = RENDERER.render(kind, "en", Form.EMAIL, 0, DAY)
    assert "edit your plan" not in email.text
    assert "\n\n\n" not in email.text


def test_a_url_cannot_break_out_of_its_link() -> None:
    hostile = 'https://legup.example/"><script>alert(1)</script>'
    html = RENDERER.render("hydration", "en", Form.EMAIL, 0, replace(DAY, links=Links(done=hostile))).html or ""
    assert "<script" not in html
    assert linked(html) == {hostile: "Done"}


def test_where_links_lead_stays_out_of_repr() -> None:
    assert "legup.example" not in repr(LINKED)


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


HTML = RENDERER.render("hydration", "en", Form.EMAIL, 0, LINKED).html or ""


def inlined(name: str, key: str) -> str:
    found = re.search(rf'class="{name}"[^>]* style="[^"]*?(?<![-\w]){key}: (#\w{{6}})', HTML)
    assert found, (name, key)
    return found[1]


def in_dark_mode(name: str, key: str) -> str:
    found = re.search(rf"\.{name} {{[^}}]*?(?<![-\w]){key}: (#\w{{6}}) !important", HTML)
    assert found, (name, key)
    return found[1]


@pytest.mark.parametrize("colour", [inlined, in_dark_mode])
@pytest.mark.parametrize(
    ("ink", "paper", "least"),
    [("words", "card", 6), ("foot", "page", 6), ("other", "card", 4.5), ("main", "main", 4.5), ("small", "page", 4.5)],
)
def test_an_email_is_easy_to_read_by_day_and_in_dark_mode(
    ink: str, paper: str, least: float, colour: Callable[[str, str], str]
) -> None:
    assert contrast(colour(ink, "color"), colour(paper, "background-color")) >= least  # WCAG AA asks for 4.5
