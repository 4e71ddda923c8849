"""`legup people export` and `legup people forget`: what is held on a person, shown or removed."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from scheduler.cli.failure import Failure
from scheduler.cli.options import ConfigPath, named_config
from scheduler.cli.roster import RosterKind, export_roster

if TYPE_CHECKING:  # imported when a command runs
    from collections.abc import Mapping, Sequence

    from config.settings import Service

Id = Annotated[str, typer.Argument(metavar="ID", help="The person's id, also of one who has left the config file.")]


def export(
    context: typer.Context,
    person: Annotated[
        str | None, typer.Argument(metavar="ID", help="The person's id; without one, the roster.")
    ] = None,
    output: Annotated[Path | None, typer.Option("--output", metavar="FILE", help="Write it there instead.")] = None,
    kind: Annotated[RosterKind, typer.Option("--as", help="A roster on the terminal: as this.")] = RosterKind.CSV,
    config: ConfigPath = None,
) -> None:
    """Print everything that is held on a person, as JSON; without an id, everyone who came by a roster.

    Contacts, preferences, what was planned and sent, every attempt. It shows numbers, addresses and weeks: give it to
    that person only. A roster (.csv or .jsonl) is what `import` reads: contacts and wishes of everyone in it. A file is
    made readable by you alone, and none is overwritten.

    \b
    Examples:
      legup people export sam
      legup people export sam --output sam.json
      legup people export --output roster.csv
    """
    if person is None:
        export_roster(named_config(context, config), output, kind)
        return
    import json
    from contextlib import closing

    from scheduler.cli.starter import write_new
    from scheduler.service.assembly import dossiers

    with closing(dossiers(holder_of(context, config))) as kept:
        held = kept.held(person)
    if not held:
        raise _nobody(person)
    text = json.dumps(_readable(held), indent=2, ensure_ascii=False)
    if output is None:
        print(text)
        return
    write_new(output, text + "\n", "--output")
    print(f"legup: wrote {output}; only you can read it", file=sys.stderr)


def forget(
    context: typer.Context,
    person: Id,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
    config: ConfigPath = None,
) -> None:
    """Remove everything that is held on a person, for good.

    Take them out of the config file first. Of someone who said stop or told of a loss, a keyed hash of each contact
    is kept, so that they hear nothing whoever adds them again. It may be used while `legup run` runs. Backups, and
    databases that `legup db restore` put aside, are not touched; the latter are named.

    \b
    Example:
      legup people forget sam
    """
    import time
    from contextlib import closing

    from scheduler.cli.people import confirmed
    from scheduler.cli.terminal import counted
    from scheduler.service import forgetting
    from scheduler.service.assembly import dossiers
    from scheduler.service.state import database_path
    from scheduler.storage.backup import replaced

    service = holder_of(context, config)
    database = None if service.shared else database_path(service)
    _refuse_listed(context, config, person)
    with closing(dossiers(service)) as kept:
        if not kept.held(person):
            raise _nobody(person)
        if not yes and not confirmed(f"Remove everything that is held on {person}? [y/N] "):
            raise Failure("nothing was removed")
        done = forgetting.forget(kept, database, person, time.sleep, patience=forgetting.PATIENCE)
    if not done.complete:
        raise Failure(f"a message to {person} is still being sent; all else is removed. Ask again in a few minutes")
    print(f"{person} is forgotten: contacts, preferences and {counted(done.deliveries, 'message')} are removed.")
    if not done.shredded:
        print("legup: traces may stay in the database's journal until `legup run` is restarted", file=sys.stderr)
    for each in [] if database is None else replaced(database):
        print(f"legup: {each}, put aside by `legup db restore`, may still hold {person}; remove it", file=sys.stderr)


def holder_of(context: typer.Context, config: Path | None) -> Service:
    """The service with its database, also beside a config file with faults: a person's rights do not wait for them."""
    from config.glance import glance
    from scheduler.cli.configuration import find
    from scheduler.service.state import database_path

    try:
        service = glance(find(named_config(context, config)), os.environ)
    except ValueError as error:
        raise Failure(str(error)) from None
    if not service.shared and not database_path(service).exists():
        raise Failure(f"there is no database {database_path(service)}, so nothing is held on anybody")
    return service


def _refuse_listed(context: typer.Context, config: Path | None, person: str) -> None:
    from config.glance import ids_in
    from scheduler.cli.configuration import find

    source = find(named_config(context, config))
    try:
        listed = ids_in(source)
    except ValueError as error:
        raise Failure(str(error)) from None
    if person in listed:
        raise Failure(
            f"{person} is still in {source}, and the next start would enrol and welcome them anew; "
            "take them out there first. Nothing was removed"
        )


def _nobody(person: str) -> Failure:
    return Failure(f"nothing is held on {person!r}")


def _readable(held: Mapping[str, Sequence[Mapping[str, Any]]]) -> dict[str, Any]:
    return {
        table: [{name: _plain(value) for name, value in row.items()} for row in rows] for table, rows in held.items()
    }


def _plain(value: Any) -> Any:
    """Instants as UTC in ISO 8601, days likewise, hashes in hexadecimal digits."""
    if isinstance(value, bytes):
        return value.hex()
    return value.isoformat().replace("+00:00", "Z") if hasattr(value, "isoformat") else value
