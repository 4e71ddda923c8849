"""`legup people consent ID`: who agreed to what, when and by which way, and every change since."""

from __future__ import annotations

from typing import Annotated

import typer

from scheduler.cli.failure import Failure
from scheduler.cli.options import AsJson, ConfigPath, named_config


def consent(
    context: typer.Context,
    person: Annotated[str, typer.Argument(metavar="ID", help="The person's id.")],
    as_json: AsJson = False,
    config: ConfigPath = None,
) -> None:
    """Show a person's consent log.

    Consent given elsewhere or asked for, agreed, stopped, come back, paused, ended: when, and by which way. Nothing of
    what they wrote is kept.

    \b
    Examples:
      legup people consent sam
      legup people consent sam --json
    """
    from scheduler.cli.configuration import read
    from scheduler.cli.terminal import print_json, table, terminal
    from scheduler.clock import SystemClock
    from scheduler.planning.zone import local_of
    from scheduler.service.assembly import open_outbox

    outbox = open_outbox(read(named_config(context, config)).service)
    try:
        entries = outbox.consents(person)
        who = outbox.correspondent(person, SystemClock().now())
    finally:
        outbox.close()
    if not entries:
        raise Failure(f"there is no consent log of {person!r}: the database does not know them")
    if as_json:
        print_json(
            [
                {"at": f"{each.at:%Y-%m-%dT%H:%M:%SZ}", "what": each.what, "way": each.way, "detail": each.detail}
                for each in entries
            ]
        )
        return
    zone = "UTC" if who is None else who.preferences.timezone
    grid = table("when", "what", "by", "")
    for each in entries:
        grid.add_row(f"{local_of(each.at, zone):%Y-%m-%d %H:%M}", each.what, each.way, each.detail)
    console = terminal()
    console.print(grid)
    console.print(f"Times are those of {zone}.", style="dim")
