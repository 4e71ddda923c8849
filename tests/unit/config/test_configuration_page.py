import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from config.environment import CONFIG, CREDENTIALS_DIRECTORY, SECRETS_DIR
from config.loading import Loaded
from config.settings import NudgeSection, PersonSection, Wishes
from config.structure import variables

PAGE = (Path(__file__).parents[3] / "docs" / "configuration.md").read_text(encoding="utf-8")
ROWS = [[cell.strip() for cell in line.strip("|").split(" | ")] for line in PAGE.splitlines() if line.startswith("| `")]
KEYS = {row[0].strip("`| "): row for row in ROWS if len(row) == 4}


def keys() -> Iterator[str]:
    """Every key of the models, as the page writes it."""
    yield from Wishes.model_fields
    yield from (f"people[].{name}" for name in PersonSection.model_fields.keys() - Wishes.model_fields.keys())
    yield from (f"nudges.*.{name}" for name in NudgeSection.model_fields)
    yield from (".".join(map(str, path)) for path in variables().values())


def test_the_page_has_every_key_and_no_other() -> None:
    assert set(KEYS) == set(keys())


def test_every_key_says_what_it_is_and_what_its_default_is() -> None:
    assert [key for key, row in KEYS.items() if not (row[1] and row[2])] == []


def test_every_variable_the_page_names_exists() -> None:
    known = {CONFIG, SECRETS_DIR, CREDENTIALS_DIRECTORY, *variables()}
    named = set(re.findall(r"\b(?:LEGUP_[A-Z_]+[A-Z]|CREDENTIALS_DIRECTORY)\b", PAGE))
    assert {name.removesuffix("_FILE") for name in named} <= known
    assert {CONFIG, SECRETS_DIR, CREDENTIALS_DIRECTORY} <= named


def test_the_pages_example_loads(load_text: Callable[..., Loaded]) -> None:
    block = PAGE.split("```yaml\n")[1].split("```")[0]
    assert load_text(block).config is not None


@pytest.mark.parametrize("key", sorted(set(Wishes.model_fields) - {"nudges", "channel"}))
def test_the_pages_examples_of_defaults_load(load_text: Callable[..., Loaded], key: str) -> None:
    example = KEYS[key][3].strip("`| ")
    zone = "" if key == "timezone" else "timezone: UTC\n"
    loaded = load_text(f"{key}: {example}\n{zone}people: [{{id: me, nudges: {{hydration: on}}}}]\n")
    assert loaded.config is not None, loaded.faults


@pytest.mark.parametrize("key", [f"nudges.*.{name}" for name in NudgeSection.model_fields if name != "channel"])
def test_the_pages_examples_of_nudges_load(load_text: Callable[..., Loaded], key: str) -> None:
    example = KEYS[key][3].strip("`| ")
    name = key.rpartition(".")[2]
    loaded = load_text(f"timezone: UTC\npeople: [{{id: me, nudges: {{hydration: {{{name}: {example}}}}}}}]\n")
    assert loaded.config is not None, loaded.faults
