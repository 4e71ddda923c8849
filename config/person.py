"""One person: who they are, where they can be reached, and what they asked for."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from enum import StrEnum

from config.schedule import QuietInterval, Schedule, TimeOfDay, Weeks

WAKE = TimeOfDay(7 * 60)
BEDTIME = TimeOfDay(22 * 60 + 30)


class ChannelName(StrEnum):
    """The ways a nudge can reach a person."""

    CONSOLE = "console"
    SMS = "sms"
    EMAIL = "email"
    APPRISE = "apprise"


class Consent(StrEnum):
    """GIVEN: the person agreed elsewhere. ASKED: legup asks first and sends nothing else before a yes."""

    GIVEN = "given"
    ASKED = "asked"


@dataclass(frozen=True, slots=True)
class NudgePreference:
    """What a person wrote for one nudge. None means: as the catalogue says (for channels: as the person says)."""

    nudge: str
    on: bool = True
    schedule: Schedule | None = None
    channels: tuple[ChannelName, ...] | None = None
    late: timedelta | None = None
    priority: int | None = None
    weeks: Weeks | None = None
    starts: date | None = None
    ends: date | None = None
    spread: timedelta | None = None
    every_nth: int = 1
    """Of its slots only every so-manieth is sent: the person asked for less."""


@dataclass(frozen=True, slots=True)
class Preferences:
    """What a person asked for, the file's defaults already merged in. No contact and no name: see `Contacts`."""

    timezone: str
    """An IANA zone name."""
    language: str = "en"
    wake: TimeOfDay = WAKE
    bedtime: TimeOfDay = BEDTIME
    quiet_hours: tuple[QuietInterval, ...] | None = None
    """None: from bedtime to wake. An empty tuple: none at all."""
    daily_limit: int = 12
    discreet: bool = True
    consent: Consent = Consent.GIVEN
    channels: tuple[ChannelName, ...] = (ChannelName.CONSOLE,)
    """One, or a first and a second that is tried after a definite failure of the first."""
    due_date: date | None = field(default=None, repr=False)
    """Left out of repr: it tells the week of pregnancy."""
    paused_until: datetime | None = None
    """An aware UTC instant."""
    spread: timedelta = timedelta(0)
    """Nudges come later than written by an amount of the person's own, below this."""
    nudges: tuple[NudgePreference, ...] = ()


@dataclass(frozen=True, slots=True)
class Contacts:
    """Where a person can be reached. Personal data: never in a log, metric, error or URL, so never in repr either."""

    name: str = field(default="", repr=False)
    phone: str | None = field(default=None, repr=False)
    """E.164."""
    email: str | None = field(default=None, repr=False)
    apprise: str | None = field(default=None, repr=False)
    """A secret URL."""


@dataclass(frozen=True, slots=True)
class Person:
    """A person of the file or of a roster."""

    id: str
    preferences: Preferences
    contacts: Contacts = Contacts()
