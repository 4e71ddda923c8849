"""Where commands print: rich tables for people, plain lines and JSON for programs."""

from __future__ import annotations

import json
import os
import sys
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:  # rich costs 60 ms, which --help need not pay
    from rich.console import Console
    from rich.table import Table

_PIPED_WIDTH = 120


def terminal() -> Console:
    """Standard output. Into a pipe or a file lines are 120 wide and without colour, unless COLUMNS says otherwise."""
    from rich.console import Console

    width = None if sys.stdout.isatty() or "COLUMNS" in os.environ else _PIPED_WIDTH
    return Console(highlight=False, emoji=False, markup=False, width=width)


def table(*headings: str) -> Table:
    """A table without lines: columns are told apart by their alignment alone."""
    from rich.table import Table

    grid = Table(box=None, pad_edge=False, padding=(0, 3, 0, 0), header_style="dim", show_header=bool(headings))
    for heading in headings:
        grid.add_column(heading)
    return grid


def print_json(value: Any) -> None:
    """One document, indented, readable in every language."""
    print(json.dumps(value, indent=2, ensure_ascii=False))


def counted(number: int, noun: str, plural: str | None = None) -> str:
    """`1 person`, `3 people`."""
    return f"{number} {noun if number == 1 else plural or noun + 's'}"
