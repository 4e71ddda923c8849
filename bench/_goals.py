"""What issue 5 asks for, figure by figure, and where it is measured."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias

Figures: TypeAlias = Mapping[str, Any]
"""What one bench measured, by name."""
Run: TypeAlias = Mapping[str, Figures | None]
"""By bench, its figures; None when it failed."""


@dataclass(frozen=True, slots=True)
class Goal:
    what: str
    asked: float
    bench: str
    figure: str
    unit: str = ""
    at_most: bool = False

    def row(self, run: Run) -> tuple[str, str, str, str]:
        """What is asked, how much of it, what was measured, and whether that is enough; as words."""
        words = f"at {'most' if self.at_most else 'least'} {self.asked:,}{self.unit}"
        figures = run.get(self.bench)
        if figures is None:
            return self.what, words, "failed" if self.bench in run else "not run", ""
        value = figures.get(self.figure)
        if value is None:
            return self.what, words, "not measured", ""
        met = value <= self.asked if self.at_most else value >= self.asked
        return self.what, words, f"{value:,}{self.unit}", "yes" if met else "no"


def _limit(what: str, asked: float, bench: str, figure: str, unit: str) -> Goal:
    return Goal(what, asked, bench, figure, unit, at_most=True)


GOALS = (
    Goal("next slot on one core, on the slowest schedule", 300_000, "next_slot", "lowest_per_s", "/s"),
    Goal("... over CronTrigger", 10, "next_slot", "lowest_ratio", " x"),
    Goal("embedded, everything due at once", 25_000, "embedded", "nudges_per_s", "/s"),
    Goal("... over APScheduler on SQLite", 15, "embedded", "over_apscheduler_on_sqlite", " x"),
    Goal("... over APScheduler in memory", 3, "embedded", "over_apscheduler_in_memory", " x"),
    Goal("PostgreSQL, one worker", 15_000, "postgres", "one_worker_per_s", "/s"),
    Goal("... two workers over one, on two cores", 1.7, "postgres", "two_to_one", " x"),
    Goal("... one worker over Procrastinate with a job per message", 20, "postgres", "over_procrastinate", " x"),
    _limit("10,000 due in the same second: the last one's call, embedded", 1, "burst", "last_call_s", " s"),
    _limit("... in a cluster", 15, "cluster", "all_recorded_s", " s"),
    _limit("1,000 due: cost with a million enrolled over a thousand", 1.5, "enrolled", "ratio", " x"),
    _limit("... in processor time", 1.5, "enrolled", "cpu_ratio", " x"),
    _limit("a million people x 4 nudges, nothing due: processor", 1, "idle", "cpu_percent", " %"),
    _limit("... memory", 150, "idle", "memory_mb", " MB"),
    _limit("... start", 5, "idle", "start_s", " s"),
    _limit("one nudge on an idle system: median", 10, "latency", "median_ms", " ms"),
    _limit("... worst", 50, "latency", "worst_ms", " ms"),
    Goal("texts by Twilio's library, 100 at once, 50 ms each", 1_000, "sms", "texts_per_s", "/s"),
    Goal("... over bare aiohttp", 0.6, "sms", "share_of_bare", " x"),
    Goal("letters over kept connections", 1_500, "email", "letters_per_s", "/s"),
    _limit("one person at home, idle: memory", 90, "home", "memory_mb", " MB"),
    Goal("... asleep between two wake-ups", 30, "home", "shortest_sleep_s", " s"),
    Goal("import", 10_000, "roster", "imported_per_s", " rows/s"),
)
