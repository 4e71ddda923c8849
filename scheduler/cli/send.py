"""`legup send`: one message now, through the pipe that all others take."""

from __future__ import annotations

import difflib
import sys
from typing import TYPE_CHECKING, Annotated

import typer

from scheduler.cli.failure import Failure
from scheduler.cli.options import ConfigPath, Verbose, named_config

if TYPE_CHECKING:  # imported when the command runs
    from datetime import datetime

    from config.person import Person
    from config.settings import Config
    from scheduler.clock import Clock
    from scheduler.delivery.delivery import Delivery, NewDelivery
    from scheduler.delivery.ports import Outbox


def send(
    context: typer.Context,
    nudge: Annotated[str, typer.Argument(metavar="NUDGE", help="A nudge, or welcome, or relief.")],
    to: Annotated[str, typer.Option("--to", metavar="ID", help="The person's id in the config file.")],
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only show what would go out, and where to.")] = False,
    raw: Annotated[bool, typer.Option("--raw", help="With --dry-run: the whole source of an email.")] = False,
    config: ConfigPath = None,
    verbose: Verbose = False,
) -> None:
    """Send one message to one person now.

    It is asked for, so quiet hours and the daily limit do not hold it back; a stop and a pause do. The command waits
    to see what becomes of it, and ends with 0 only when it was sent. It may be used while `legup run` runs.

    \b
    Examples:
      legup send hydration --to sam
      legup send bedtime_stretch --to sam --dry-run
    """
    from scheduler.cli.configuration import read
    from scheduler.cli.dry_run import print_rehearsal
    from scheduler.cli.people import named
    from scheduler.clock import SystemClock
    from scheduler.service.assembly import peek

    _known(nudge)
    if raw and not dry_run:
        raise typer.BadParameter("goes with --dry-run", param_hint="--raw")
    settings = read(named_config(context, config))
    person = named(settings, to)
    if dry_run:
        with peek(settings.service) as outbox:
            person = _refuse_silenced(person, nudge, outbox, SystemClock().now())
            request = _request(person, nudge, outbox, SystemClock())
        print_rehearsal(settings, person, request, raw=raw)
    else:
        _send(settings, person, nudge, SystemClock(), verbose=verbose)


def _known(nudge: str) -> None:
    from messages.catalogue import ANSWERS, CATALOGUE

    if nudge in ANSWERS:
        raise typer.BadParameter(f"{nudge!r} is said only to someone who turned to legup", param_hint="NUDGE")
    if nudge not in CATALOGUE:
        sendable = [kind for kind in CATALOGUE if kind not in ANSWERS]
        near = difflib.get_close_matches(nudge, sendable, n=1)
        hint = f"did you mean {near[0]!r}?" if near else f"there are {', '.join(sendable)}"
        raise typer.BadParameter(f"there is no nudge {nudge!r}; {hint}", param_hint="NUDGE")


def _request(person: Person, nudge: str, outbox: Outbox | None, clock: Clock) -> NewDelivery:
    import uuid

    from scheduler.delivery.routines import Routines
    from scheduler.service.defaults import nudge_defaults
    from scheduler.service.direct import request

    recorded = {} if outbox is None else outbox.sent_counts(person.id)
    return request(person, nudge, Routines(nudge_defaults()), recorded, str(uuid.uuid4()), clock.now())


def _send(config: Config, person: Person, nudge: str, clock: Clock, *, verbose: bool) -> None:
    import logging
    import time

    from scheduler.cli.people import known_to_run
    from scheduler.delivery.delivery import State
    from scheduler.service.assembly import build_pump, enrolled_outbox
    from scheduler.service.direct import send_now
    from scheduler.service.explaining import explain
    from scheduler.service.logs import set_up

    set_up(verbose=verbose)
    if not verbose:
        logging.getLogger("legup").setLevel(logging.ERROR)  # the outcome is printed below
    with enrolled_outbox(config, clock) as outbox, known_to_run(person.id):
        person = _refuse_silenced(person, nudge, outbox, clock.now())
        pump = build_pump(config, outbox, clock, sys.stdout)
        try:
            delivery = send_now(_request(person, nudge, outbox, clock), pump, clock, time.sleep)
        finally:
            for lane in pump.lanes.values():
                lane.channel.close()
        told = explain(delivery, outbox.attempts([delivery.id]), person.preferences.timezone).sentence
        if delivery.state not in {State.SENT, State.DELIVERED}:
            raise Failure(f"{nudge} for {person.id}: {told}{_hold(delivery, outbox, clock)}")
    print(f"{nudge} for {person.id}: {told}")


def _refuse_silenced(person: Person, nudge: str, outbox: Outbox | None, now: datetime) -> Person:
    """A stop (of this kind too), an end and a pause are the person's wish; the operator's does not go before it.
    Returns the person with what they changed themselves."""
    from scheduler.delivery.ports import Standing
    from scheduler.planning.zone import local_of

    known = None if outbox is None else outbox.person(person.id)
    person, standing = (person, Standing()) if known is None else known
    if standing.opted_out:
        raise Failure(f"nothing is sent to {person.id}: they said stop")
    if standing.ended is not None:
        raise Failure(f"nothing is sent to {person.id}: they have ended it")
    who = None if outbox is None else outbox.correspondent(person.id, now)
    if who is not None and nudge in who.changes.stopped:
        raise Failure(f"no {nudge} is sent to {person.id}: they have stopped that kind")
    for until, remedy in (
        (standing.paused_until, f"`legup people resume {person.id}` ends it"),
        (person.preferences.paused_until, "take `paused_until` out of the config file to end it"),
    ):
        if until is not None and now < until:
            local = local_of(until, person.preferences.timezone)
            raise Failure(f"nothing is sent to {person.id}: they are paused until {local:%Y-%m-%d %H:%M}; {remedy}")
    return person


def _hold(delivery: Delivery, outbox: Outbox, clock: Clock) -> str:
    from scheduler.planning.zone import local_of
    from scheduler.service.direct import hold_of

    if outbox.clock_record().hold is not None:
        return "; nothing is sent, for the machine's clock is not believed: see `legup clock`"
    hold = hold_of(delivery.channel, outbox, clock.now())
    if hold is None:
        return ""
    local = local_of(hold.until, "UTC").astimezone()
    return f"; {delivery.channel} is on hold until {local:%H:%M} ({hold.reason})"
