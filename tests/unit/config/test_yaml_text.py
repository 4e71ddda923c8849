import pytest

from config.fault import Place
from config.yaml_text import read_yaml


def values(text: str) -> dict[str, object]:
    written = read_yaml(text, "f")
    assert written.faults == []
    return written.values


def faults(text: str) -> list[str]:
    written = read_yaml(text, "f")
    return [f"{written.places.get(fault.path)}: {fault.text}" for fault in written.faults]


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("22:00", "22:00"),
        ("07:00", "07:00"),
        ("2027-03-14", "2027-03-14"),
        ("on", "on"),
        ("No", "No"),
        ("true", True),
        ("FALSE", False),
        ("'true'", "true"),
        ("", None),
        ("~", None),
        ("null", None),
        ("''", ""),
        ("5", 5),
        ("-5", -5),
        ("010", 10),
        ("'5'", "5"),
        ("1.5", 1.5),
        (".5", 0.5),
        ("1_000", "1_000"),
        ("0x1F", "0x1F"),
        (".inf", ".inf"),
        ("!!str 5", "5"),
        ("9" * 30, "9" * 30),
        ("|\n  a\n  b\n", "a\nb\n"),
        ('"\\ud83d\\ude00"', "\N{GRINNING FACE}"),
        ('"\\ud83d"', "\N{REPLACEMENT CHARACTER}"),
    ],
)
def test_a_scalar_is_what_it_looks_like(text: str, value: object) -> None:
    assert values(f"key: {text}") == {"key": value}


def test_an_older_yaml_directive_does_not_turn_times_into_numbers() -> None:
    assert values("%YAML 1.1\n---\na: 22:00\nb: on\n") == {"a": "22:00", "b": "on"}


def test_every_value_and_key_has_its_place() -> None:
    written = read_yaml("a: 1\nb:\n  - c: x\n  - y\nd:\n", "f")
    assert written.places == {
        ("a",): Place("f", 1, 4),
        ("b",): Place("f", 2, 1),
        ("b", 0): Place("f", 3, 5),
        ("b", 0, "c"): Place("f", 3, 8),
        ("b", 1): Place("f", 4, 5),
        ("d",): Place("f", 5, 1),
    }
    assert written.keys["b", 0, "c"] == Place("f", 3, 5)


def test_anchors_and_merges_work() -> None:
    text = "x: &x {a: 1, b: 1}\ny: &y {b: 2, c: 2}\nz: {<<: *x, b: 3}\nw: {<<: [*x, *y]}\nv: *x\nu: {<<: {<<: *x}}\n"
    read = values(text)
    assert read["z"] == {"a": 1, "b": 3}
    assert read["w"] == {"a": 1, "b": 1, "c": 2}
    assert read["v"] == read["u"] == {"a": 1, "b": 1}


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("a: 1\na: 2\n", 'f:2:1: "a" is written twice: the first is on line 1; remove one'),
        ("a: {b: 1, b: 2}\n", 'f:1:11: "b" is written twice: the first is on line 1; remove one'),
        ("a: !thing x\n", "f:1:4: YAML tags (!name) mean nothing here: remove it"),
        ("a: !!python/object:os.system {}\n", "f:1:1: YAML tags (!name) mean nothing here: remove it"),
        ("a: {? [b] : c}\n", "f:1:1: a key must be a single word"),
        ("a: &a [*a]\n", "f:1:4: an alias (*name) stands inside what it names"),
        ("a: &a {<<: *a}\n", 'f:1:1: "<<" takes an alias (*name) of other keys'),
        ("a: {<<: 5}\n", 'f:1:1: "<<" takes an alias (*name) of other keys'),
        ("a: *b\n", "broken YAML: found undefined alias 'b'"),
    ],
)
def test_what_yaml_allows_and_legup_does_not_is_told(text: str, fault: str) -> None:
    assert fault in faults(text)[0]
    assert len(faults(text)) == 1


def bomb(opening: str, closing: str) -> str:
    """Ten levels of eight aliases to the level before: 8^10 values in half a kilobyte."""
    lines = ["a0: &a0 {x: 1}"]
    lines += [f"a{n}: &a{n} {opening}{', '.join([f'*a{n - 1}'] * 8)}{closing}" for n in range(1, 11)]
    return "\n".join(lines)


@pytest.mark.parametrize("text", [bomb("[", "]"), bomb("{<<: [", "]}"), bomb("{x: [", "]}")])
def test_aliases_that_multiply_are_stopped_before_they_cost_much(text: str) -> None:
    (found,) = faults(text)
    assert "too many values: do the aliases (*name) repeat each other?" in found
    assert found.startswith("f:")


def test_a_practice_may_give_everyone_the_same_nudges() -> None:
    usual = ", ".join(f"n{number}: on" for number in range(15))
    people = "".join(f"  - {{id: p{number}, nudges: *usual}}\n" for number in range(4000))
    assert len(values(f"usual: &usual {{{usual}}}\npeople:\n{people}")["people"]) == 4000  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "text",
    [
        "a: " + "[" * 5000,
        "\n".join(" " * level + "a:" for level in range(600)),
        "? " * 5000,
        "\n".join(["a0: &a0 [1]", *(f"a{n}: &a{n} [*a{n - 1}]" for n in range(1, 200))]),
        "\n".join(["a0: &a0 {x: 1}", *(f"a{n}: &a{n} {{x: *a{n - 1}}}" for n in range(1, 200))]),
        "\n".join(["a0: &a0 {x: 1}", *(f"a{n}: &a{n} {{<<: *a{n - 1}}}" for n in range(1, 200))]),
    ],
)
def test_nesting_in_the_text_or_through_aliases_is_told_once_with_its_place(text: str) -> None:
    (found,) = faults(text)
    assert "nested too deeply: more than 40 levels" in found
    assert found.startswith("f:")


def test_an_anchor_may_be_given_anew() -> None:
    assert values("a: &x 1\nb: *x\nc: &x 2\nd: *x\n") == {"a": 1, "b": 1, "c": 2, "d": 2}


def test_what_was_written_stays_out_of_repr() -> None:
    assert "hush" not in repr(read_yaml("a: hush\n", "f"))
