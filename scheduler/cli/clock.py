"""`legup clock`: whether the machine's clock is believed, and saying that it is right."""

from __future__ import annotations

from typing import TYPE_CHECKING

import typer

from scheduler.cli.failure import Failure
from scheduler.cli.options import AsJson, ConfigPath, named_config

if TYPE_CHECKING:  # imported when a command runs
    from datetime import datetime

    from scheduler.delivery.timekeeping import ClockHold

clock = typer.Typer(rich_markup_mode=None, help="The machine's clock: whether it is believed.")


@clock.callback(invoke_without_command=True)
def show(context: typer.Context, config: ConfigPath = None, as_json: AsJson = False) -> None:
    """Show whether the machine's clock is believed.

    A clock that was set by a day or more, or that is behind what is on record by so much, is not: nothing is sent until
    it comes back or `legup clock confirm` says that it is right.

    \b
    Examples:
      legup clock
      legup clock confirm
    """
    if context.invoked_subcommand is not None:
        return
    from scheduler.cli.configuration import read
    from scheduler.cli.terminal import print_json
    from scheduler.clock import SystemClock
    from scheduler.delivery.timekeeping import ClockRecord, hold_at_start
    from scheduler.service.assembly import peek

    now = SystemClock().now()
    with peek(read(named_config(context, config)).service) as outbox:
        record = ClockRecord() if outbox is None else outbox.clock_record()
    hold = record.hold or hold_at_start(now, record)
    if as_json:
        print_json(
            {
                "now": _utc(now),
                "newest": None if record.newest is None else _utc(record.newest),
                "believed": hold is None,
                "trusted_at": None if hold is None else _utc(hold.trusted_at),
                "shown_at": None if hold is None else _utc(hold.shown_at),
            }
        )
        return
    print(f"the clock shows {_shown(now)} UTC")
    print("it is believed" if hold is None else _disbelief(hold))


@clock.command()
def confirm(context: typer.Context, config: ConfigPath = None) -> None:
    """Say that the machine's clock is right now, so that sending goes on.

    Every nudge is derived again from this time on. What was passed over within the last day is recorded as missed; what
    was sent already is never sent again.

    \b
    Example:
      legup clock confirm
    """
    from scheduler.cli.configuration import read
    from scheduler.clock import SystemClock
    from scheduler.delivery.timekeeping import hold_at_start
    from scheduler.service.assembly import peek
    from scheduler.service.clockwatch import WAIT

    now = SystemClock().now()
    with peek(read(named_config(context, config)).service) as outbox:
        if outbox is None:
            raise Failure("there is no database yet, so there is nothing to confirm; start `legup run`")
        record = outbox.clock_record()
        if record.hold is None and hold_at_start(now, record) is None:
            print("the clock is believed; there is nothing to confirm")
            return
        outbox.confirm_clock(now, WAIT)
    print(f"confirmed: it is {_shown(now)} UTC. A running legup goes on within half a minute.")


def _disbelief(hold: ClockHold) -> str:
    return (
        f"it is not believed: it showed {_shown(hold.shown_at)} UTC after {_shown(hold.trusted_at)} UTC\n"
        "nothing is sent until it is set right; if it is right now: `legup clock confirm`"
    )


def _shown(instant: datetime) -> str:
    return f"{instant:%Y-%m-%d %H:%M:%S}"


def _utc(instant: datetime) -> str:
    return instant.strftime("%Y-%m-%dT%H:%M:%SZ")
