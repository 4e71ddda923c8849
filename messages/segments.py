"""How many SMS segments a text takes, and in which encoding: what a message costs to send."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

# 3GPP TS 23.038, section 6.2.1: the default alphabet and, behind an escape, its extension table.
_BASIC = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
_EXTENSION = frozenset("\f^{}\\[~]|€")


@dataclass(frozen=True, slots=True)
class Segments:
    """What a text takes as SMS."""

    count: int
    encoding: Literal["GSM-7", "UCS-2"]
    units: int
    """Septets (a character of the extension table takes two) or UTF-16 code units (an emoji takes two)."""
    left: int
    """Units that still fit into the last segment; 0 when there is no segment."""


def segments(text: str) -> Segments:
    """Count as the network does: 160 septets alone and 153 in a series, or 70 and 67 code units as soon as one
    character is outside GSM-7. A character that takes two units is never split over two segments."""
    if all(character in _BASIC or character in _EXTENSION for character in text):
        return _packed("GSM-7", [2 if character in _EXTENSION else 1 for character in text], alone=160, in_series=153)
    return _packed("UCS-2", [2 if ord(character) > 0xFFFF else 1 for character in text], alone=70, in_series=67)


def _packed(encoding: Literal["GSM-7", "UCS-2"], sizes: Iterable[int], *, alone: int, in_series: int) -> Segments:
    sizes = tuple(sizes)
    units = sum(sizes)
    if units <= alone:
        return Segments(1 if units else 0, encoding, units, alone - units if units else 0)
    count, left = 1, in_series
    for size in sizes:
        if size > left:
            count, left = count + 1, in_series
        left -= size
    return Segments(count, encoding, units, left)
