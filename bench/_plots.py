"""Plots as SVG, drawn by hand: bars, a curve over a logarithmic axis, dots along a line. They follow the reader's light
or dark mode."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from html import escape
from math import log10

WIDTH = 720
_LEFT, _RIGHT, _TOP = 230, 110, 56
_ROOM = WIDTH - _LEFT - _RIGHT
_STYLE = """\
  text { font: 14px system-ui, sans-serif; fill: #334155 }
  .title { font-weight: 600 }
  .note { font-size: 12px; fill: #64748b }
  .card { fill: #ffffff }
  .ours { fill: #0f766e }
  .theirs { fill: #94a3b8 }
  .rule { stroke: #cbd5e1; fill: none }
  .curve { stroke: #0f766e; stroke-width: 2; fill: none }
  @media (prefers-color-scheme: dark) {
    text { fill: #e2e8f0 }
    .note { fill: #94a3b8 }
    .card { fill: #0f172a }
    .ours { fill: #2dd4bf }
    .theirs { fill: #64748b }
    .rule { stroke: #334155 }
    .curve { stroke: #2dd4bf }
  }"""


@dataclass(frozen=True, slots=True)
class Bar:
    name: str
    value: float
    ours: bool


def bars(title: str, note: str, unit: str, rows: Sequence[Bar]) -> str:
    """Horizontal bars from nought, the longest as wide as there is room."""
    longest = max(row.value for row in rows)
    drawn = []
    for index, row in enumerate(rows):
        y, width = _TOP + 32 * index, max(1.0, _ROOM * row.value / longest)
        whose = "ours" if row.ours else "theirs"
        drawn += [
            _text(_LEFT - 10, y + 16, row.name, anchor="end"),
            f'<rect class="{whose}" x="{_LEFT}" y="{y}" width="{width:.1f}" height="22" rx="3"/>',
            _text(_LEFT + width + 8, y + 16, f"{row.value:,}{unit}"),
        ]
    return _drawing(title, note, _TOP + 32 * len(rows) + 8, drawn)


def curve(title: str, note: str, unit: str, points: Sequence[tuple[float, float]]) -> str:
    """Points joined by a line: across by decades, upwards from nought."""
    left, right, bottom, height = 60, WIDTH - 60, 250, 160
    first, last = log10(points[0][0]), log10(points[-1][0])
    highest = max(value for _, value in points)
    places = [
        (left + (right - left) * (log10(across) - first) / (last - first), bottom - height * value / highest)
        for across, value in points
    ]
    drawn = [f'<path class="rule" d="M{left - 20} {bottom}H{right + 20}"/>']
    drawn.append(f'<polyline class="curve" points="{" ".join(f"{x:.1f},{y:.1f}" for x, y in places)}"/>')
    for (across, value), (x, y) in zip(points, places, strict=True):
        drawn += [
            _dot(x, y, 4),
            _text(x, y - 12, f"{value:,}{unit}", anchor="middle"),
            _text(x, bottom + 22, f"{across:,.0f}", anchor="middle"),
        ]
    return _drawing(title, note, bottom + 36, drawn)


def dots(title: str, note: str, unit: str, values: Sequence[float], limit: float) -> str:
    """A dot for each value along a line from nought to the limit or beyond; those at one place are stacked."""
    left, right, step = 40, WIDTH - 40, 7
    end = max(limit, *values) * 1.05
    columns = [round((right - left) * value / end / step) for value in values]
    baseline = 70 + step * max(Counter(columns).values())
    stacked: Counter[int] = Counter()
    drawn = [f'<path class="rule" d="M{left} {baseline}H{right}"/>']
    for column in sorted(columns):
        drawn.append(_dot(left + column * step, baseline - 6 - step * stacked[column], 3))
        stacked[column] += 1
    for mark in (0, limit):
        x = left + (right - left) * mark / end
        drawn += [
            f'<path class="rule" d="M{x:.1f} {baseline + 5}V{_TOP - 6}"/>',
            _text(x, baseline + 22, f"{mark:g}{unit}", anchor="middle"),
        ]
    return _drawing(title, note, baseline + 36, drawn)


def _dot(x: float, y: float, radius: int) -> str:
    return f'<circle class="ours" cx="{x:.1f}" cy="{y:.1f}" r="{radius}"/>'


def _text(x: float, y: float, words: str, *, anchor: str = "start", kind: str = "") -> str:
    named = f' class="{kind}"' if kind else ""
    return f'<text{named} x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}">{escape(words)}</text>'


def _drawing(title: str, note: str, height: int, drawn: Iterable[str]) -> str:
    size = f'width="{WIDTH}" height="{height}" viewBox="0 0 {WIDTH} {height}"'
    lines = [
        f'<svg xmlns="http://www.w3.org/2000/svg" {size} role="img" aria-label="{escape(title)}">',
        f"<style>\n{_STYLE}\n</style>",
        '<rect class="card" width="100%" height="100%" rx="6"/>',
        _text(20, 24, title, kind="title"),
        _text(20, 42, note, kind="note"),
        *drawn,
        "</svg>",
    ]
    return "\n".join(lines) + "\n"
