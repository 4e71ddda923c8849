"""Whatever stands in a folder of one's own texts: `check` reports it, or it can be sent; soon, and never at length."""

from __future__ import annotations

import json
import tempfile
import time
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from messages.library import PACKAGED
from messages.rendering import Context, Form, Renderer
from messages.segments import segments
from messages.template import MAX_OUTPUT
from tests.standins.fuzzing import AWKWARD, examples, texts, with_slips

SOON = 20.0
"""Seconds on a busy machine: a check takes a quarter of one."""
KIND = "hydration"
FILE = (PACKAGED / "en" / f"{KIND}.toml").read_text(encoding="utf-8")
WORDS = (PACKAGED / "en" / "words.toml").read_text(encoding="utf-8")
FRAME = (PACKAGED / "email.html").read_text(encoding="utf-8")
PARTS = (
    *("{{", "}}", "{%", "%}", "{#", "#}", "{{ name }}", "{{ title }}", "{{ due_local }}", "{{ discreet }}", "{% if "),
    *("discreet %}", "{% else %}", "{% endif %}", "{% for paragraph in paragraphs %}", "{% endfor %}", "not ", " and "),
    *("name", "loop", "self", "range(9**9)", "''.__class__", "|attr('x')", "|safe", "[0]", "9" * 50, "{% raw %}"),
    *("{% set x = 1 %}", "{% include '/etc/passwd' %}", "{% macro m() %}", "{% endmacro %}", "{%- ", " -%}", "\n"),
)
DEEP = (
    "{% if discreet %}" * 900 + "x" + "{% endif %}" * 900,
    "{{ " + "not " * 4_000 + "discreet }}",
    "{{ " + " and ".join(["discreet"] * 1_400) + " }}",
    "{{ " + "(" * 4_000 + "discreet" + ")" * 4_000 + " }}",
    "{{ due_local }}" * 1_300,
    "{#" * 9_000,
)
sources = st.lists(st.sampled_from(PARTS + AWKWARD), max_size=12).map("".join) | st.sampled_from(DEEP)
quoted = sources.map(lambda text: json.dumps(text.encode("utf-8", "replace").decode()).replace("\\u007f", ""))


@st.composite
def files(draw: st.DrawFn) -> dict[str, str]:
    """Files of a folder: sound TOML with any template in it, ours with slips, or anything at all."""
    made = st.builds("title = {0}\nsms = [{0}]\n[[email]]\nsubject = {1}\nbody = {0}\n".format, quoted, quoted)
    words = st.builds('greeting = {0}\nwhy = {0}\nstop = {1}\nfoot = "x"\nprivate = [{1}]\n'.format, quoted, quoted)
    return draw(
        st.fixed_dictionaries(
            {},
            optional={
                f"en/{KIND}.toml": made | with_slips(FILE) | texts,
                "en/words.toml": words | with_slips(WORDS) | texts,
                "email.html": with_slips(FRAME) | sources,
                "email.txt": sources,
            },
        )
    )


@given(files(), st.sampled_from(Form), st.integers(0, 10**9), st.builds(Context, name=texts, discreet=st.booleans()))
@examples(0.2)
def test_any_folder_of_texts_is_told_of_or_can_be_sent(
    contents: dict[str, str], form: Form, variant: int, context: Context
) -> None:
    with tempfile.TemporaryDirectory() as there:
        folder = Path(there)
        (folder / "en").mkdir()
        for name, content in contents.items():
            (folder / name).write_bytes(content.encode("utf-8", "surrogatepass"))
        begun = time.monotonic()
        renderer = Renderer(folder)
        faults = renderer.check()
        assert time.monotonic() - begun < SOON
        assert [line for line in map(str, faults) if not line.isprintable() or len(line) > 5_000] == []
        if not faults:
            rendered = renderer.render(KIND, "en", form, variant, context)
            assert rendered.text.strip()
            assert "\n" not in rendered.subject
            assert len(rendered.text) <= MAX_OUTPUT
            assert len(rendered.html or "") <= MAX_OUTPUT
            assert form is Form.EMAIL or segments(rendered.text).count == 1
