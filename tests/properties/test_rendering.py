"""Whatever a name, a text or a template holds, rendering answers at once: with a message or with a TemplateError."""

from __future__ import annotations

import dataclasses
import string
from datetime import UTC
from html.parser import HTMLParser
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from messages.catalogue import ANSWERS, CATALOGUE, NUDGES
from messages.fault import TemplateError
from messages.message import NO_LINKS, Details
from messages.rendering import Context, Form, Renderer
from messages.segments import segments
from messages.template import MAX_OUTPUT, Place, Template
from tests.standins.fuzzing import examples
from tests.standins.wording import EVERY_LINK, NOON

RENDERER = Renderer()
GSM = string.ascii_letters + "éñü¿\n@" + "€[]{}"
FRAGMENTS = (
    *("{{", "}}", "{%", "%}", "{#", "#}", " if ", " endif ", " else ", " for ", " in ", " endfor ", " set ", " raw "),
    *("name", "discreet", "paragraphs", "range(9**9)", "''.__class__", "|attr('x')", "loop", "not", "and", "(", "['"),
    *("1", "**", "*", "\n", "text", "<b>", "include", "'/etc/passwd'", "macro m()", "call"),
)


def packed(text: str, sizes: list[int], alone: int, in_series: int) -> int:
    """Segments counted the slow way: one unit after the other, a pair as a whole."""
    if sum(sizes) <= alone:
        return min(len(text), 1)
    parts: list[list[int]] = [[]]
    for size in sizes:
        if sum(parts[-1]) + size > in_series:
            parts.append([])
        parts[-1].append(size)
    return len(parts)


@given(st.text(GSM, max_size=700))
def test_gsm_7_texts_take_as_many_segments_as_packing_them_by_hand(text: str) -> None:
    taken = segments(text)
    sizes = [2 if letter in "€[]{}" else 1 for letter in text]
    assert (taken.encoding, taken.units, taken.count) == ("GSM-7", sum(sizes), packed(text, sizes, 160, 153))


@given(st.text("aí🦵", max_size=300).map(lambda text: text + "í"))
def test_other_texts_take_as_many_segments_as_their_utf_16_packed_by_hand(text: str) -> None:
    taken = segments(text)
    sizes = [len(letter.encode("utf-16-le")) // 2 for letter in text]
    assert (taken.encoding, taken.units, taken.count) == ("UCS-2", sum(sizes), packed(text, sizes, 70, 67))


@given(st.text(max_size=400))
def test_what_is_left_in_the_last_segment_is_really_left(text: str) -> None:
    taken = segments(text)
    assert taken.left >= 0
    if text:
        plain = "a" if taken.encoding == "GSM-7" else "í"
        assert segments(text + plain * taken.left).count == taken.count
        assert segments(text + plain * (taken.left + 1)).count == taken.count + 1


class Parts(HTMLParser):
    """The tags of a page, in order."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(f"{tag} {sorted(attrs)}")


@examples(0.3)
@given(
    st.sampled_from(sorted(CATALOGUE)),
    st.sampled_from(RENDERER.languages()),
    st.integers(0, 10**9),
    st.one_of(st.text(max_size=200), st.lists(st.sampled_from(FRAGMENTS), max_size=9).map("".join)),
    st.sampled_from((NO_LINKS, EVERY_LINK)).flatmap(
        lambda links: st.builds(Context, name=st.just("Sam"), discreet=st.booleans(), links=st.just(links))
    ),
)
def test_no_name_changes_more_of_an_email_than_its_greeting(
    kind: str, language: str, variant: int, name: str, context: Context
) -> None:
    anyone = RENDERER.render(kind, language, Form.EMAIL, variant, context)
    named = RENDERER.render(kind, language, Form.EMAIL, variant, dataclasses.replace(context, name=name))
    assert (named.subject, named.variant) == (anyone.subject, anyone.variant)
    assert named.text.splitlines()[1:] == anyone.text.splitlines()[1:]
    assert Parts(named.html or "").tags == Parts(anyone.html or "").tags


details = st.builds(
    Details,
    count=st.integers(0, 99),
    about=st.sampled_from(("", *NUDGES)),
    nth=st.integers(1, 9),
    until=st.none() | st.datetimes(timezones=st.just(UTC)),
)
answered = st.builds(
    Context, discreet=st.booleans(), replies=st.just(True), details=details, today=st.just(NOON.date())
)


@examples(0.75)
@given(st.sampled_from(ANSWERS), st.sampled_from(RENDERER.languages()), st.integers(0, 10), answered)
def test_an_answer_takes_one_sms_whatever_is_filled_in(
    kind: str, language: str, variant: int, context: Context
) -> None:
    taken = segments(RENDERER.render(kind, language, Form.SMS, variant, context).text)
    assert (taken.count, taken.encoding) == (1, "GSM-7")


@examples(1.5)
@given(st.lists(st.sampled_from(FRAGMENTS), max_size=14).map(" ".join))
def test_no_template_hangs_leaks_or_crashes(source: str) -> None:
    values: dict[str, str | bool | tuple[str, ...]] = {"name": "Sam", "discreet": True, "paragraphs": ("one", "two")}
    try:
        text = Template.read(source, Place(Path("own.toml"), 1), values.keys()).fill(values)
    except TemplateError:
        return
    assert len(text) <= MAX_OUTPUT
    assert "root:" not in text
    assert "<class" not in text
