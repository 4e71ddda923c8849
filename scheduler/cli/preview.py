"""`legup preview`: what will be sent and when, before it is sent."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Annotated, Any

import typer

from scheduler.cli.options import AsJson, ConfigPath, PersonId, named_config

if TYPE_CHECKING:  # imported when the command runs
    from collections.abc import Sequence
    from datetime import datetime

    from config.person import Person
    from config.settings import Config
    from scheduler.cli.stretch import Stretch
    from scheduler.delivery.ports import Outbox
    from scheduler.service.preview import Previewed

_MOST_DAYS = 3660


def preview(
    context: typer.Context,
    config: ConfigPath = None,
    days: Annotated[
        int | None, typer.Option(metavar="N", min=1, max=_MOST_DAYS, help="How many days. [default: 1]")
    ] = None,
    start: Annotated[str | None, typer.Option("--from", metavar="WHEN", help="The first day. [default: today]")] = None,
    end: Annotated[str | None, typer.Option("--to", metavar="WHEN", help="The day to stop before.")] = None,
    person: PersonId = None,
    as_json: AsJson = False,
    ics: Annotated[bool, typer.Option("--ics", help="Print a calendar (iCalendar) of what is sent.")] = False,
) -> None:
    """Show what will be sent and when, before it is.

    Each nudge with its local time, channel and words, or with the reason why it will not be sent. It is decided by
    the same planning as in `legup run`. Nothing is sent and nothing is changed.

    WHEN is a day (2027-03-28), a local time of each person (2027-03-28T09:00) or an instant (2027-03-28T09:00Z).

    \b
    Examples:
      legup preview                                      today
      legup preview --days 7 --person sam
      legup preview --from 2027-03-28 --to 2027-03-30    two days
      legup preview --days 30 --ics > nudges.ics
    """
    from scheduler.cli.calendar import calendar
    from scheduler.cli.configuration import read
    from scheduler.cli.people import named
    from scheduler.cli.plan_table import print_plan
    from scheduler.cli.stretch import Stretch
    from scheduler.cli.terminal import print_json
    from scheduler.clock import SystemClock
    from scheduler.service.assembly import peek
    from scheduler.storage.errors import StorageError

    if as_json and ics:
        raise typer.BadParameter("give one of --json and --ics", param_hint="--ics")
    stretch = Stretch.parse(days, start, end)
    now = SystemClock().now()
    settings = read(named_config(context, config))
    people = settings.people if person is None else (named(settings, person),)
    try:
        with peek(settings.service) as outbox:
            found = previews(settings, people, stretch, now, outbox)
    except StorageError as error:
        print(f"legup: {error} This is the plan without it.", file=sys.stderr)
        found = previews(settings, people, stretch, now, None)
    if as_json:
        print_json([_record(each) for each in found])
    elif ics:
        typer.echo(calendar(found, now), nl=False)
    else:
        print_plan(found, now)


def previews(
    config: Config, people: Sequence[Person], stretch: Stretch, now: datetime, outbox: Outbox | None
) -> list[Previewed]:
    """What happens to these people within the stretch; texts go on from the database, where there is one."""
    from scheduler.delivery.routines import Routines
    from scheduler.service.defaults import nudge_defaults
    from scheduler.service.preview import Asked, preview
    from scheduler.service.rehearsal import rehearsed_wording

    asked = []
    for person in people:
        start, end = stretch.within(person.preferences.timezone, now)
        known = None if outbox is None else outbox.correspondent(person.id, now)
        if outbox is None or known is None:
            asked.append(Asked(person, start, end))
        else:
            asked.append(Asked(person, start, end, known.changes, known.standing, outbox.sent_counts(person.id)))
    return preview(asked, Routines(nudge_defaults()), rehearsed_wording(config.service), now)


def _record(each: Previewed) -> dict[str, Any]:
    return {
        "person": each.person,
        "nudge": each.nudge,
        "due": each.due.strftime("%Y-%m-%dT%H:%M:%SZ"),
        "local": each.local.isoformat(),
        "channel": each.channel.value,
        "variant": None if each.words is None else each.words.variant,
        "segments": None if each.words is None else each.words.segments,
        "action": each.action.value,
        "reason": None if each.reason is None else each.reason.value,
    }
