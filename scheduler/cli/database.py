"""`legup db`: the database itself."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from scheduler.cli.failure import Failure
from scheduler.cli.options import AsJson, ConfigPath, named_config
from scheduler.cli.terminal import counted, print_json

if TYPE_CHECKING:  # imported when a command runs
    from scheduler.storage.backup import Restored

database = typer.Typer(rich_markup_mode=None, help="The database: where it is, its health, its backups.")

Copy = Annotated[Path, typer.Argument(metavar="FILE", help="The backup.")]


@database.command()
def path(context: typer.Context, config: ConfigPath = None) -> None:
    """Print where the database is, whether it exists yet or not.

    \b
    Example:
      legup db path
    """
    from scheduler.cli.configuration import read
    from scheduler.service.state import database_place

    typer.echo(database_place(read(named_config(context, config)).service))


@database.command()
def upgrade(context: typer.Context, config: ConfigPath = None) -> None:
    """Make the database, or bring its tables up to date.

    `legup run` does so by itself. In a cluster it is done once, before the new workers start; the old ones may go on
    meanwhile.

    \b
    Example:
      legup db upgrade
    """
    from scheduler.cli.configuration import read
    from scheduler.service.assembly import upgrade as bring_up_to_date
    from scheduler.service.state import database_place

    service = read(named_config(context, config)).service
    bring_up_to_date(service)
    typer.echo(f"{database_place(service)} is up to date.")


@database.command()
def check(context: typer.Context, config: ConfigPath = None, as_json: AsJson = False) -> None:
    """Look the database over: is the file sound, are its tables known, does the record keep its own rules.

    Nothing is changed, and `legup run` may go on meanwhile. It ends with 0 only when all is well.

    \b
    Examples:
      legup db check
      legup db check --json
    """
    from scheduler.storage.inspection import Kind, inspect

    here = _existing(_path(context, config))
    flaws = inspect(here)
    if as_json:
        found = [{"kind": each.kind.value, "text": each.text} for each in flaws]
        print_json({"database": str(here), "sound": not flaws, "flaws": found})
    else:
        for each in flaws:
            typer.echo(f"{each.kind}: {each}")
    if flaws:
        kinds = {each.kind for each in flaws}
        remedy = next(text for kind, text in _REMEDIES.items() if Kind(kind) in kinds)
        raise Failure(f"the database {here} is not sound. {remedy}")
    if not as_json:
        typer.echo(f"{here} is sound.")


_REMEDIES = {
    "damage": "Stop legup, keep a copy of the file, and restore a backup: legup db restore FILE",
    "schema": "Set `database:` to a file of legup's own, or install the version that made it",
    "old": "`legup db upgrade` brings it up to date",
    "rule": "This should never be: please report it. legup can go on; make a backup first (legup db backup FILE)",
}
"""By kind of flaw, the worst first."""


@database.command()
def backup(context: typer.Context, file: Copy, config: ConfigPath = None) -> None:
    """Copy the database into a new file, also while `legup run` runs.

    The copy is consistent, checked, and readable by you alone; it never overwrites a file. Keep `secret.key` too, in
    another place: without it nobody can tell any more which contacts said stop.

    \b
    Examples:
      legup db backup /mnt/usb/legup-monday.db
      legup db backup "backup-$(date +%F).db"
    """
    from scheduler.clock import SystemClock
    from scheduler.storage.backup import back_up

    back_up(_path(context, config), file, SystemClock().now())
    size = max(1, round(file.stat().st_size / 1024))
    typer.echo(f"Backed up to {file} ({size:,} kB). Keep secret.key as well, in another place.")


@database.command()
def restore(context: typer.Context, file: Copy, config: ConfigPath = None) -> None:
    """Put a backup in the database's place. Stop `legup run` first.

    The database that was there is kept beside it. Whoever said stop or was paused since the backup stays so, if that
    database can still be read. What came due since then may have been sent, so the next `legup run` passes it over.

    \b
    Example:
      legup db restore /mnt/usb/legup-monday.db
    """
    from scheduler.clock import SystemClock
    from scheduler.service.lock import RunLock
    from scheduler.storage.backup import restore as put_back

    here = _path(context, config)
    with RunLock(here):
        restored = put_back(file, here, SystemClock().now())
    for line in _told(restored):
        typer.echo(line)


def _told(restored: Restored) -> list[str]:
    told = [f"Restored the database of {restored.made_at:%Y-%m-%d %H:%M} UTC."]
    if restored.aside is not None:
        told.append(f"The one that was there is now {restored.aside}.")
    if restored.stops is None:
        told.append(
            "Stops and pauses after the backup are not known: repeat them with `legup people stop ID` and `pause`."
        )
    else:
        told.append(f"Who said stop since then stays stopped: {counted(restored.stops, 'person', 'people')}.")
    if restored.pauses:
        told.append(f"Who was paused since then stays paused: {counted(restored.pauses, 'person', 'people')}.")
    told.append("What came due since then may have been sent; the next `legup run` passes it over.")
    return told


def _path(context: typer.Context, config: Path | None) -> Path:
    from scheduler.cli.configuration import read
    from scheduler.service.state import database_path

    service = read(named_config(context, config)).service
    if service.shared:
        raise Failure("PostgreSQL has its own commands for this: pg_dump, pg_restore, pg_amcheck. See docs/scaling.md")
    return database_path(service)


def _existing(here: Path) -> Path:
    if not here.exists():
        raise Failure(f"there is no database at {here} yet; `legup run` makes it")
    return here
