"""A plan as a table: what comes when, by which channel, in which words; dim where nothing comes, and why."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from itertools import groupby

from rich.table import Table
from rich.text import Text

from scheduler.cli.terminal import counted, table, terminal
from scheduler.planning.slot import Verdict
from scheduler.service.preview import Previewed


def print_plan(previewed: Sequence[Previewed], now: datetime) -> None:
    """Print all of it, day by day on the persons' own calendars, and a line that counts it."""
    console = terminal()
    if not previewed:
        console.print("Nothing is planned in this time.")
        return
    several = len({each.person for each in previewed}) > 1
    for day, of_day in groupby(sorted(previewed, key=_wall_clock), key=lambda each: each.local.date()):
        console.print(Text(f"{day:%A} {day.day} {day:%B %Y}", "bold"))
        console.print(_day(list(of_day), now, several=several))
        console.print()
    console.print(Text(_summary(previewed), "dim"))


def print_next(previewed: Sequence[Previewed], now: datetime) -> None:
    """Print what comes first after `now`, if anything does."""
    coming = next((each for each in previewed if each.action is Verdict.SEND and each.due > now), None)
    if coming is not None:
        today = now.astimezone(coming.local.tzinfo).date()
        day = "" if coming.local.date() == today else "tomorrow "
        terminal().print(f"Next comes {coming.nudge} {day}at {coming.local:%H:%M}. Ctrl-C stops.")
        terminal().print()


def _wall_clock(each: Previewed) -> tuple[datetime, datetime, str]:
    return each.local.replace(tzinfo=None, fold=0), each.due, each.person


def _day(of_day: Sequence[Previewed], now: datetime, *, several: bool) -> Table:
    grid = table()
    headings = ("time", "person", "nudge", "by", "sms", "text") if several else ("time", "nudge", "by", "sms", "text")
    grid.show_header = True
    for heading in headings:
        grid.add_column(heading, no_wrap=heading != "text", justify="right" if heading == "sms" else "left")
    for each in of_day:
        grid.add_row(*_cells(each, several=several), style=_style(each, now))
    return grid


def _cells(each: Previewed, *, several: bool) -> list[str]:
    who = [each.person] if several else []
    start = [f"{each.local:%H:%M}", *who, each.nudge, each.channel.value]
    if each.words is None:
        return [*start, "", f"not sent: {each.reason}"]
    segments = "" if each.words.segments is None else str(each.words.segments)
    return [*start, segments, each.words.subject or " ".join(each.words.text.split())]


def _style(each: Previewed, now: datetime) -> str:
    """Dim for what is not sent, and for what was before now."""
    return "dim" if each.words is None or each.due <= now else ""


def _summary(previewed: Sequence[Previewed]) -> str:
    sent = sum(each.action is Verdict.SEND for each in previewed)
    silent = len(previewed) - sent
    return f"{counted(sent, 'nudge')}" + (f", {silent} more not sent" if silent else "")
