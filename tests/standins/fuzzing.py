"""What fuzz tests share: how many examples, text that goes wrong in the usual ways, and text with slips in it."""

from __future__ import annotations

import os

from hypothesis import settings
from hypothesis import strategies as st

AWKWARD = (
    *(
        "",
        " ",
        "\t",
        "\n",
        "\r\n",
        "\0",
        "\x1b[31m",
        "\x85",
        "\u2028",
        "\u202e",
        "\ufeff",
        "\ud800",
        "🦵",
        "é",
        "e\u0301",
    ),
    *("0", "-1", "1e400", "9" * 40, "NaN", "null", "~", "true", "[]", "{}", "*a", "&a", "<<", "!!x", "%s", "{{ 7 }}"),
    *(
        "../..",
        "/",
        "~root",
        "~nobody-has-this-name",
        "$HOME",
        "'",
        '"',
        "\\",
        "#",
        ":",
        "- ",
        "---",
        "<b>",
        "=?utf-8?q?=0A?=",
        "a" * 3_000,
    ),
)
"""Text on which programs stumble."""

texts = st.text(max_size=40) | st.sampled_from(AWKWARD) | st.lists(st.sampled_from(AWKWARD), max_size=4).map("".join)


def examples(share: float) -> settings:
    """So many hundred in `make test`, and so many thousand in a round of `make fuzz`."""
    return settings(settings(), max_examples=max(10, round(settings().max_examples * share)), deadline=None)


def typed(text: str) -> str:
    """As a program gets it from its command line or environment: any bytes but zero."""
    return os.fsdecode(text.replace("\0", "").encode("utf-8", "surrogatepass"))


@st.composite
def with_slips(draw: st.DrawFn, text: str, most: int = 4) -> str:
    """The text with a few stretches of it left out, doubled, or replaced by something awkward."""
    for _ in range(draw(st.integers(1, most))):
        start = draw(st.integers(0, len(text)))
        end = draw(st.integers(start, min(len(text), start + draw(st.sampled_from((0, 1, 8, 80))))))
        middle = draw(st.just("") | texts | st.just(text[start:end] * 2) | st.sampled_from(" :-\"'[]{},#\n\t0129"))
        text = text[:start] + middle + text[end:]
    return text
