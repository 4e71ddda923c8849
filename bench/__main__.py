"""Run every bench of this folder (or those named): `python -m bench [--record] [NAME ...]`.

A bench is a module that prints one JSON line, flat, with its name under "bench". Each runs in a process of its own, so
that none warms or burdens another; the lines come as they are done, then all figures as one table. With --record they
become the last run of docs/performance.md.
"""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

from bench._record import Run, record

KEEP = "--record"
FOLDER = Path(__file__).parent


def main(arguments: list[str]) -> int:
    names = [argument for argument in arguments if argument != KEEP]
    known = sorted(path.stem for path in FOLDER.glob("*.py") if not path.stem.startswith("_"))
    if unknown := set(names) - set(known):
        print(f"no such bench: {', '.join(sorted(unknown))}; there are {', '.join(known)}", file=sys.stderr)
        return 2
    failed = False
    run: dict[str, dict[str, Any]] = {}
    for name in names or known:
        line = _run(name)
        if line is None:
            failed = True
            continue
        print(line, flush=True)
        run[name] = json.loads(line)
    Console().print(_table(run))
    if KEEP in arguments:
        record(run)
    return int(failed)


def _table(run: Run) -> Table:
    table = Table("bench", "figure", "value")
    for name, figures in run.items():
        for figure, value in figures.items():
            if figure != "bench":
                table.add_row(name, figure, f"{value:,}" if isinstance(value, int | float) else str(value))
        table.add_section()
    return table


def _run(name: str) -> str | None:
    """The line a bench prints; None when it fails, its own words having gone to stderr."""
    done = subprocess.run(  # noqa: S603  # our own interpreter on a module of this folder
        [sys.executable, "-m", f"bench.{name}"], cwd=FOLDER.parent, stdout=subprocess.PIPE, text=True, check=False
    )
    if done.returncode:
        print(f"bench {name} failed with exit code {done.returncode}", file=sys.stderr)
        return None
    return done.stdout.strip().splitlines()[-1]


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
