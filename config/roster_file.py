"""A roster's file: rows of CSV or lines of JSON, read one after the other, each with the line it begins on."""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TextIO

from config.environment import is_text
from config.fault import Fault, on_one_line
from config.roster_row import COLUMNS
from config.suggestion import did_you_mean

CSV_COLUMNS = tuple(column for column in COLUMNS if column != "nudges")
"""Nudges have a structure of their own, for which a table has no room; a plan or JSON has."""
LARGEST_LINE = 100_000
"""Characters. A file that is no roster may have no end of line at all."""

SHEET = 1_000
"""Rows that are looked at together."""

_SEVERAL = re.compile(r"[\s,;]+")
_TRUE, _FALSE = frozenset(("true", "yes", "on", "1")), frozenset(("false", "no", "off", "0"))


class NoRoster(ValueError):  # noqa: N818 it reads as what is wrong
    """A file of which no row can be read; the message says why and what to do."""

    def __init__(self, text: str) -> None:
        super().__init__(on_one_line(text))


@dataclass(frozen=True, slots=True)
class Row:
    """What one row says, or the one fault by which nothing of it can be read."""

    line: int
    """From 1."""
    values: Mapping[str, Any] = field(repr=False)
    fault: Fault | None = None


@dataclass(frozen=True, slots=True)
class Share:
    """Which rows to read, where several read one file at once: every so-manieth sheet."""

    turn: int = 0
    turns: int = 1

    def has(self, row: int) -> bool:
        """Whether a row is in it; the file's first is 0."""
        return row // SHEET % self.turns == self.turn


ALL = Share()


def read_rows(source: Path, share: Share = ALL) -> Iterator[Row]:
    """The rows of a roster, in order, in memory one at a time; the file's name says whether it is CSV or JSON.

    Raises NoRoster before the first row, and OSError.
    """
    read = READERS.get(source.suffix.lower())
    if read is None:
        raise NoRoster(f"{source}: a roster ends in {' or '.join(READERS)}; rename it to what it is")
    # A byte that is no UTF-8 concerns its own row: `_strange` finds what it is replaced by.
    with source.open(encoding="utf-8-sig", errors="replace", newline="") as stream:
        yield from read(stream, source, share)


def write_rows(stream: TextIO, kind: str, rows: Iterable[Mapping[str, Any]]) -> None:
    """Write rows as `.csv` or `.jsonl`, so that `read_rows` reads them again.

    Raises NoRoster for another kind, and for a row with nudges of its own, which a table has no room for.
    """
    if kind == ".jsonl":
        stream.writelines(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)
        return
    if kind != ".csv":
        raise NoRoster(f"a roster ends in {' or '.join(READERS)}")
    table = csv.writer(stream, lineterminator="\n")
    table.writerow(CSV_COLUMNS)
    for row in rows:
        if "nudges" in row:
            raise NoRoster(f"{row['id']} has nudges of their own, for which a table has no room: write a .jsonl file")
        table.writerow([TO_CELL.get(column, str)(row[column]) if column in row else "" for column in CSV_COLUMNS])


def _csv_rows(stream: TextIO, source: Path, share: Share) -> Iterator[Row]:
    first = stream.readline(LARGEST_LINE)
    # A table program where the comma is a decimal sign writes semicolons.
    delimiter = ";" if first.count(";") > first.count(",") else ","
    header = _header(next(csv.reader([first], delimiter=delimiter), []), source)
    for number, (line, cells) in enumerate(_cells(stream, delimiter)):
        if share.has(number):
            yield _csv_row(header, cells, line)


def _cells(stream: TextIO, delimiter: str) -> Iterator[tuple[int, list[str] | csv.Error]]:
    """Every row that is not empty, with the line it begins on; the error of one that cannot be read."""
    rows = csv.reader(_bounded(stream), delimiter=delimiter, strict=True)
    while True:
        line = rows.line_num + 2
        try:
            cells = next(rows, None)
        except csv.Error as error:
            yield line, error
            continue
        if cells is None:
            return
        if any(cells):
            yield line, cells


