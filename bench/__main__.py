"""Run every bench of this folder (or those named): `python -m bench [--record] [NAME ...]`.

A bench is a module that prints one JSON line, flat, with its name under "bench". Each runs in a process of its own, so
that none warms or burdens another, and one that fails stops no other; the lines come as they are done, then all figures
as one table. With --record they are taken at the sizes that issue 5 names, and become the last run of
docs/performance.md; with --record and names, the others stay as they were recorded last.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from time import perf_counter

from rich.console import Console
from rich.table import Table

from bench._goals import Figures, Run
from bench._record import last_run, record, said

KEEP = "--record"
FOLDER = Path(__file__).parent
WHOLE = {
    "enrolled": ("1000", "10000", "100000", "1000000"),
    "idle": ("1000000",),
    "roster": ("1000000",),
}
"""Sizes that take minutes, where a bench's own are smaller."""
LIMIT = 900.0
"""Seconds after which a bench has failed."""


def main(arguments: Sequence[str], folder: Path = FOLDER) -> int:
    names = [argument for argument in arguments if argument != KEEP]
    known = sorted(path.stem for path in folder.glob("*.py") if not path.stem.startswith("_"))
    if unknown := set(names) - set(known):
        print(f"no such bench: {', '.join(sorted(unknown))}; there are {', '.join(known)}", file=sys.stderr)
        return 2
    sizes = WHOLE if KEEP in arguments else {}
    run: dict[str, Figures | None] = {}
    for number, name in enumerate(names or known, 1):
        _progress(f"[{number}/{len(names or known)}] {name}")
        began = perf_counter()
        run[name] = _measured(folder, name, sizes.get(name, ()))
        _progress(f"{'failed' if run[name] is None else 'done'} after {perf_counter() - began:.0f} s")
    Console().print(_table(run))
    if KEEP in arguments:
        docs = folder.parent / "docs"
        record({**last_run(docs), **run} if names else run, docs)
    return int(None in run.values())


def _measured(folder: Path, name: str, sizes: Sequence[str]) -> Figures | None:
    """What a bench measures; None when it fails, its own words having gone to stderr."""
    with subprocess.Popen(  # noqa: S603  # our own interpreter on a module of this folder
        [sys.executable, "-m", f"bench.{name}", *sizes],
        cwd=folder.parent,
        stdout=subprocess.PIPE,
        text=True,
        start_new_session=True,
    ) as process:
        try:
            told, _ = process.communicate(timeout=LIMIT)
        except (KeyboardInterrupt, subprocess.TimeoutExpired) as end:
            os.killpg(process.pid, signal.SIGINT)  # as the keyboard does: to whatever it has started, too
            if isinstance(end, KeyboardInterrupt):
                raise
            return None
    if process.returncode:
        return None
    line = told.strip().splitlines()[-1]
    print(line, flush=True)
    figures: Figures = json.loads(line)
    return figures


def _table(run: Run) -> Table:
    table = Table("bench", "figure", "value")
    for name, figures in run.items():
        for figure, value in (figures or {"failed": ""}).items():
            if figure != "bench":
                table.add_row(name, figure, said(value))
        table.add_section()
    return table


def _progress(words: str) -> None:
    print(words, file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
