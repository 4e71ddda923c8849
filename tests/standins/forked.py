"""legup's command line in a process of its own that is there at once.

To import everything takes most of a second of processor time, in each of a hundred processes. So one process imports
it, when the first one is wanted, and the others are forked from that. A test that is about the start of a program, or
about what is loaded, starts one anew.
"""

from __future__ import annotations

import os
import signal
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from importlib import import_module
from multiprocessing import get_context
from multiprocessing.connection import Connection
from pathlib import Path
from subprocess import TimeoutExpired

from scheduler.cli import main

FORKS = get_context("forkserver")
"""For what else wants a process at once."""
FORKS.set_forkserver_preload([__name__])

for name in ("channels.console", "channels.email", "channels.sms", "service.running", "storage.sqlite"):
    import_module(f"scheduler.{name}")  # what a command imports only when it runs


class Forked:
    """A command line under way. As `subprocess.Popen`, as far as anybody asks."""

    def __init__(
        self, home: Path, words: Sequence[str], environ: Mapping[str, str], streams: tuple[int, int, int]
    ) -> None:
        """The streams are descriptors for what it reads, prints, and prints as an error."""
        kept = [Connection(os.dup(stream)) for stream in streams]
        umask = os.umask(0)
        os.umask(umask)
        self._process = FORKS.Process(target=_live, args=(home, words, dict(environ), umask, kept), daemon=True)
        self._process.start()
        for each in kept:
            each.close()
        assert self._process.pid is not None
        self.pid = self._process.pid

    def poll(self) -> int | None:
        return self._process.exitcode

    def wait(self, timeout: float | None = None) -> int:
        self._process.join(timeout)
        if self._process.exitcode is None:
            raise TimeoutExpired("legup", timeout or 0)
        return self._process.exitcode

    def send_signal(self, number: signal.Signals) -> None:
        if self.poll() is None:
            os.kill(self.pid, number)

    def kill(self) -> None:
        with suppress(ProcessLookupError):
            self.send_signal(signal.SIGKILL)


def _live(
    home: Path, words: Sequence[str], environ: Mapping[str, str], umask: int, streams: Sequence[Connection]
) -> None:
    for number, stream in enumerate(streams):
        os.dup2(stream.fileno(), number)
        stream.close()
    os.chdir(home)
    os.umask(umask)
    os.environ.clear()
    os.environ.update(environ)
    time.tzset()
    tempfile.tempdir = None  # looked for anew, in this environment
    sys.stdin = os.fdopen(0, closefd=False)
    sys.stdout = os.fdopen(1, "w", closefd=False)
    sys.stderr = os.fdopen(2, "w", buffering=1, closefd=False)
    sys.exit(main(words))
