"""`legup run` as a process of its own, with what Linux tells of it. Only Linux tells it."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

CONFIG = """\
timezone: Etc/UTC
database: {database}
secret_key: "only for benches, and long enough to be taken"
people:
  - id: me
    name: Sam
    quiet_hours: []
    nudges:
      hydration: at {due}
"""
_MAIN = "import sys; from scheduler.cli import main; sys.exit(main())"
_START = 120.0
_TICKS = os.sysconf("SC_CLK_TCK")


class Service:
    """A running `legup run`."""

    def __init__(self, process: subprocess.Popen[bytes], start: float) -> None:
        self.start = start
        """Seconds from its beginning until it was ready."""
        self._folder = Path(f"/proc/{process.pid}")

    def megabytes(self) -> float:
        """Memory that is resident, with the program's own files; at its highest and now."""
        return self._status("VmRSS") / 1000

    def cpu(self) -> float:
        """Seconds of processor time so far."""
        fields = (self._folder / "stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / _TICKS

    def switches(self) -> int:
        """How often a thread of it went to sleep of its own accord so far."""
        lines = [
            line for task in (self._folder / "task").iterdir() for line in (task / "status").read_text().splitlines()
        ]
        return sum(int(line.split()[1]) for line in lines if line.startswith("voluntary_ctxt_switches"))

    def _status(self, name: str) -> int:
        lines = (self._folder / "status").read_text().splitlines()
        return next(int(line.split()[1]) for line in lines if line.startswith(name + ":"))


@contextmanager
def service(folder: Path, due: str) -> Iterator[Service]:
    """Run it on the database in this folder, for one person with a nudge on the console at a time of day, `16:30`."""
    config = folder / "legup.yaml"
    config.write_text(CONFIG.format(database=folder / "legup.db", due=due))
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as ready:
        ready.bind(str(folder / "notify"))
        ready.settimeout(_START)
        began = time.perf_counter()
        process = subprocess.Popen(  # noqa: S603  # our own interpreter
            [sys.executable, "-c", _MAIN, "run", "--config", str(config)],
            stdout=subprocess.DEVNULL,
            env=os.environ | {"NOTIFY_SOCKET": str(folder / "notify")},
        )
        try:
            while b"READY=1" not in ready.recv(4096):
                pass
            yield Service(process, time.perf_counter() - began)
        finally:
            process.send_signal(signal.SIGTERM)
            process.wait()
