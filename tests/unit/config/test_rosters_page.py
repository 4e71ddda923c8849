"""docs/rosters.md lists every column, and its examples are sound."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path

import pytest

from config.loading import Loaded
from config.person import ChannelName
from config.roster_file import CSV_COLUMNS, read_rows
from config.roster_row import COLUMNS, Ground, RowReader

PAGE = (Path(__file__).parents[3] / "docs" / "rosters.md").read_text(encoding="utf-8")
EXAMPLES = dict(re.findall(r"(?m)^\| `(\w+)` \|.*\| `(.+?)` \|$", PAGE))

LoadText = Callable[..., Loaded]


def block(kind: str) -> str:
    return PAGE.split(f"```{kind}\n")[1].split("```")[0]


@pytest.fixture
def reader(load_text: LoadText) -> RowReader:
    loaded = load_text(block("yaml"))
    assert loaded.config is not None, loaded.faults
    nudges = ("hydration", "legs_up", "bedtime_stretch")
    return RowReader(Ground(loaded.config.plans, nudges, ("en", "es"), tuple(ChannelName)), lambda _: ())


def test_the_page_has_every_column_and_no_other() -> None:
    assert set(EXAMPLES) == set(COLUMNS)


def test_the_pages_roster_is_sound(reader: RowReader, tmp_path: Path) -> None:
    source = tmp_path / "roster.csv"
    source.write_text(block("csv"))
    found = [reader.read(row.values) for row in read_rows(source)]
    assert [faults for _, faults in found] == [[], []]


def test_the_pages_line_of_json_is_sound(reader: RowReader) -> None:
    [line] = re.findall(r"(?m)^`(\{.*\})`", PAGE)
    assert reader.read(json.loads(line))[1] == []


@pytest.mark.parametrize("column", CSV_COLUMNS)
def test_the_pages_examples_of_columns_are_sound(reader: RowReader, tmp_path: Path, column: str) -> None:
    contacts = {"id": "x", "phone": "+447911123456", "email": "x@example.org"} | {column: EXAMPLES[column]}
    source = tmp_path / "roster.csv"
    source.write_text(f"{','.join(contacts)}\n{','.join(contacts.values())}\n")
    [row] = read_rows(source)
    assert row.fault is None
    assert reader.read(row.values)[1] == []
