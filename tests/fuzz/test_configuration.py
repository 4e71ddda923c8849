"""Whatever stands in the config file: values, or faults that each name a place inside it; and soon."""

from __future__ import annotations

import json
import tempfile
import time
from datetime import date
from pathlib import Path
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from config.example import example
from config.loading import load
from config.yaml_text import read_yaml
from messages.catalogue import CATALOGUE
from scheduler.service.checking import check
from tests.standins.fuzzing import AWKWARD, examples, texts, with_slips

TODAY = date(2026, 11, 23)
EXAMPLE = example("Europe/London")
UNCOMMENTED = "\n".join(line.replace("# ", "", 1) if line.startswith("# ") else line for line in EXAMPLE.split("\n"))
INDICATORS = (
    "a",
    "b",
    ":",
    ": ",
    "- ",
    "? ",
    "\n",
    "\n ",
    "\n  ",
    "[",
    "]",
    "{",
    "}",
    ",",
    "&a ",
    "*a",
    "<<: *a",
    "!!x ",
)
QUOTES = ("'", '"', "|\n", ">-\n", "#", "%YAML 1.1\n", "---\n", "...\n", "\\x", "\t", "~", "\ufeff", "\x07", "é", "0x1")
SOON = 20.0
"""Seconds for one small file on a busy machine: reading one takes a few milliseconds."""


def judge(content: bytes) -> None:
    """Load the file, and hold what comes of it to what every fault promises."""
    with tempfile.TemporaryDirectory() as folder:
        source = Path(folder) / "legup.yaml"
        source.write_bytes(content)
        begun = time.monotonic()
        loaded = load(source, nudges=CATALOGUE, languages=lambda _: ("en", "es"), environ={})
        assert time.monotonic() - begun < SOON
        assert (loaded.config is None) == any(not fault.warning for fault in loaded.faults)
        lines = len(content.decode(errors="replace").splitlines()) + 1
        for fault in loaded.faults:
            place = loaded.place_of(fault.path)
            assert place.source == str(source)
            assert 1 <= (place.line or 1) <= lines
            assert fault.text.isprintable()


@given(st.sampled_from((EXAMPLE, UNCOMMENTED)).flatmap(with_slips))
@examples(0.5)
def test_the_example_with_slips_in_it(text: str) -> None:
    judge(text.encode("utf-8", "surrogatepass"))


@given(st.lists(st.sampled_from(INDICATORS + QUOTES + AWKWARD), max_size=30).map("".join))
@examples(1)
def test_any_heap_of_what_yaml_is_made_of(text: str) -> None:
    begun = time.monotonic()
    written = read_yaml(text, "f")
    assert time.monotonic() - begun < SOON
    for fault in written.faults:
        place = written.places.get(fault.path)
        assert place is None or 1 <= (place.line or 1) <= len(text) + 1


@st.composite
def bombs(draw: st.DrawFn) -> str:
    """Anchors that hold aliases of the anchors before them, in every kind of section."""
    shapes = st.sampled_from(("[{}]", "{{x: [{}]}}", "{{<<: [{}]}}", "{{y: {{<<: [{}]}}}}"))
    lines = ["a0: &a0 {x: 1}"]
    for level in range(1, draw(st.integers(2, 60))):
        inner = ", ".join([f"*a{draw(st.integers(max(0, level - 2), level - 1))}"] * draw(st.integers(1, 12)))
        lines.append(f"a{level}: &a{level} {draw(shapes).format(inner)}")
    return "\n".join([*lines, f"people: [*a{len(lines) - 1}]", f"nudges: *a{len(lines) - 1}"])


@given(bombs())
@examples(0.2)
def test_aliases_of_aliases(text: str) -> None:
    judge(text.encode())


scalars = texts | st.none() | st.booleans() | st.integers() | st.floats()
structures = st.recursive(
    scalars, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(texts, inner, max_size=4)
)


@given(structures)
@examples(1)
def test_any_structure(content: Any) -> None:
    judge(json.dumps(content).encode())


SECTIONS = ("templates", "database", "secret_key", "twilio", "smtp", "apprise", "limits", "retention", "language")


@given(st.dictionaries(st.sampled_from(SECTIONS), structures, max_size=3))
@examples(1)
def test_any_value_for_the_service(sections: Any) -> None:
    judge(json.dumps({"timezone": "UTC", "people": [{"id": "me"}], **sections}).encode())


@given(with_slips(UNCOMMENTED, most=1), texts)
@examples(0.1)
def test_a_whole_check_of_any_file_and_templates_folder(text: str, folder: str) -> None:
    with tempfile.TemporaryDirectory() as there:
        source = Path(there) / "legup.yaml"
        source.write_text(f"{text}\ntemplates: {json.dumps(folder)}\n", encoding="utf-8", errors="surrogatepass")
        report = check(source, {}, TODAY)
    assert (report.config is None) == bool(report.faults)
    assert not any("\n" in found.fault.text for found in report.findings)
