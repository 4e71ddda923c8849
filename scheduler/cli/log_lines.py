"""The log for people: day by day, a line for each nudge."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby

from rich.table import Table
from rich.text import Text

from scheduler.cli.terminal import counted, table, terminal
from scheduler.delivery.delivery import State
from scheduler.delivery.standing import shown_kind
from scheduler.planning.zone import local_of
from scheduler.service.explaining import Explained

_STYLES = {
    State.SENT: "green",
    State.DELIVERED: "green",
    State.FAILED: "red",
    State.UNKNOWN: "yellow",
    State.MISSED: "yellow",
    State.PENDING: "cyan",
    State.SENDING: "cyan",
}
"""Silences that were wanted (quiet hours, limit, pause, stop) are dim."""


def print_lines(explained: Sequence[Explained], *, verbose: bool) -> None:
    """Print all of it; `verbose` adds each attempt under its line."""
    console = terminal()
    if not explained:
        console.print("Nothing was due in this time.")
        return
    several = len({each.delivery.person for each in explained}) > 1
    for day, of_day in groupby(explained, key=lambda each: local_of(each.delivery.due_at, each.zone).date()):
        console.print(Text(f"{day:%A} {day.day} {day:%B %Y}", "bold"))
        grid = table()
        for _ in range(4 if several else 3):
            grid.add_column(no_wrap=True)
        grid.columns[-1].no_wrap = False
        for each in of_day:
            _add(grid, each, several=several, verbose=verbose)
        console.print(grid)
        console.print()
    console.print(Text(counted(len(explained), "message"), "dim"))


def _add(grid: Table, each: Explained, *, several: bool, verbose: bool) -> None:
    delivery = each.delivery
    who = [delivery.person] if several else []
    due = f"{local_of(delivery.due_at, each.zone):%H:%M}"
    kind = shown_kind(delivery.kind)
    kind = f"{kind}, asked for" if delivery.asked else kind
    grid.add_row(due, *who, kind, Text(each.sentence, _STYLES.get(delivery.state, "dim")))
    for attempt in each.attempts if verbose else ():
        reason = f": {attempt.reason}" if attempt.reason else ""
        started = f"{local_of(attempt.started_at, each.zone):%H:%M:%S}"
        outcome = attempt.outcome or "under way"
        grid.add_row("", *([""] if several else []), "", f"{started} {attempt.channel} {outcome}{reason}", style="dim")
