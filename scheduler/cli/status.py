"""`legup status`: how things stand."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from scheduler.cli.options import AsJson, ConfigPath, named_config

if TYPE_CHECKING:  # imported when the command runs
    from datetime import datetime

    from scheduler.service.checking import Report
    from scheduler.service.situation import Situation


def status(
    context: typer.Context,
    config: ConfigPath = None,
    as_json: AsJson = False,
    alarm: Annotated[bool, typer.Option("--alarm", help="One line, and an exit code for monitors.")] = False,
) -> None:
    """Show whether legup runs, and how things stand.

    What comes next, how the last 24 hours went and what needs attention; numbers only, nobody's data.

    With --alarm it is a quick check for cron, a timer or a monitor: 0 all is well, 1 alarm, 3 it cannot tell.

    \b
    Examples:
      legup status
      legup status --json
      legup status --alarm || mail-the-operator
    """
    if alarm:
        from scheduler.cli.alarm import sound_alarm

        raise typer.Exit(sound_alarm(named_config(context, config), as_json=as_json))
    from scheduler.cli.configuration import find, judge, refuse
    from scheduler.cli.status_lines import print_situation
    from scheduler.cli.terminal import print_json
    from scheduler.clock import SystemClock
    from scheduler.service.situation import situation

    report = judge(find(named_config(context, config)))
    settings = report.config or refuse(report)
    now = SystemClock().now()
    found = situation(settings, now)
    if as_json:
        print_json(_record(found, report))
    else:
        print_situation(found, report, now)


def _record(found: Situation, report: Report) -> dict[str, Any]:
    return {
        "running": found.running,
        "config": str(report.source),
        "warnings": [str(each) for each in report.warnings],
        "database": str(found.database),
        "people": found.people,
        "nudges": found.nudges,
        "next_due": _utc(found.next_due_at),
        "last_tick": _utc(found.last_tick_at),
        "clock_believed": found.clock_hold is None,
        "last_24_hours": {state.value: count for state, count in found.states.items()},
        "being_looked_into": found.in_doubt,
        "given_up": found.given_up,
        "addresses_on_hold": found.held_contacts,
        "alarms": [each.trouble.value for each in found.alarms],
        "on_hold": [
            {"channel": each.channel.value, "until": _utc(each.until), "reason": each.reason} for each in found.holds
        ],
    }


def _utc(instant: datetime | None) -> str | None:
    return None if instant is None else instant.strftime("%Y-%m-%dT%H:%M:%SZ")
