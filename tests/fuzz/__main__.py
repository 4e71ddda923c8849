"""Fuzzing in rounds, each with a new seed, until the time is over or something is found: `make fuzz`."""

from __future__ import annotations

import argparse
import subprocess
import sys
import time
from pathlib import Path

HERE = Path(__file__).parent


def main() -> int:
    """The exit code: 0 when nothing was found."""
    options = argparse.ArgumentParser(prog="make fuzz", description=__doc__)
    options.add_argument("--minutes", type=float, default=10.0, help="no round begins later than this")
    options.add_argument("--processes", default="2")
    given = options.parse_args()
    begun, rounds = time.monotonic(), 0
    while rounds == 0 or time.monotonic() - begun < given.minutes * 60:
        rounds += 1
        words = ("--hypothesis-profile=fuzz", f"--hypothesis-seed={time.time_ns()}", "--numprocesses", given.processes)
        folders = [str(HERE), str(HERE.parent / "properties")]
        code = subprocess.run([sys.executable, "-m", "pytest", "-q", *words, *folders], check=False).returncode
        if code != 0:
            return code
        print(f"round {rounds}: nothing found after {(time.monotonic() - begun) / 60:.1f} minutes", flush=True)  # noqa: T201
    return 0


if __name__ == "__main__":
    sys.exit(main())
