"""The computed columns of docs/scaling.md follow from the measured figures beside them."""

from __future__ import annotations

from datetime import timedelta
from math import ceil
from pathlib import Path

import pytest

from scheduler.delivery.watchman import ago

PAGE = (Path(__file__).parents[2] / "docs" / "scaling.md").read_text(encoding="utf-8")

SIZES = {"1": 1, "1,000": 1_000, "100,000": 100_000, "1 million": 1_000_000, "10 million": 10_000_000}
NUDGES = 4
DAYS = 90
TEXTS = 1_000
"""A second, by one process."""


def rows(heading: str) -> list[list[str]]:
    """The cells of each row of the table under this heading line."""
    table = PAGE[PAGE.index(heading) :].split("\n\n", 1)[0]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in table.splitlines()[2:]]


def on_disk(row: int) -> int:
    """Bytes on PostgreSQL, as measured."""
    return int(rows("| on disk, in bytes")[row][1].replace(",", ""))


def few(number: float) -> str:
    """`0.0017`, `1.7`, `1,667`: two digits at least."""
    return f"{number:,.0f}" if number >= 10 else f"{number:.2g}"


def size(count: float) -> str:
    """`580 kB`, `574 GB`: in the unit that says it best."""
    for unit, factor in (("TB", 10**12), ("GB", 10**9), ("MB", 10**6), ("kB", 10**3)):
        if count >= factor:
            return f"{few(count / factor)} {unit}"
    return f"{few(count)} B"


def load(people: int) -> list[str]:
    messages = NUDGES * people
    stored = people * on_disk(0) + messages * DAYS * on_disk(1)
    spread = [few(people / 600), few(people / 3600)]
    return [f"{messages:,}", f"{people:,}", *spread, f"{2 * messages:,}", size(stored)]


def waves(per_second: int) -> list[str]:
    return [ago(timedelta(seconds=people / per_second)) for people in list(SIZES.values())[1:]]


def test_how_much_there_is_to_do() -> None:
    assert rows("| people | messages a day") == [[name, *load(people)] for name, people in SIZES.items()]


def test_how_long_a_wave_takes() -> None:
    table = rows("| sender | segments a second")
    assert len(table) == 6
    for _, per_second, *spans in table:
        assert spans == waves(int(per_second.replace(",", "")))


@pytest.mark.parametrize(
    ("who", "people", "seconds"), [("1 million people", 1_000_000, 600), ("10 million people", 10_000_000, 3_600)]
)
def test_how_many_workers(who: str, people: int, seconds: int) -> None:
    (row,) = [cells for cells in rows("| speed | figure |") if cells[0].startswith(f"workers for {who}")]
    assert row[1:] == [f"{ceil(people / seconds / TEXTS)}", f"computed: {few(people / seconds)} / {TEXTS:,}"]


def test_how_long_it_takes_to_remove_a_day() -> None:
    table = rows("| rows that go | figure |")
    removed, paused = (int(cells[1].replace(",", "")) for cells in table[:2])
    assert paused == round(1_000 / (1_000 / removed + 0.05), -3)
    assert table[2][1] == ago(timedelta(seconds=NUDGES * 10_000_000 / paused))
