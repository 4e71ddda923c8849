"""The status for people: a few lines, and what needs attention in colour."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from rich.text import Text

from scheduler.cli.terminal import counted, terminal
from scheduler.delivery.delivery import State
from scheduler.delivery.watchman import Trouble, ago
from scheduler.planning.zone import local_of
from scheduler.service.checking import Report
from scheduler.service.situation import Situation


def print_situation(found: Situation, report: Report, now: datetime) -> None:
    """Print it, aligned. Long lines are left whole, so that a path can be copied."""
    rows = [
        ("running", _running(found, now)),
        ("config", Text(str(report.source))),
        ("database", Text(f"{found.database}{'' if found.database_exists else ' (not made yet)'}")),
        ("people", Text(f"{found.people}, with {counted(found.nudges, 'nudge')}")),
        ("next due", Text(_local(found.next_due_at, found.zone) if found.next_due_at else "nothing")),
        ("last 24 h", Text(", ".join(f"{count} {state}" for state, count in found.states.items()) or "nothing")),
        *(("attention", Text(line, "yellow")) for line in _attention(found, report)),
    ]
    console = terminal()
    for label, value in rows:
        console.print(Text.assemble((f"{label:<12}", "dim"), value), soft_wrap=True)


def _running(found: Situation, now: datetime) -> Text:
    last = "" if found.last_tick_at is None else f", last look {ago(abs(now - found.last_tick_at))} ago"
    if found.running:
        return Text(f"yes{last}", "green")
    return Text(f"no{last}; start it with `legup run`", "yellow")


def _attention(found: Situation, report: Report) -> Iterator[str]:
    """What the watchman would wake somebody for, then what can wait until somebody looks."""
    alarms = [each for each in found.alarms if found.running or each.trouble is not Trouble.SILENT]
    yield from (each.text for each in alarms)
    if any(each.trouble is Trouble.REFUSED for each in alarms):  # which says why, and not until when
        yield from (f"{hold.channel} is on hold until {_local(hold.until, found.zone)}" for hold in found.holds)
    unknown = found.states.get(State.UNKNOWN, 0)
    if unknown and not any(each.trouble is Trouble.UNKNOWN for each in alarms):
        open_ones = f" ({found.in_doubt} still being looked into)" if found.in_doubt else ""
        yield f"{unknown} may or may not have gone out{open_ones}: see `legup log --state unknown`"
    failed = found.states.get(State.FAILED, 0)
    if failed:
        yield f"{failed} could not be sent: see `legup log --state failed`"
    if found.given_up:
        rest = "rest" if found.given_up > 1 else "rests"
        yield f"{counted(found.given_up, 'nudge')} could not be planned and {rest} until the person's entry changes"
    if found.held_contacts:
        gets = "get" if found.held_contacts > 1 else "gets"
        held = counted(found.held_contacts, "address", "addresses")
        yield f"{held} refused three times and {gets} nothing more: `legup people resume` lifts that"
    if report.warnings:
        yield f"{counted(len(report.warnings), 'warning')} about the config file: see `legup check`"


def _local(instant: datetime, zone: str) -> str:
    local = local_of(instant, zone)
    return f"{local:%a} {local.day} {local:%b %H:%M} ({zone})"
