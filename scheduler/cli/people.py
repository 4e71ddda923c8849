"""`legup people`: what an operator does for one person."""

from __future__ import annotations

import difflib
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from scheduler.cli.asking import ask
from scheduler.cli.consent import consent
from scheduler.cli.dossier import export, forget, holder_of
from scheduler.cli.failure import USAGE, Failure
from scheduler.cli.options import ConfigPath, named_config
from scheduler.cli.page import page
from scheduler.cli.restart import restart
from scheduler.cli.roster import import_
from scheduler.cli.show import show

if TYPE_CHECKING:  # imported when a command runs
    from config.person import Person
    from config.settings import Config
    from scheduler.storage.dossier import Dossiers

people = typer.Typer(rich_markup_mode=None, help="One person: pause, resume, stop; export or forget. A roster: import.")
people.command("import")(import_)
people.command()(export)
people.command()(forget)
people.command()(show)
people.command()(page)
people.command()(consent)
people.command()(restart)

_NOT_READ = "`legup run` has not read {!r} yet; restart it, then ask again"

Id = Annotated[str, typer.Argument(metavar="ID", help="The person's id, also of one who has left the config file.")]


@people.command()
def pause(
    context: typer.Context,
    person: Id,
    until: Annotated[str | None, typer.Option(metavar="WHEN", help="The day or instant it ends.")] = None,
    length: Annotated[str | None, typer.Option("--for", metavar="LENGTH", help="How long, from now.")] = None,
    config: ConfigPath = None,
) -> None:
    """Send a person nothing for a while.

    It holds whatever the config file says, and at once, also while `legup run` runs.

    \b
    Examples:
      legup people pause sam --for "3 days"
      legup people pause sam --until 2027-01-07
    """
    from scheduler.clock import SystemClock
    from scheduler.planning.zone import local_of

    if (until is None) == (length is None):
        raise typer.BadParameter("give --until or --for", param_hint="--until")
    now = SystemClock().now()
    with _dossiers(context, config, person) as dossiers:
        zone = dossiers.timezone(person)
        end = _end(until, length, now, zone)
        dossiers.pause(person, end, now)
    local = local_of(end, zone)
    typer.echo(f"{person} is paused until {local:%A} {local.day} {local:%B %Y, %H:%M} ({zone}).")


@people.command()
def resume(context: typer.Context, person: Id, config: ConfigPath = None) -> None:
    """End a person's pause now, and write again to an address of theirs that refused.

    It does not undo a stop, and not a `paused_until` of the config file.

    \b
    Example:
      legup people resume sam
    """
    from scheduler.clock import SystemClock

    with _dossiers(context, config, person) as dossiers:
        dossiers.pause(person, None, SystemClock().now())
        lifted = dossiers.try_again(person)
    typer.echo(f"{person} is not paused any more.")
    if lifted:
        typer.echo("An address of theirs was on hold after three refusals; it is written to again.")


@people.command()
def stop(
    context: typer.Context,
    person: Id,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
    config: ConfigPath = None,
) -> None:
    """Record that a person said stop.

    Nothing is sent to them, or to any contact of theirs, ever again. No edit of the config file undoes it, and no fault
    in it stands in the way.

    \b
    Example:
      legup people stop sam
    """
    from scheduler.clock import SystemClock

    with _dossiers(context, config, person) as dossiers:
        dossiers.timezone(person)  # a stranger is told before anything is asked
        if not yes and not confirmed(f"Never send {person} anything again? [y/N] "):
            raise Failure("nothing was changed")
        silenced = dossiers.opt_out(person, SystemClock().now(), "operator")
    typer.echo(
        f"{person} is stopped; {silenced} waiting messages were withdrawn." if silenced else f"{person} is stopped."
    )


def named(config: Config, person: str) -> Person:
    """The person of that id, of the file or of a roster. Raises Failure with the id that may have been meant."""
    ids = [each.id for each in config.people]
    for each in config.people:
        if each.id == person:
            return each
    found = _of_roster(config, person)
    if found is not None:
        return found
    near = difflib.get_close_matches(person, ids, n=1)
    hint = f"; did you mean {near[0]!r}?" if near else f" ({', '.join(ids[:8])}{', …' if len(ids) > 8 else ''})"
    hint = hint if ids else ""
    raise Failure(f"there is no person {person!r} in the config file{hint}")


def _of_roster(config: Config, person: str) -> Person | None:
    """Someone who came by a roster, as it says; a database that cannot be read has nobody."""
    from contextlib import suppress

    from scheduler.clock import SystemClock
    from scheduler.delivery.rosters import ROSTER
    from scheduler.service.assembly import peek
    from scheduler.storage.errors import StorageError

    with suppress(StorageError), peek(config.service) as outbox:
        if outbox is not None and outbox.origins([person]).get(person) == ROSTER:
            found = outbox.correspondent(person, SystemClock().now())
            return None if found is None else found.person
    return None


@contextmanager
def known_to_run(person: str) -> Iterator[None]:
    """Someone who is in the file but not yet in the database was added while `legup run` was running."""
    try:
        yield
    except KeyError:
        raise Failure(_NOT_READ.format(person)) from None


@contextmanager
def _dossiers(context: typer.Context, config: Path | None, person: str) -> Iterator[Dossiers]:
    """The database, with the people of the file in it if the file is sound. If it is not, or someone has left it, those
    count whom the database knows: a stop does not wait for a file. Raises Failure for a stranger."""
    from scheduler.cli.configuration import find, judge
    from scheduler.clock import SystemClock
    from scheduler.service.assembly import dossiers, enrolled_outbox

    report = judge(find(named_config(context, config)))
    if report.config is not None:
        with enrolled_outbox(report.config, SystemClock()):
            pass
    with closing(dossiers(holder_of(context, config))) as kept:
        try:
            yield kept
        except KeyError:
            if report.config is None:
                raise Failure(
                    f"the database knows no {person!r}, and nobody new comes into it while {report.source} has faults; "
                    "see `legup check`"
                ) from None
            named(report.config, person)
            raise Failure(_NOT_READ.format(person)) from None


def _end(until: str | None, length: str | None, now: datetime, zone: str) -> datetime:
    from scheduler.cli.when import When
    from scheduler.cli.when import length as length_of

    end = When.parse(until, "--until").at(zone) if until is not None else now + length_of(length or "", "--for")
    if end <= now:
        raise typer.BadParameter("that is over already", param_hint="--until" if until else "--for")
    return end


def confirmed(question: str) -> bool:
    """Whether someone at the keyboard says yes. Raises Failure when nobody is there."""
    if not sys.stdin.isatty():
        raise Failure("this cannot be undone; say --yes to do it without being asked", USAGE)
    return ask(question).lower() in {"y", "yes"}
