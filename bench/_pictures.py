"""Which figures of a run are drawn beside each other."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from bench._goals import Run
from bench._plots import Bar, bars, curve, dots


class Picture(Protocol):
    """A plot under this name and title."""

    @property
    def name(self) -> str: ...
    @property
    def title(self) -> str: ...

    def drawn(self, run: Run) -> str | None:
        """As SVG; None when what it is about was not measured."""


@dataclass(frozen=True, slots=True)
class Compared:
    """Bars, of legup first. A rival that is not installed has none."""

    name: str
    title: str
    note: str
    ours: tuple[tuple[str, str, str], ...]
    """What a bar is called, its bench and its figure."""
    theirs: tuple[tuple[str, str, str], ...]

    def drawn(self, run: Run) -> str | None:
        rows = [
            Bar(called, value, ours=row in self.ours)
            for row in (*self.ours, *self.theirs)
            for called, bench, figure in [row]
            if (value := (run.get(bench) or {}).get(figure)) is not None
        ]
        return bars(self.title, self.note, "/s", rows) if any(row.ours for row in rows) else None


@dataclass(frozen=True, slots=True)
class Grown:
    """What a tick costs over who is enrolled."""

    name: str = "enrolled"
    title: str = "What 1,000 due nudges cost while so many people are enrolled"

    def drawn(self, run: Run) -> str | None:
        figures = run.get("enrolled")
        if figures is None:
            return None
        points = list(zip(figures["people"], figures["cpu_ms"], strict=True))
        return curve(self.title, "In milliseconds of processor time; people by powers of ten", " ms", points)


@dataclass(frozen=True, slots=True)
class Spread:
    """How late each nudge came."""

    name: str = "latency"
    title: str = "From the due instant to the call of the channel"

    def drawn(self, run: Run) -> str | None:
        figures = run.get("latency")
        if figures is None:
            return None
        note = f"Each dot is a nudge, alone on an idle system; {figures['rounds']} of them"
        return dots(self.title, note, " ms", figures["each_ms"], limit=50)


PICTURES: tuple[Picture, ...] = (
    Compared(
        "embedded",
        "Nudges a second, on one machine",
        "legup claims, checks, renders and records each; the jobs of the others do nothing",
        (("legup on SQLite", "embedded", "nudges_per_s"),),
        (
            ("APScheduler in memory", "embedded", "apscheduler_in_memory_per_s"),
            ("APScheduler on SQLite", "embedded", "apscheduler_on_sqlite_per_s"),
            ("huey on SQLite", "embedded", "huey_on_sqlite_per_s"),
        ),
    ),
    Compared(
        "cluster",
        "Nudges a second, by workers on a server",
        "legup claims, checks, renders and records each; the jobs of the others do nothing",
        (
            ("legup, two workers", "postgres", "two_workers_per_s"),
            ("legup, one worker", "postgres", "one_worker_per_s"),
        ),
        (
            ("PGQueuer", "postgres", "pgqueuer_per_s"),
            ("Procrastinate", "postgres", "procrastinate_per_s"),
            ("APScheduler on PostgreSQL", "postgres", "apscheduler_on_postgres_per_s"),
            ("huey on Redis", "postgres", "huey_on_redis_per_s"),
            ("Celery on Redis", "postgres", "celery_on_redis_per_s"),
        ),
    ),
    Compared(
        "messages",
        "Messages a second to a provider, by one process",
        "Texts: 100 at once, answered after 50 ms. Letters: 20 kept connections, taken at once",
        (("texts by legup", "sms", "texts_per_s"), ("letters by legup", "email", "letters_per_s")),
        (
            ("texts by bare aiohttp", "sms", "bare_aiohttp_per_s"),
            ("letters by bare smtplib", "email", "bare_smtplib_per_s"),
        ),
    ),
    Grown(),
    Spread(),
)
