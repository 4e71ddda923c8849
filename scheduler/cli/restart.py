"""`legup people restart ID`: an operator takes back what ended a person's nudges for good."""

from __future__ import annotations

from contextlib import closing
from typing import Annotated

import typer

from scheduler.cli.failure import Failure
from scheduler.cli.options import ConfigPath, named_config


def restart(
    context: typer.Context,
    person: Annotated[str, typer.Argument(metavar="ID", help="The person's id.")],
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
    config: ConfigPath = None,
) -> None:
    """Let the nudges of a person begin again who had ended them for good.

    Only for a mistake that they told you of: nothing they text takes an end back, and no edit of the config file does.
    A stop or a pause of theirs stays.

    \b
    Example:
      legup people restart sam
    """
    import uuid

    from scheduler.cli.configuration import read
    from scheduler.cli.people import confirmed
    from scheduler.clock import SystemClock
    from scheduler.conversation.leaving import restart as restarting
    from scheduler.delivery.correspondence import Approach, Way
    from scheduler.delivery.routines import Routines
    from scheduler.service.assembly import open_outbox
    from scheduler.service.defaults import nudge_defaults
    from scheduler.service.roster import planner

    now = SystemClock().now()
    with closing(open_outbox(read(named_config(context, config)).service)) as outbox:
        who = outbox.correspondent(person, now)
        if who is None:
            raise Failure(f"the database knows no {person!r} who could get nudges; see the config file")
        if who.standing.ended is None:
            raise Failure(f"{person} has not ended anything, so there is nothing to take back")
        if not yes and not confirmed(f"Did {person} ask for their nudges to begin again? [y/N] "):
            raise Failure("nothing was changed")
        approach = Approach(f"operator:{uuid.uuid4()}", Way.OPERATOR, now, person=person)
        outbox.converse(approach, restarting(approach), planner(Routines(nudge_defaults())), now)
    stopped = "; they had also said stop, and that holds" if who.standing.opted_out else ""
    typer.echo(f"The nudges of {person} begin again{stopped}.")
