from __future__ import annotations

from pathlib import Path

import pytest

from messages.fault import TemplateError
from messages.template import MAX_OUTPUT, MAX_SOURCE, Place, Template, Value

PLACE = Place(Path("en/hydration.toml"), 12)
NAMES = frozenset({"name", "discreet", "paragraphs"})
VALUES: dict[str, Value] = {"name": "Sam", "discreet": False, "paragraphs": ("one", "two")}


def fill(source: str) -> str:
    return Template.read(source, PLACE, NAMES).fill(VALUES)


def fault(source: str) -> str:
    with pytest.raises(TemplateError) as caught:
        fill(source)
    return str(caught.value)


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("Hello", "Hello"),
        ("", ""),
        ("Hello {{ name }}", "Hello Sam"),
        ("{% if discreet %}hush{% elif name %}hello{% else %}well{% endif %}", "hello"),
        ("{% if not discreet and name or name %}{{ 'a b' }}{% endif %}", "a b"),
        ("{% for line in paragraphs %}{{ line }};{% endfor %}", "one;two;"),
        ("{# for translators #}Hello", "Hello"),
        ("{% raw %}{{ as it stands }}{% endraw %}", "{{ as it stands }}"),
    ],
)
def test_text_names_conditions_and_the_one_loop_are_allowed(source: str, expected: str) -> None:
    assert fill(source) == expected


def test_a_name_is_data_and_never_a_template() -> None:
    assert Template.read("{{ name }}", PLACE, NAMES).fill({"name": "{{ 7 * 7 }}<b>"}) == "{{ 7 * 7 }}<b>"


def test_html_is_escaped_where_html_is_made() -> None:
    template = Template.read("<p>{{ name }}</p>", PLACE, NAMES, html=True)
    assert template.fill({"name": '<b> & "'}) == "<p>&lt;b&gt; &amp; &#34;</p>"


@pytest.mark.parametrize(
    "source",
    [
        "{{ ''.__class__.__mro__ }}",
        "{{ name.__init__.__globals__ }}",
        "{{ name['x'] }}",
        "{{ name|upper }}",
        "{{ name|attr('__class__') }}",
        "{{ lipsum() }}",
        "{{ 9 ** 9 ** 9 ** 9 }}",
        "{{ 'x' * 1000000000 }}",
        "{{ name ~ name }}",
        "{% set name = 'x' %}",
        "{% include '/etc/passwd' %}",
        "{% import 'os' as os %}",
        "{% extends 'x' %}",
        "{% macro forever() %}{{ forever() }}{% endmacro %}",
        "{% for a in range(99999) %}{% for b in range(99999) %}{% endfor %}{% endfor %}",
        "{% for letter in name %}{% endfor %}",
        "{% for a in paragraphs %}{% for b in paragraphs %}{% endfor %}{% endfor %}",
        "{% for a in paragraphs recursive %}{% endfor %}",
        "{% for a in paragraphs if a %}{% endfor %}",
        "{% for a in paragraphs %}{% else %}none{% endfor %}",
        "{% for a, b in paragraphs %}{% endfor %}",
        "{% for a in paragraphs %}{{ loop.index }}{% endfor %}",
        "{{ name if discreet }}",
        "{{ self }}",
    ],
)
def test_everything_else_of_jinja_is_refused_before_it_runs(source: str) -> None:
    assert "en/hydration.toml:12: " in fault(source)


def test_an_unknown_name_is_refused_even_where_it_would_not_be_reached() -> None:
    text = fault("{% if discreet %}\n{{ nmae }}{% endif %}")
    assert text == "en/hydration.toml:13: 'nmae' is not known here; known are discreet, name, paragraphs"


def test_all_faults_of_a_text_are_found_at_once() -> None:
    assert fault("{{ one }}\n{{ two }}").count("is not known here") == 2


def test_a_syntax_error_says_where() -> None:
    assert fault("fine\n{{ name").startswith("en/hydration.toml:13: unexpected end of template")
    assert "Encountered unknown tag 'fi'; see docs/messages.md" in fault("{% fi discreet %}")


@pytest.mark.parametrize(
    "source",
    [
        "{{ " + "(" * 9000,
        "{% if name %}" * 200 + "{% endif %}" * 200,
        "{{ " + "not " * 4000 + "name }}",
        "{{ " + "1" * 6000 + " }}",
        "{{ " + " and ".join(["name"] * 2000) + " }}",
    ],
)
def test_a_template_made_to_break_the_compiler_is_a_fault(source: str) -> None:
    assert "is too complicated; make it simpler" in fault(source)


def test_a_text_too_long_to_be_meant_is_refused() -> None:
    assert "is longer than 20,000 characters" in fault("a" * (MAX_SOURCE + 1))


def test_a_text_that_grows_beyond_all_bounds_is_cut_off() -> None:
    template = Template.read("{% for line in paragraphs %}{{ line }}{% endfor %}", PLACE, NAMES)
    line = "a" * 1000
    assert len(template.fill({"paragraphs": (line,) * (MAX_OUTPUT // 1000)})) == MAX_OUTPUT
    with pytest.raises(TemplateError, match="grows beyond 50,000 characters"):
        template.fill({"paragraphs": (line,) * (MAX_OUTPUT // 1000 + 1)})


def test_a_loops_own_name_outside_the_loop_is_a_fault_and_no_crash() -> None:
    assert "'line' is undefined" in fault("{{ line }}{% for line in paragraphs %}{% endfor %}")
