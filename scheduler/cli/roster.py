"""`legup people import`, and `legup people export` without an id: a roster comes in, and goes out again."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from scheduler.cli.failure import Failure
from scheduler.cli.options import ConfigPath, named_config
from scheduler.cli.terminal import counted

if TYPE_CHECKING:  # imported when a command runs
    from config.settings import Config
    from scheduler.service.importing import Roster, Tally
    from scheduler.service.rosters import Choice
    from scheduler.storage.outbox import SqlOutbox

_PAGE = 1_000


class RosterKind(StrEnum):
    """How a roster is written; each is the ending of its files."""

    CSV = "csv"
    JSONL = "jsonl"


def import_(
    context: typer.Context,
    file: Annotated[Path, typer.Argument(metavar="FILE", help="The roster: a .csv or a .jsonl file.")],
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Look through it and change nothing.")] = False,
    skip_bad: Annotated[
        bool, typer.Option("--skip-bad", help="Leave out rows with faults, import the others.")
    ] = False,
    replace: Annotated[bool, typer.Option("--replace", help="Take away people of rosters who are not in it.")] = False,
    welcome: Annotated[bool, typer.Option(" /--no-welcome", help="Do not send the welcome to who is new.")] = True,
    config: ConfigPath = None,
) -> None:
    """Bring in people from a roster, beside those of the config file.

    Every fault is told with its line and column, and when there is one nothing is imported. Who is there already
    is changed, who is not in the file stays as they are. It may be done while `legup run` runs.

    \b
    Examples:
      legup people import roster.csv --dry-run
      legup people import roster.csv
      legup people import everyone.jsonl --replace
    """
    from scheduler.cli.configuration import read
    from scheduler.service.garbage import rarely_collected
    from scheduler.service.rosters import Choice

    settings = read(named_config(context, config))
    with rarely_collected(), _database(settings, dry_run=dry_run) as outbox:
        roster = _looked_through(file, settings, outbox)
        tally = roster.tally
        if tally.bad and not (skip_bad and len(tally.bad) < tally.rows):
            remedy = "mend them, or import the others with --skip-bad" if len(tally.bad) < tally.rows else "mend them"
            raise Failure(f"{file}: {_faulty(tally)}; nothing was imported. {remedy.capitalize()}")
        if not tally.rows:
            raise Failure(f"{file}: there is nobody in it; nothing was imported")
        if dry_run or outbox is None:
            typer.echo(f"{file}: {_sound(tally)}. Nothing was imported.")
            return
        _carry_out(outbox, roster, settings, Choice(whole=replace, welcome=welcome), file)


def export_roster(config: Path | None, output: Path | None, kind: RosterKind) -> None:
    """Write everyone who came by a roster, as CSV or JSON lines, so that `import` reads it again."""
    from config.roster_file import NoRoster, write_rows
    from scheduler.cli.configuration import read
    from scheduler.cli.starter import new_file
    from scheduler.service.assembly import peek

    chosen = (output.suffix if output is not None else f".{kind}").lower()
    with peek(read(config).service) as outbox:
        people = iter(()) if outbox is None else _everyone(outbox)
        try:
            if output is None:
                write_rows(sys.stdout, chosen, people)
                return
            with new_file(output, "--output") as stream:
                write_rows(stream, chosen, people)
        except NoRoster as error:
            if output is not None:
                output.unlink(missing_ok=True)
            raise Failure(str(error)) from None
    print(f"legup: wrote {output}; only you can read it", file=sys.stderr)


def _everyone(outbox: SqlOutbox) -> Iterator[dict[str, Any]]:
    from config.roster_row import row_of

    after = ""
    while page := outbox.listed(after, _PAGE):
        yield from (row_of(each.person, each.contacts, each.entry.text) for each in page)
        after = page[-1].person


@contextmanager
def _database(config: Config, *, dry_run: bool) -> Iterator[SqlOutbox | None]:
    """The database; for a dry run only if there is one."""
    from contextlib import closing

    from scheduler.service.assembly import open_outbox, peek

    if dry_run:
        with peek(config.service) as outbox:
            yield outbox
    else:
        with closing(open_outbox(config.service, bulk=True)) as outbox:
            yield outbox


def _looked_through(file: Path, config: Config, outbox: SqlOutbox | None) -> Roster:
    """The roster, every row of it read; its faults and warnings go to stderr."""
    from config.roster_file import NoRoster
    from scheduler.clock import SystemClock
    from scheduler.service.importing import Roster
    from scheduler.service.rosters import origins, reader_of

    roster = Roster(file, reader_of(config, SystemClock().now().date()))
    with _progress(f"Reading {file.name}", None) as told:
        try:
            for finding in roster.findings(origins(config, outbox), told):
                print(finding, file=sys.stderr)
        except NoRoster as error:
            raise Failure(str(error)) from None
    return roster


def _carry_out(outbox: SqlOutbox, roster: Roster, config: Config, choice: Choice, source: Path) -> None:
    from scheduler.clock import SystemClock
    from scheduler.service.clockwatch import time_of_record
    from scheduler.service.doorbell import ring
    from scheduler.service.rosters import import_roster
    from scheduler.service.state import database_path

    now = time_of_record(outbox, SystemClock())
    tally = roster.tally
    with _progress("Importing", tally.rows - len(tally.bad)) as told:
        change = import_roster(outbox, roster, config, now, choice, told)
    if not config.service.shared:  # workers who share a database look every few seconds
        ring(database_path(config.service))
    imported = tally.rows - len(tally.bad)
    same = imported - change.added - change.changed
    parts = [
        f"{change.added:,} new",
        f"{change.changed:,} changed",
        f"{same:,} as they were",
        *([f"{change.removed:,} taken away"] if choice.whole else []),
        *([f"{len(tally.bad):,} left out"] if tally.bad else []),
    ]
    typer.echo(f"{source}: {imported:,} {'person' if imported == 1 else 'people'}: {', '.join(parts)}.")


@contextmanager
def _progress(what: str, total: int | None) -> Iterator[Callable[[int], None]]:
    """A bar on stderr while somebody watches; it goes when it is done."""
    if not sys.stderr.isatty():
        yield lambda _done: None
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as progress:
        task = progress.add_task(what, total=total)
        yield lambda done: progress.update(task, completed=done)


def _faulty(tally: Tally) -> str:
    return f"{counted(len(tally.bad), 'row')} of {tally.rows:,} {'has' if len(tally.bad) == 1 else 'have'} faults"


def _sound(tally: Tally) -> str:
    bad = f", {counted(len(tally.bad), 'row')} with faults left out" if tally.bad else ""
    warnings = f", {counted(tally.warnings, 'warning')}" if tally.warnings else ""
    people = "person" if tally.new + tally.known == 1 else "people"
    return f"{tally.new:,} new and {tally.known:,} known {people}{bad}{warnings}"
