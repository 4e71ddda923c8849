"""A slot is one happening of a schedule: the thing that may be sent at most once."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum


@dataclass(frozen=True, slots=True, order=True)
class Slot:
    """An owner day and a local time, the latter as minutes after that day's midnight on the person's wall clock.

    A window that passes midnight has minutes of 1440 and more; an offset before an early wake has negative ones.
    """

    owner_day: date
    minute: int

    @property
    def local(self) -> str:
        """`22:00`; `24:30` for half past midnight of the following day, `-00:15` for 23:45 of the day before."""
        sign = "-" if self.minute < 0 else ""
        return f"{sign}{abs(self.minute) // 60:02}:{abs(self.minute) % 60:02}"

    def __str__(self) -> str:
        return f"{self.owner_day.isoformat()}/{self.local}"


@dataclass(frozen=True, slots=True)
class Occurrence:
    """A slot of one nudge and the UTC instant at which it is due."""

    nudge: str
    slot: Slot
    due: datetime


class Verdict(StrEnum):
    """What is to become of an occurrence."""

    SEND = "send"
    SUPPRESSED = "suppressed"
    MISSED = "missed"


class Silence(StrEnum):
    """Why an occurrence is not sent."""

    OPTED_OUT = "opted out"
    ENDED = "ended by the person"
    NO_CONSENT = "no consent yet"
    PAUSED = "paused"
    ASKED_LESS = "less often, as asked"
    STOPPED = "stopped by the person"
    QUIET_HOURS = "quiet hours"
    DAILY_LIMIT = "daily limit"
    PASSED_OVER = "a later one was due"
    TOO_LATE = "too late"


@dataclass(frozen=True, slots=True)
class Decided:
    """An occurrence with its verdict, and the reason when it is not sent."""

    occurrence: Occurrence
    verdict: Verdict
    reason: Silence | None = None
