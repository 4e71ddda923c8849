"""Rosters of any bytes: rows and faults come out of them, never a traceback, and no fault breaks its line."""

from __future__ import annotations

import json
from pathlib import Path
from tempfile import TemporaryDirectory

from hypothesis import given
from hypothesis import strategies as st

from config.person import ChannelName
from config.roster_file import CSV_COLUMNS, NoRoster
from config.roster_row import COLUMNS, Ground, RowReader
from config.settings import Plans, Wishes
from scheduler.service.importing import Roster
from tests.standins.fuzzing import examples

TOP = Wishes.model_validate({"timezone": "Europe/London", "nudges": {"hydration": "on"}})
READER = RowReader(Ground(Plans(TOP), ("hydration",), ("en",), tuple(ChannelName)), lambda _: ())

cells = st.one_of(
    st.text(max_size=20), st.sampled_from(["07:00", "at 08:00", "sms", "2027-03-14", "+447911123456", "on"])
)
values = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), cells),
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(cells, inner, max_size=3)),
    max_leaves=5,
)


def looked_through(name: str, content: bytes) -> None:
    with TemporaryDirectory() as folder:
        source = Path(folder) / name
        source.write_bytes(content)
        roster = Roster(source, lambda: READER)
        try:
            told = [str(each) for each in roster.findings(lambda _: {}, lambda _: None)]
        except NoRoster as refusal:
            told = [str(refusal)]
        assert all(line.isprintable() for line in told)
        if not told:
            list(roster.members())


@examples(0.5)
@given(st.sampled_from(["a.csv", "a.jsonl"]), st.binary(max_size=200))
def test_any_bytes_are_looked_through(name: str, content: bytes) -> None:
    looked_through(name, content)
    looked_through("a.csv", b"id," + b",".join(each.encode() for each in CSV_COLUMNS[1:]) + b"\n" + content)


@examples(0.5)
@given(st.lists(st.dictionaries(st.one_of(st.sampled_from(COLUMNS), cells), values, max_size=6), max_size=4))
def test_any_values_are_looked_through(people: list[dict[str, object]]) -> None:
    looked_through("a.jsonl", "\n".join(json.dumps(each) for each in people).encode(errors="replace"))


@examples(0.5)
@given(st.lists(st.tuples(*(cells for _ in CSV_COLUMNS)), max_size=3))
def test_any_cells_are_looked_through(rows: list[tuple[str, ...]]) -> None:
    lines = [",".join(CSV_COLUMNS), *(",".join(json.dumps(cell, ensure_ascii=False) for cell in row) for row in rows)]
    looked_through("a.csv", "\n".join(lines).encode(errors="replace"))
