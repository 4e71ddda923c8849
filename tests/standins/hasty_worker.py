"""`legup worker` whose leases last some seconds, not minutes: `python -m tests.standins.hasty_worker CONFIG SECONDS`.

Shorter than a send may take, so that leases end, and others take over, while the first one is still at it.
"""

from __future__ import annotations

import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

from scheduler.cli.configuration import read
from scheduler.clock import SystemClock
from scheduler.service.logs import set_up
from scheduler.service.worker import Worker

READY = "ready"


def main(config: str, seconds: str) -> None:
    """Take part until SIGTERM; says when it does."""
    source = Path(config)
    changed_at = datetime.fromtimestamp(source.stat().st_mtime, UTC)
    set_up(verbose=False)
    working = Worker(read(source), changed_at, SystemClock(), sys.stdout, timedelta(seconds=float(seconds)))
    with working.stopped_by_signals(), working:
        working.start()
        print(READY, file=sys.stderr, flush=True)  # noqa: T201 - how whoever started us learns it
        working.wait()


if __name__ == "__main__":
    main(*sys.argv[1:])
