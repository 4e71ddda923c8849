"""The stretch of time that --days, --from and --to describe."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

import typer

from scheduler.cli.when import When

_LAST = datetime(2200, 1, 1)  # noqa: DTZ001 - a wall-clock time in whichever zone it is asked for


@dataclass(frozen=True, slots=True)
class Stretch:
    """Whole local days from today on, unless a start, an end or both are given. The end is excluded."""

    days: int | None = None
    start: When | None = None
    end: When | None = None

    @classmethod
    def parse(cls, days: int | None, start: str | None, end: str | None) -> Stretch:
        """Raises typer.BadParameter."""
        if days is not None and end is not None:
            raise typer.BadParameter("give one of --days and --to", param_hint="--to")
        return cls(
            days,
            None if start is None else When.parse(start, "--from"),
            None if end is None else When.parse(end, "--to"),
        )

    def within(self, zone: str, now: datetime) -> tuple[datetime, datetime]:
        """First instant included and first excluded, UTC. Raises typer.BadParameter when nothing lies between."""
        from scheduler.planning.zone import local_of

        today = datetime.combine(local_of(now, zone).date(), datetime.min.time())
        first = self.start or When(today)
        start = first.at(zone)
        if self.end is not None:
            end = self.end.at(zone)
        else:
            there = first.typed if first.typed.tzinfo is None else local_of(start, zone).replace(tzinfo=None)
            end = When(min(there + timedelta(days=self.days or 1), _LAST)).at(zone)
        if end <= start:
            raise typer.BadParameter("the end must come after the start", param_hint="--to" if self.end else "--from")
        return start, end
