"""`legup people`: what an operator does for one person."""

from __future__ import annotations

import difflib
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import TYPE_CHECKING, Annotated

import typer

from scheduler.cli.asking import ask
from scheduler.cli.dossier import export, forget
from scheduler.cli.failure import USAGE, Failure
from scheduler.cli.options import ConfigPath, named_config

if TYPE_CHECKING:  # imported when a command runs
    from config.person import Person
    from config.settings import Config

people = typer.Typer(rich_markup_mode=None, help="One person: pause, resume, stop; export or forget.")
people.command()(export)
people.command()(forget)

Id = Annotated[str, typer.Argument(metavar="ID", help="The person's id in the config file.")]


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
    from scheduler.cli.configuration import read
    from scheduler.clock import SystemClock
    from scheduler.planning.zone import local_of

    if (until is None) == (length is None):
        raise typer.BadParameter("give --until or --for", param_hint="--until")
    settings = read(named_config(context, config))
    zone = named(settings, person).preferences.timezone
    now = SystemClock().now()
    end = _end(until, length, now, zone)
    _pause(settings, person, end)
    local = local_of(end, zone)
    typer.echo(f"{person} is paused until {local:%A} {local.day} {local:%B %Y, %H:%M} ({zone}).")


@people.command()
def resume(context: typer.Context, person: Id, config: ConfigPath = None) -> None:
    """End a person's pause now.

    It does not undo a stop, and not a `paused_until` of the config file.

    \b
    Example:
      legup people resume sam
    """
    from scheduler.cli.configuration import read

    settings = read(named_config(context, config))
    named(settings, person)
    _pause(settings, person, None)
    typer.echo(f"{person} is not paused any more.")


@people.command()
def stop(
    context: typer.Context,
    person: Id,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
    config: ConfigPath = None,
) -> None:
    """Record that a person said stop.

    Nothing is sent to them, or to any contact of theirs, ever again. No edit of the config file undoes it.

    \b
    Example:
      legup people stop sam
    """
    from scheduler.cli.configuration import read
    from scheduler.clock import SystemClock
    from scheduler.service.assembly import enrolled_outbox

    settings = read(named_config(context, config))
    named(settings, person)
    if not yes and not confirmed(f"Never send {person} anything again? [y/N] "):
        raise Failure("nothing was changed")
    clock = SystemClock()
    with enrolled_outbox(settings, clock) as outbox, known_to_run(person):
        silenced = outbox.opt_out(person, clock.now(), "operator")
    typer.echo(
        f"{person} is stopped; {silenced} waiting messages were withdrawn." if silenced else f"{person} is stopped."
    )


def named(config: Config, person: str) -> Person:
    """The person of that id. Raises Failure with the id that may have been meant."""
    ids = [each.id for each in config.people]
    for each in config.people:
        if each.id == person:
            return each
    near = difflib.get_close_matches(person, ids, n=1)
    hint = f"; did you mean {near[0]!r}?" if near else f" ({', '.join(ids[:8])}{', …' if len(ids) > 8 else ''})"
    raise Failure(f"there is no person {person!r} in the config file{hint}")


@contextmanager
def known_to_run(person: str) -> Iterator[None]:
    """Someone who is in the file but not yet in the database was added while `legup run` was running."""
    try:
        yield
    except KeyError:
        raise Failure(f"`legup run` has not read {person!r} yet; restart it, then ask again") from None


def _pause(config: Config, person: str, until: datetime | None) -> None:
    from scheduler.clock import SystemClock
    from scheduler.service.assembly import enrolled_outbox

    clock = SystemClock()
    with enrolled_outbox(config, clock) as outbox, known_to_run(person):
        outbox.pause(person, until, clock.now())


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
