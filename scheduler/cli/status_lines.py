"""The status for people: a few lines, and what needs attention in colour."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

from rich.text import Text

from scheduler.cli.terminal import counted, terminal
from scheduler.delivery.delivery import State
from scheduler.planning.zone import local_of
from scheduler.service.checking import Report
from scheduler.service.situation import Situation

_STALE = timedelta(minutes=2)
"""A running service looks every 30 seconds; silence for four times that is worth a word."""


def print_situation(found: Situation, report: Report, now: datetime) -> None:
    """Print it, aligned. Long lines are left whole, so that a path can be copied."""
    rows = [
        ("running", _running(found, now)),
        ("config", Text(str(report.source))),
        ("database", Text(f"{found.database}{'' if found.database_exists else ' (not made yet)'}")),
        ("people", Text(f"{found.people}, with {counted(found.nudges, 'nudge')}")),
        ("next due", Text(_local(found.next_due_at, found.zone) if found.next_due_at else "nothing")),
        ("last 24 h", Text(", ".join(f"{count} {state}" for state, count in found.states.items()) or "nothing")),
        *(("attention", Text(line, "yellow")) for line in _attention(found, report, now)),
    ]
    console = terminal()
    for label, value in rows:
        console.print(Text.assemble((f"{label:<12}", "dim"), value), soft_wrap=True)


def _running(found: Situation, now: datetime) -> Text:
    last = "" if found.last_tick_at is None else f", last look {_ago(now - found.last_tick_at)}"
    if found.running:
        return Text(f"yes{last}", "green")
    return Text(f"no{last}; start it with `legup run`", "yellow")


def _attention(found: Situation, report: Report, now: datetime) -> Iterator[str]:
    if found.clock_hold is not None:
        yield "nothing is sent, for the machine's clock is not believed: see `legup clock`"
    unknown = found.states.get(State.UNKNOWN, 0)
    if unknown:
        open_ones = f" ({found.in_doubt} still being looked into)" if found.in_doubt else ""
        yield f"{unknown} may or may not have gone out{open_ones}: see `legup log --state unknown`"
    failed = found.states.get(State.FAILED, 0)
    if failed:
        yield f"{failed} could not be sent: see `legup log --state failed`"
    if found.given_up:
        rest = "rest" if found.given_up > 1 else "rests"
        yield f"{counted(found.given_up, 'nudge')} could not be planned and {rest} until the person's entry changes"
    for hold in found.holds:
        yield f"{hold.channel} is on hold until {_local(hold.until, found.zone)}: {hold.reason}"
    if found.running and found.last_tick_at is not None and now - found.last_tick_at > _STALE:
        yield "the service has not looked at what is due for a while: see its log"
    if report.warnings:
        yield f"{counted(len(report.warnings), 'warning')} about the config file: see `legup check`"


def _local(instant: datetime, zone: str) -> str:
    local = local_of(instant, zone)
    return f"{local:%a} {local.day} {local:%b %H:%M} ({zone})"


def _ago(since: timedelta) -> str:
    seconds = max(0, int(since.total_seconds()))
    for size, unit in ((86_400, "day"), (3_600, "hour"), (60, "minute")):
        if seconds >= size:
            return f"{counted(seconds // size, unit)} ago"
    return f"{counted(seconds, 'second')} ago"
