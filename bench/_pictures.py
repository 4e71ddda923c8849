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
class Row:
    """A figure, and what its bar is called."""

    called: str
    bench: str
    figure: str
    ours: bool = False


@dataclass(frozen=True, slots=True)
class Compared:
    """Bars of what is done in a second. A rival that is not installed has none."""

    name: str
    title: str
    note: str
    rows: tuple[Row, ...]

    def drawn(self, run: Run) -> str | None:
        drawn = [
            Bar(row.called, value, row.ours)
            for row in self.rows
            if (value := (run.get(row.bench) or {}).get(row.figure)) is not None
        ]
        return bars(self.title, self.note, "/s", drawn) if drawn else None


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
        note = "Each dot is a nudge, alone on an idle system; asked were 50 ms at most"
        return dots(self.title, note, " ms", figures["each_ms"], limit=50)


_UNEQUAL = "legup claims, checks, renders and records each; the jobs of the others do nothing"

PICTURES: tuple[Picture, ...] = (
    Compared(
        "embedded",
        "Nudges a second, on one machine",
        _UNEQUAL,
        (
            Row("legup on SQLite", "embedded", "nudges_per_s", ours=True),
            Row("APScheduler in memory", "embedded", "apscheduler_in_memory_per_s"),
            Row("APScheduler on SQLite", "embedded", "apscheduler_on_sqlite_per_s"),
            Row("huey on SQLite", "embedded", "huey_on_sqlite_per_s"),
        ),
    ),
    Compared(
        "cluster",
        "Nudges a second, by workers on a server",
        _UNEQUAL,
        (
            Row("legup, two workers", "postgres", "two_workers_per_s", ours=True),
            Row("legup, one worker", "postgres", "one_worker_per_s", ours=True),
            Row("PGQueuer", "postgres", "pgqueuer_per_s"),
            Row("Procrastinate", "postgres", "procrastinate_per_s"),
            Row("APScheduler on PostgreSQL", "postgres", "apscheduler_on_postgres_per_s"),
            Row("huey on Redis", "postgres", "huey_on_redis_per_s"),
            Row("Celery on Redis", "postgres", "celery_on_redis_per_s"),
        ),
    ),
    Compared(
        "messages",
        "Messages a second to a provider, by one process",
        "Texts: 100 at once, answered after 50 ms. Letters: over kept connections, taken at once",
        (
            Row("texts by legup", "sms", "texts_per_s", ours=True),
            Row("texts by bare aiohttp", "sms", "bare_aiohttp_per_s"),
            Row("letters by legup", "email", "letters_per_s", ours=True),
            Row("letters by bare smtplib", "email", "bare_smtplib_per_s"),
        ),
    ),
    Grown(),
    Spread(),
)
