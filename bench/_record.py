"""Keeps a run: its figures and its machine in docs/performance.md, and a plot of what compares."""

from __future__ import annotations

import os
import platform
import sqlite3
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from html import escape
from importlib.metadata import version
from pathlib import Path
from typing import Any, TypeAlias

DOCS = Path(__file__).parent.parent / "docs"
PAGE = DOCS / "performance.md"
PLOTS = DOCS / "plots"
BEGIN, END = "<!-- figures of the last run: python -m bench --record -->", "<!-- end -->"

Run: TypeAlias = Mapping[str, Mapping[str, Any]]
"""By bench, its figures."""


@dataclass(frozen=True, slots=True)
class Goal:
    """A figure that issue 5 asks for."""

    what: str
    reach: str
    bench: str
    figure: str
    unit: str = ""


GOALS = (
    Goal("next slot, one core, on the slowest schedule, over CronTrigger", "10 x", "next_slot", "lowest_ratio", " x"),
    Goal("embedded, everything due at once", "25,000/s", "embedded", "nudges_per_s", "/s"),
    Goal("... over APScheduler on its SQLAlchemy store", "15 x", "embedded", "over_apscheduler_on_sqlite", " x"),
    Goal("... over APScheduler on its memory store", "3 x", "embedded", "over_apscheduler_in_memory", " x"),
    Goal("10,000 due in the same second: the last one's call", "1 s", "burst", "last_call_s", " s"),
    Goal("the same number due, many enrolled over few", "1.5 x", "enrolled", "ratio", " x"),
    Goal("... in processor time", "1.5 x", "enrolled", "cpu_ratio", " x"),
    Goal("many enrolled, nothing due: processor", "1 %", "idle", "cpu_percent", " %"),
    Goal("... memory", "150 MB", "idle", "memory_mb", " MB"),
    Goal("... start", "5 s", "idle", "start_s", " s"),
    Goal("one nudge on an idle system: median", "10 ms", "latency", "median_ms", " ms"),
    Goal("... worst", "50 ms", "latency", "worst_ms", " ms"),
    Goal("texts by Twilio's library, 100 at once, 50 ms each", "1,000/s", "sms", "texts_per_s", "/s"),
    Goal("... of what bare aiohttp posts", "0.6", "sms", "share_of_bare"),
    Goal("letters over kept connections", "1,500/s", "email", "letters_per_s", "/s"),
    Goal("one person at home: memory", "90 MB", "home", "memory_mb", " MB"),
)

COMPARED: Mapping[str, tuple[str, str, Mapping[str, str]]] = {
    "embedded": (
        "Nudges a second, embedded",
        "/s",
        {
            "nudges_per_s": "legup, all of it",
            "apscheduler_in_memory_per_s": "APScheduler, memory",
            "apscheduler_on_sqlite_per_s": "APScheduler, SQLite",
        },
    ),
    "sms": ("Texts a second, 50 ms each", "/s", {"texts_per_s": "legup", "bare_aiohttp_per_s": "aiohttp alone"}),
    "enrolled": (
        "Milliseconds for 1,000 due",
        " ms",
        {"ms_with_few": "few enrolled", "ms_with_many": "many enrolled"},
    ),
}
"""Per bench, a plot's title, its unit, and what its bars are called."""


def record(run: Run) -> None:
    """Put the run into the page, and draw its plots."""
    PLOTS.mkdir(exist_ok=True)
    plots = []
    for bench, (title, unit, names) in COMPARED.items():
        if bench in run:
            bars = [(name, run[bench][figure]) for figure, name in names.items()]
            (PLOTS / f"{bench}.svg").write_text(_plot(title, unit, bars), encoding="utf-8")
            plots.append(f"![{title}](plots/{bench}.svg)")
    page = PAGE.read_text(encoding="utf-8")
    before, _, rest = page.partition(BEGIN)
    _, _, after = rest.partition(END)
    figures = "\n\n".join([_machine(), _reached(run), *plots, _all(run)])
    PAGE.write_text(f"{before}{BEGIN}\n\n{figures}\n\n{END}{after}", encoding="utf-8")


def _machine() -> str:
    libraries = ", ".join(f"{name} {version(name)}" for name in ("APScheduler", "SQLAlchemy", "twilio", "aiohttp"))
    load = os.getloadavg()[1]
    return (
        f"{datetime.now(UTC):%d %B %Y}, {os.cpu_count()} cores ({platform.machine()}), {platform.system()}, Python "
        f"{platform.python_version()}, SQLite {sqlite3.sqlite_version}, {libraries}. Load of the machine over the last "
        f"five minutes, ours included: {load:.1f}."
    )


def _reached(run: Run) -> str:
    rows = ["| what | reach | measured |", "|---|---|---|"]
    rows += [
        f"| {goal.what} | {goal.reach} | {run[goal.bench][goal.figure]:,}{goal.unit} |"
        for goal in GOALS
        if goal.bench in run
    ]
    return "\n".join(rows)


def _all(run: Run) -> str:
    rows = ["| bench | figures |", "|---|---|"]
    for bench, figures in run.items():
        told = ", ".join(f"{name} {_said(value)}" for name, value in figures.items() if name != "bench")
        rows.append(f"| `{bench}` | {told} |")
    return "\n".join(rows)


def _said(value: object) -> str:
    return f"{value:,}" if isinstance(value, int | float) else str(value)


def _plot(title: str, unit: str, bars: Sequence[tuple[str, float]]) -> str:
    """Horizontal bars, the longest as wide as there is room."""
    left, room, row, top = 170, 330, 34, 40
    longest = max(value for _, value in bars)
    drawn = []
    for index, (name, value) in enumerate(bars):
        y, width = top + index * row, max(1.0, room * value / longest)
        colour = "#0f766e" if index == 0 else "#94a3b8"
        drawn += [
            f'<text x="{left - 10}" y="{y + 16}" text-anchor="end">{escape(name)}</text>',
            f'<rect x="{left}" y="{y}" width="{width:.1f}" height="22" rx="3" fill="{colour}"/>',
            f'<text x="{left + width + 8:.1f}" y="{y + 16}">{value:,}{unit}</text>',
        ]
    size = f'width="600" height="{top + len(bars) * row + 10}"'
    lines = [
        f'<svg xmlns="http://www.w3.org/2000/svg" {size} font-family="sans-serif" font-size="14" fill="#334155">',
        '<rect width="100%" height="100%" fill="#ffffff"/>',
        f'<text x="20" y="24" font-weight="bold">{escape(title)}</text>',
        *drawn,
        "</svg>",
    ]
    return "\n".join(lines) + "\n"
