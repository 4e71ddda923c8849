"""`legup people show ID`: what a person gets, and where that is not what the config file says."""

from __future__ import annotations

from contextlib import closing
from typing import TYPE_CHECKING, Annotated, Any

import typer

from scheduler.cli.failure import Failure
from scheduler.cli.options import AsJson, ConfigPath, named_config

if TYPE_CHECKING:  # imported when the command runs
    from config.person import NudgePreference, Preferences
    from scheduler.delivery.correspondence import Correspondent


def show(
    context: typer.Context,
    person: Annotated[str, typer.Argument(metavar="ID", help="The person's id.")],
    as_json: AsJson = False,
    config: ConfigPath = None,
) -> None:
    """Show what a person gets, and what they have changed themselves.

    What they said by text, link or page holds until the config file says something new for the same key; a stop holds
    whatever it says.

    \b
    Examples:
      legup people show sam
      legup people show sam --json
    """
    from scheduler.cli.configuration import read
    from scheduler.cli.terminal import print_json
    from scheduler.clock import SystemClock
    from scheduler.service.assembly import open_outbox

    with closing(open_outbox(read(named_config(context, config)).service)) as outbox:
        who = outbox.correspondent(person, SystemClock().now())
    if who is None:
        raise Failure(f"the database knows no {person!r} who gets nudges; `legup people export` has all that is held")
    rows = {key: (_said(who.person.preferences, key), _said(who.preferences, key)) for key in _keys(who)}
    if as_json:
        print_json(_record(who, rows))
    else:
        _print(who, rows)


def _print(who: Correspondent, rows: dict[str, tuple[str, str]]) -> None:
    from scheduler.cli.terminal import table, terminal
    from scheduler.service.profile import differing

    differs = differing(who)
    grid = table("", "gets", "the file says")
    for key, (file, gets) in rows.items():
        grid.add_row(key, gets, file if key in differs else "", style="" if key in differs else "dim")
    console = terminal()
    for line in _standing(who):
        console.print(line, style="yellow")
    console.print(grid)
    console.print("Where a file's word stands, they have changed it themselves." if differs else "As the file says.")


def _record(who: Correspondent, rows: dict[str, tuple[str, str]]) -> dict[str, Any]:
    from scheduler.service.profile import differing

    return {
        "person": who.person.id,
        "standing": _standing(who),
        "differs": sorted(differing(who)),
        "gets": {key: gets for key, (_, gets) in rows.items()},
        "file": {key: file for key, (file, _) in rows.items()},
    }


def _standing(who: Correspondent) -> list[str]:
    """What silences them, in words; of an end never which."""
    from config.person import Consent
    from scheduler.planning.zone import local_of

    lines = []
    if who.standing.opted_out:
        lines.append("They said stop: nothing is sent.")
    if who.standing.ended is not None:
        lines.append("They have ended it: no nudges are sent.")
    if who.preferences.consent is Consent.ASKED:
        lines.append("They were asked and have not agreed yet: nothing else is sent.")
    if who.standing.paused_until is not None:
        until = local_of(who.standing.paused_until, who.preferences.timezone)
        lines.append(f"Paused until {until:%Y-%m-%d %H:%M}.")
    return lines


def _keys(who: Correspondent) -> list[str]:
    named = [*who.preferences.nudges, *who.person.preferences.nudges]
    return ["language", "channels", "quiet_hours", *dict.fromkeys(f"nudges.{each.nudge}" for each in named)]


def _said(preferences: Preferences, key: str) -> str:
    if key == "language":
        return preferences.language
    if key == "channels":
        return ", ".join(preferences.channels)
    if key == "quiet_hours":
        hours = preferences.quiet_hours
        return "from bedtime to wake" if hours is None else ", ".join(map(str, hours)) or "none"
    nudge = next((each for each in preferences.nudges if f"nudges.{each.nudge}" == key), None)
    return "off" if nudge is None or not nudge.on else _times(nudge)


def _times(nudge: NudgePreference) -> str:
    from config.phrase import format_schedule
    from scheduler.service.defaults import nudge_defaults

    schedule = nudge.schedule or nudge_defaults()[nudge.nudge].schedule
    return format_schedule(schedule) + (f", 1 in {nudge.every_nth}" if nudge.every_nth > 1 else "")