def _header(names: Sequence[str], source: Path) -> list[str]:
    header = [name.strip().lower() for name in names]
    if "id" not in header:
        raise NoRoster(f"{source}:1: the first row names the columns, and one of them is id: {', '.join(CSV_COLUMNS)}")
    for column, name in enumerate(header):
        if name not in CSV_COLUMNS:
            raise NoRoster(f'{source}:1: unknown column "{name[:60]}"{_meant(name)}')
        if name in header[:column]:
            raise NoRoster(f'{source}:1: the column "{name}" is there twice: remove one of them')
    return header


def _meant(name: str) -> str:
    if name == "nudges":
        return ": a table has no room for it; write a plan, or a roster in JSON (.jsonl)"
    return did_you_mean(name, CSV_COLUMNS) or f"; there are {', '.join(CSV_COLUMNS)}"


def _csv_row(header: Sequence[str], cells: Sequence[str] | csv.Error, line: int) -> Row:
    if isinstance(cells, csv.Error):
        return Row(line, {}, Fault((), f"this row cannot be read as CSV: {cells}"))
    if len(cells) > len(header) and any(cells[len(header) :]):
        return Row(
            line, {}, Fault((), f"{len(cells)} cells for {len(header)} columns: a cell with a comma needs quotes")
        )
    values: dict[str, Any] = {
        column: text for column, cell in zip(header, cells, strict=False) if (text := cell.strip())
    }
    for column, read in FROM_CELL.items():
        if column in values:
            values[column] = read(values[column])
    return Row(line, values, _strange("".join(cells)))


def _jsonl_rows(stream: TextIO, source: Path, share: Share) -> Iterator[Row]:  # noqa: ARG001 as the other reader has it
    written = ((number, line) for number, line in enumerate(_bounded(stream), start=1) if line.strip())
    return (_json_row(line, number) for row, (number, line) in enumerate(written) if share.has(row))


def _json_row(line: str, number: int) -> Row:
    fault = _strange(line)
    try:
        values = json.loads(line)
        if "\\u" in line and not is_text(json.dumps(values, ensure_ascii=False)):
            values, fault = {}, Fault((), "there is half a character in it, written as \\ud800 to \\udfff")
    except (ValueError, RecursionError):
        fault = fault or Fault((), "this line is no JSON: each line is one person, {...}")
        values = {}
    if not isinstance(values, dict):
        values, fault = {}, Fault((), "a person is written with keys: {...}")
    unknown = next((key for key in values if key not in COLUMNS), None)
    if unknown is not None and fault is None:
        fault = Fault((), f'unknown key "{unknown[:60]}"{did_you_mean(unknown, COLUMNS)}')
    return Row(number, values, fault)


def _bounded(stream: TextIO) -> Iterator[str]:
    """The lines of a file, those too long cut off: the row is then one that cannot be read."""
    while line := stream.readline(LARGEST_LINE):
        yield line


def _strange(text: str) -> Fault | None:
    if "\N{REPLACEMENT CHARACTER}" in text:
        return Fault((), "there are characters in it that are not UTF-8: save the file with that encoding")
    return None


def _switch(text: str) -> Any:
    word = text.lower()
    return True if word in _TRUE else False if word in _FALSE else text


def _number(text: str) -> Any:
    return int(text) if text.isascii() and text.isdecimal() and len(text) <= 9 else text


def _several(text: str) -> list[str]:
    return [each for each in _SEVERAL.split(text) if each]


def _intervals(text: str) -> list[str]:
    return [] if text.lower() == "none" else _several(text)


FROM_CELL: Mapping[str, Callable[[str], Any]] = {
    "daily_limit": _number,
    "discreet": _switch,
    "channel": _several,
    "quiet_hours": _intervals,
}
"""Columns whose cells are more than text."""
TO_CELL: Mapping[str, Callable[[Any], str]] = {
    "daily_limit": str,
    "discreet": lambda value: str(value).lower(),
    "channel": lambda value: value if isinstance(value, str) else " ".join(value),
    "quiet_hours": lambda value: value if isinstance(value, str) else " ".join(value) or "none",
}
READERS: Mapping[str, Callable[[TextIO, Path, Share], Iterator[Row]]] = {".csv": _csv_rows, ".jsonl": _jsonl_rows}
