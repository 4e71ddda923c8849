"""Colours that can be read: WCAG 2.1 AA, 4.5 to 1 for words and 3 to 1 for what is drawn."""

from __future__ import annotations

import re

import pytest

from scheduler.web.page import STYLE

READ = [
    ("words", "card"), ("words", "ground"), ("soft", "card"), ("soft", "ground"), ("accent", "card"),
    ("accent", "ground"), ("on-accent", "accent"), ("warn", "card"), ("mark", "mark-ground"), ("words", "calm"),
    ("words", "cramp"), ("on-many", "many"),
]  # fmt: skip
SEEN = [("field", "card"), ("accent", "ground"), ("many", "card"), ("stretches", "card")]


def colours(scheme: str) -> dict[str, str]:
    light, dark = re.findall(r":root \{(.*?)\}", STYLE, re.DOTALL)[:2]
    return dict(re.findall(r"--([\w-]+): #([0-9a-f]{6});", {"light": light, "dark": dark}[scheme]))


def luminance(colour: str) -> float:
    """As WCAG 2.1 defines relative luminance."""
    parts = [int(colour[place : place + 2], 16) / 255 for place in (0, 2, 4)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    darker, lighter = sorted(map(luminance, (one, other)))
    return (lighter + 0.05) / (darker + 0.05)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_words_stand_out(scheme: str) -> None:
    palette = colours(scheme)
    ratios = {(words, ground): contrast(palette[words], palette[ground]) for words, ground in READ}
    assert {pair: ratio for pair, ratio in ratios.items() if ratio < 4.5} == {}


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_fields_and_bars_stand_out(scheme: str) -> None:
    palette = colours(scheme)
    ratios = {(drawn, ground): contrast(palette[drawn], palette[ground]) for drawn, ground in SEEN}
    assert {pair: ratio for pair, ratio in ratios.items() if ratio < 3} == {}


def test_nothing_is_loaded_from_elsewhere() -> None:
    assert "http" not in STYLE
    assert "url(" not in STYLE
    assert "@import" not in STYLE
