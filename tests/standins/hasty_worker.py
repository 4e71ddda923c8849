"""Workers whose leases last some seconds, not minutes: `python -m tests.standins.hasty_worker CONFIG SECONDS`.

Shorter than a send may take, so that leases end, and others take over, while the first one is still at it.
"""

from __future__ import annotations

import signal
import subprocess
import sys
import threading
from collections import deque
from datetime import UTC, datetime, timedelta
from pathlib import Path

from scheduler.cli.configuration import read
from scheduler.clock import SystemClock
from scheduler.service.logs import set_up
from scheduler.service.worker import Worker

READY = "ready"
ROOT = Path(__file__).parents[2]
PATIENCE = 60.0
"""Seconds."""


class HastyWorker:
    """One, as a process."""

    def __init__(self, config: Path, lease: float) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.standins.hasty_worker", str(config), str(lease)],
            cwd=ROOT,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            text=True,
        )
        self.told: deque[str] = deque(maxlen=200)
        self._ready = threading.Event()
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def wait_until_ready(self) -> None:
        assert self._ready.wait(PATIENCE), "\n".join(self.told)
        assert self._process.poll() is None, "\n".join(self.told)

    def send(self, number: signal.Signals) -> None:
        self._process.send_signal(number)

    def says(self, words: str) -> bool:
        """Whether it has said so."""
        return any(words in line for line in self.told)

    def ended(self) -> int:
        """Wait for its end; returns the exit code. One that does not end is killed."""
        end = threading.Timer(PATIENCE, self._process.kill)
        end.start()
        try:
            return self._process.wait()
        finally:
            end.cancel()
            self._reader.join()
            assert self._process.stderr is not None
            self._process.stderr.close()

    def _read(self) -> None:
        assert self._process.stderr is not None
        for line in self._process.stderr:
            self.told.append(line.rstrip())
            if line.rstrip() == READY:
                self._ready.set()
        self._ready.set()


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
