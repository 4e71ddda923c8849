from __future__ import annotations

import pytest

from messages.segments import Segments, segments


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", Segments(0, "GSM-7", 0, 0)),
        ("a", Segments(1, "GSM-7", 1, 159)),
        ("a" * 160, Segments(1, "GSM-7", 160, 0)),
        ("a" * 161, Segments(2, "GSM-7", 161, 145)),
        ("a" * 306, Segments(2, "GSM-7", 306, 0)),
        ("a" * 307, Segments(3, "GSM-7", 307, 152)),
        ("é ñ ü ¿ ¡ à Ç\n", Segments(1, "GSM-7", 14, 146)),
        ("ç", Segments(1, "UCS-2", 1, 69)),
        ("í" * 70, Segments(1, "UCS-2", 70, 0)),
        ("í" * 71, Segments(2, "UCS-2", 71, 63)),
        ("í" * 134, Segments(2, "UCS-2", 134, 0)),
        ("í" * 135, Segments(3, "UCS-2", 135, 66)),
    ],
)
def test_a_text_is_counted_as_the_network_counts_it(text: str, expected: Segments) -> None:
    assert segments(text) == expected


@pytest.mark.parametrize("character", "^{}\\[~]|€\f")
def test_a_character_of_the_extension_table_takes_two_units(character: str) -> None:
    assert segments(character * 80) == Segments(1, "GSM-7", 160, 0)
    assert segments(character * 80 + "a").count == 2


def test_an_escape_pair_is_never_split_over_two_segments() -> None:
    # 152 + 2 do not fit into 153: the pair moves on as a whole and leaves one unit of the first segment unused
    assert segments("a" * 152 + "€" + "a" * 151) == Segments(2, "GSM-7", 305, 0)
    assert segments("a" * 152 + "€" + "a" * 152) == Segments(3, "GSM-7", 306, 152)


def test_an_emoji_takes_two_units_and_is_never_split() -> None:
    assert segments("🦵" * 35) == Segments(1, "UCS-2", 70, 0)
    assert segments("í" * 66 + "🦵" + "í" * 65) == Segments(2, "UCS-2", 133, 0)
    assert segments("í" * 66 + "🦵" + "í" * 66).count == 3


@pytest.mark.parametrize("character", "\u2013\u2014\u2018\u2019\u201c\u201d\u2026\u00a0ë`\t")
def test_what_is_outside_gsm_7_turns_the_whole_text_into_ucs_2(character: str) -> None:
    assert segments(f"plain {character}").encoding == "UCS-2"


def test_the_default_alphabet_has_127_characters_besides_the_escape() -> None:
    everything = [chr(point) for point in range(0x10000) if not 0xD800 <= point < 0xE000]
    taken = [segments(character) for character in everything]
    gsm = [each.units for each in taken if each.encoding == "GSM-7"]
    assert (gsm.count(1), gsm.count(2)) == (127, 10)
