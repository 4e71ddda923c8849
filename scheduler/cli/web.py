"""`legup web`: pages, links and callbacks, apart from the process that sends."""

from __future__ import annotations

import sys

import typer

from scheduler.cli.options import ConfigPath, Verbose, given, named_config


def web(context: typer.Context, config: ConfigPath = None, verbose: Verbose = False) -> None:
    """Listen for links, pages and Twilio's callbacks, until Ctrl-C or SIGTERM.

    `legup run` does so by itself where `web.enabled` is set; this is for a process of its own, beside
    `legup run --no-web` or the workers of a cluster, on the same database. What comes in takes effect at once.

    \b
    Examples:
      legup web
      legup --config /etc/legup/legup.yaml web
    """
    from scheduler.cli.configuration import read
    from scheduler.cli.door import door
    from scheduler.clock import SystemClock
    from scheduler.service.logs import set_up, take_over_last_words
    from scheduler.service.serving import Serving

    settings = read(named_config(context, config), warn=True)
    set_up(verbose=verbose or given(context).verbose)
    take_over_last_words()
    serving = Serving(settings, SystemClock(), door(settings.service.web))
    with serving.stopped_by_signals(), serving:
        serving.start()
        serving.wait()
    print("legup: stopped.", file=sys.stderr)
