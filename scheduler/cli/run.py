"""`legup run`: the service, in this terminal or under systemd."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING, Annotated

import typer

from scheduler.cli.failure import Failure
from scheduler.cli.options import ConfigPath, Verbose, given, named_config

if TYPE_CHECKING:  # imported when the command runs
    from pathlib import Path

    from config.settings import Config
    from scheduler.clock import Clock
    from scheduler.service.running import Running

_MOST_PEOPLE = 5
"""A plan of more people than this is a number, not a table."""


def run(
    context: typer.Context,
    config: ConfigPath = None,
    verbose: Verbose = False,
    no_web: Annotated[bool, typer.Option("--no-web", help="Leave listening to `legup web`.")] = False,
) -> None:
    """Send every nudge at its time, until Ctrl-C or SIGTERM.

    Without a config file, one is written to ./legup.yaml: the example, which needs no account and prints its nudges
    here. A stop finishes what is being sent; starting again never repeats a nudge.

    \b
    Examples:
      legup run
      legup --config practice.yaml run
    """
    from scheduler.cli.configuration import read
    from scheduler.cli.door import door
    from scheduler.clock import SystemClock
    from scheduler.service.logs import set_up, take_over_last_words
    from scheduler.service.running import Running

    named = named_config(context, config)
    clock = SystemClock()
    source = _found_or_written(named)
    settings = read(source, warn=True)
    if settings.service.shared:
        raise Failure("with a PostgreSQL database start `legup worker`, any number of them, and `legup web` for pages")
    set_up(verbose=verbose or given(context).verbose)
    take_over_last_words()
    running = Running(settings, clock, sys.stdout, None if no_web else door(settings.service.web))
    with running.stopped_by_signals(), running:
        _introduce(settings, running, clock)
        running.start()
        running.wait()
        print("legup: stopping; what is being sent is finished first", file=sys.stderr)
    print("legup: stopped. Until next time.", file=sys.stderr)


def _found_or_written(named: Path | None) -> Path:
    """The config file; the example, written here, when there is none and none was named."""
    from config.example import example
    from config.finding import ConfigNotFound
    from scheduler.cli.configuration import find
    from scheduler.cli.starter import FALLBACK, HERE, machine_zone, write_new

    try:
        return find(named)
    except ConfigNotFound:
        if named is not None or "LEGUP_CONFIG" in os.environ:
            raise
    zone = machine_zone()
    write_new(HERE, example(zone), "--config")
    print(
        f"legup: there was no config file, so I wrote {HERE} from the example; change it to suit you.", file=sys.stderr
    )
    why = " (this machine's own could not be told)" if zone == FALLBACK else ""
    print(f"legup: its time zone is {zone}{why}.", file=sys.stderr)
    return HERE


def _introduce(config: Config, running: Running, clock: Clock) -> None:
    """Today's plan for whoever looks at this terminal; one line for a journal or a big roster."""
    from config.person import ChannelName
    from scheduler.cli.plan_table import print_next, print_plan
    from scheduler.cli.preview import previews
    from scheduler.cli.stretch import Stretch
    from scheduler.cli.terminal import counted
    from scheduler.service.assembly import channels_in_use

    people = len(config.people)
    by_journal = "JOURNAL_STREAM" in os.environ and not sys.stdout.isatty()
    if (
        by_journal
        or people > _MOST_PEOPLE
        or not (sys.stdout.isatty() or ChannelName.CONSOLE in channels_in_use(config))
    ):
        due = running.outbox.next_event_at()
        when = "nothing is due" if due is None else f"next due {due:%Y-%m-%d %H:%M} UTC"
        print(f"legup: {counted(people, 'person', 'people')}, {when}", file=sys.stderr)
        return
    now = clock.now()
    soon = previews(config, config.people, Stretch(days=2), now, running.outbox)
    print_plan([each for each in soon if each.local.date() == now.astimezone(each.local.tzinfo).date()], now)
    print_next(soon, now)
    sys.stdout.flush()
