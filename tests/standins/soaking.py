"""Starts a soak (see soak.py) and gathers its samples."""

from __future__ import annotations

import json
import subprocess
import sys

from tests.standins.soak import Sample


def soak(nudges: int, *, minutes: float) -> list[Sample]:
    """The samples of a run of so many nudges; subprocess.TimeoutExpired when it takes longer than that."""
    command = [sys.executable, "-m", "tests.standins.soak", "--nudges", str(nudges)]
    ended = subprocess.run(command, capture_output=True, text=True, timeout=60 * minutes, check=False)
    assert ended.returncode == 0, ended.stderr[-2000:]
    return [Sample(**json.loads(line)) for line in ended.stdout.splitlines()]
