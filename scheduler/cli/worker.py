"""`legup worker`: one of the processes that share a PostgreSQL database."""

from __future__ import annotations

import sys
from datetime import UTC, datetime

import typer

from scheduler.cli.failure import Failure
from scheduler.cli.options import ConfigPath, Verbose, given, named_config


def worker(context: typer.Context, config: ConfigPath = None, verbose: Verbose = False) -> None:
    """Take part in sending, beside other workers on any machines, until Ctrl-C or SIGTERM.

    All share the PostgreSQL database that `database:` names; `legup db upgrade` makes its tables once. Start as many as
    you like: when one dies, the others go on. A stop finishes what is being sent.

    \b
    Examples:
      legup worker
      legup --config /etc/legup/legup.yaml worker
    """
    from scheduler.cli.configuration import find, read
    from scheduler.clock import SystemClock
    from scheduler.service.logs import set_up, take_over_last_words

    source = find(named_config(context, config))
    changed_at = datetime.fromtimestamp(source.stat().st_mtime, UTC)
    settings = read(source, warn=True)
    if not settings.service.shared:
        raise Failure("`legup worker` needs `database: postgresql://...`; on one machine `legup run` does everything")
    set_up(verbose=verbose or given(context).verbose)
    take_over_last_words()
    from scheduler.service.worker import Worker  # after the settings: it needs the extra

    working = Worker(settings, changed_at, SystemClock(), sys.stdout)
    with working.stopped_by_signals(), working:
        working.start()
        print("legup: this worker takes part; Ctrl-C ends it", file=sys.stderr, flush=True)
        working.wait()
        print("legup: stopping; what is being sent is finished first", file=sys.stderr)
    print("legup: stopped. The other workers go on.", file=sys.stderr)
