"""`legup log`: what was sent and what was not, and why."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated, Any

import typer

from scheduler.cli.options import AsJson, ConfigPath, PersonId, Verbose, named_config

if TYPE_CHECKING:  # imported when the command runs
    from datetime import datetime

    from config.person import Person
    from config.settings import Config
    from scheduler.delivery.delivery import Delivery
    from scheduler.delivery.ports import Outbox
    from scheduler.service.explaining import Explained

_MOST_READ = 100_000


def log(
    context: typer.Context,
    config: ConfigPath = None,
    person: PersonId = None,
    since: Annotated[str, typer.Option(metavar="WHEN", help="How far back: 24h, 7 days, or a day.")] = "24h",
    until: Annotated[str | None, typer.Option(metavar="WHEN", help="Up to when. [default: now]")] = None,
    state: Annotated[str | None, typer.Option(metavar="STATE", help="Only these: sent, missed, unknown, …")] = None,
    limit: Annotated[int, typer.Option(metavar="N", min=1, max=_MOST_READ, help="At most so many, the newest.")] = 200,
    as_json: AsJson = False,
    verbose: Verbose = False,
) -> None:
    """Explain every nudge, sent or not.

    One line each: when, what happened and why. Times are each person's own. No contact and no text is shown.

    \b
    Examples:
      legup log
      legup log --person sam --since "7 days" -v
      legup log --since 2027-03-01 --state unknown --json
    """
    from scheduler.cli.configuration import read
    from scheduler.cli.log_lines import print_lines
    from scheduler.cli.terminal import print_json
    from scheduler.clock import SystemClock
    from scheduler.service.assembly import peek

    settings = read(named_config(context, config))
    _known_state(state)
    now = SystemClock().now()
    start, end = _stretch(settings, person, since, until, now)
    with peek(settings.service) as outbox:
        found: list[Explained] = []
        if outbox is not None:
            most = limit if state is None else _MOST_READ
            deliveries = outbox.deliveries(start, end, person=person, limit=most)
            chosen = [each for each in deliveries if state is None or each.state == state]
            found = _explained(settings, outbox, chosen[-limit:])
    if as_json:
        print_json([_record(each) for each in found])
    else:
        print_lines(found, verbose=verbose)


def _known_state(state: str | None) -> None:
    from scheduler.delivery.delivery import State

    if state is not None and state not in set(State):
        raise typer.BadParameter(f"{state!r} is not a state; there are {', '.join(State)}", param_hint="--state")


def _stretch(
    config: Config, person: str | None, since: str, until: str | None, now: datetime
) -> tuple[datetime, datetime]:
    """From and up to; days are those of the person asked for, otherwise of the first one in the file, or UTC."""
    from datetime import timedelta

    from scheduler.cli.when import ago

    zones = {each.id: each.preferences.timezone for each in config.people}
    zone = zones.get(person or "", next(iter(zones.values()), "UTC"))
    start = ago(since, "--since", now, zone)
    end = now + timedelta(microseconds=1) if until is None else ago(until, "--until", now, zone)
    if end <= start:
        raise typer.BadParameter("--until must come after --since", param_hint="--until")
    return start, end


def _explained(config: Config, outbox: Outbox, deliveries: Sequence[Delivery]) -> list[Explained]:
    from scheduler.delivery.routines import Routines
    from scheduler.service.defaults import nudge_defaults
    from scheduler.service.explaining import explain

    routines = Routines(nudge_defaults())
    people = _people(config, outbox, {each.person for each in deliveries})
    attempts: dict[int, list[Any]] = {each.id: [] for each in deliveries}
    for attempt in outbox.attempts(list(attempts)):
        attempts[attempt.delivery].append(attempt)
    explained = []
    for each in deliveries:
        person = people.get(each.person)  # someone who left the file is told of in UTC
        zone = "UTC" if person is None else person.preferences.timezone
        routine = None if person is None else routines.of(person.preferences)
        explained.append(explain(each, attempts[each.id], zone, routine))
    return explained


def _people(config: Config, outbox: Outbox, wanted: set[str]) -> dict[str, Person]:
    """With what they changed themselves; of the file alone where the database does not know them yet."""
    people = {each.id: each for each in config.people if each.id in wanted}
    known = ((name, outbox.person(name)) for name in wanted)
    return people | {name: found[0] for name, found in known if found is not None}


def _record(each: Explained) -> dict[str, Any]:
    from scheduler.delivery.standing import shown_kind
    from scheduler.planning.zone import local_of

    delivery = each.delivery
    return {
        "person": delivery.person,
        "nudge": shown_kind(delivery.kind),
        "cause": delivery.cause,
        "due": delivery.due_at.isoformat().replace("+00:00", "Z"),
        "local": local_of(delivery.due_at, each.zone).isoformat(),
        "state": delivery.state.value,
        "reason": delivery.reason,
        "channel": delivery.channel.value,
        "explanation": each.sentence,
        "looks": delivery.looks,
        "next_look": None if delivery.look_at is None else delivery.look_at.isoformat().replace("+00:00", "Z"),
        "attempts": [
            {
                "number": attempt.number,
                "channel": attempt.channel.value,
                "started": attempt.started_at.isoformat().replace("+00:00", "Z"),
                "outcome": attempt.outcome,
                "reason": attempt.reason,
            }
            for attempt in each.attempts
        ],
    }
