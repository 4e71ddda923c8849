"""What a person gets and when: the one place where their preferences and the catalogue's defaults are merged."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from config.person import ChannelName, NudgePreference, Preferences
from config.schedule import Every, QuietInterval, Schedule, TimeOfDay, Weeks

LATE = timedelta(minutes=60)
LATE_EVERY = timedelta(minutes=45)


@dataclass(frozen=True, slots=True)
class NudgeDefault:
    """What `on` means for one nudge of the catalogue."""

    schedule: Schedule
    priority: int
    weeks: Weeks


@dataclass(frozen=True, slots=True)
class NudgeRoutine:
    """One nudge of a person, with nothing left to look up."""

    nudge: str
    schedule: Schedule
    lifetime: timedelta
    """How long after its due instant a nudge may still be sent; half-open."""
    priority: int
    """1 comes first when the daily limit is short."""
    weeks: Weeks
    starts: date | None
    ends: date | None
    """First and last owner day, both included."""
    channels: tuple[ChannelName, ...]
    every_nth: int = 1
    """Of all slots only every so-manieth is sent."""
    spread: timedelta = timedelta(0)
    """Each person's slots come later than written by an amount of their own, below this."""


@dataclass(frozen=True, slots=True)
class Routine:
    """Everything planning needs to know of a person."""

    timezone: str
    wake: TimeOfDay
    bedtime: TimeOfDay
    quiet_hours: tuple[QuietInterval, ...]
    daily_limit: int
    due_date: date | None
    paused_until: datetime | None
    nudges: tuple[NudgeRoutine, ...]


def routine_of(preferences: Preferences, defaults: Mapping[str, NudgeDefault]) -> Routine:
    """Merge what a person asked for with the catalogue's defaults; nudges that are off are left out.

    Raises KeyError for a nudge the catalogue does not know; `config.load` reports those as faults first.
    """
    quiet = preferences.quiet_hours
    if quiet is None:
        quiet = (QuietInterval(preferences.bedtime, preferences.wake),)
    return Routine(
        timezone=preferences.timezone,
        wake=preferences.wake,
        bedtime=preferences.bedtime,
        quiet_hours=quiet,
        daily_limit=preferences.daily_limit,
        due_date=preferences.due_date,
        paused_until=preferences.paused_until,
        nudges=tuple(
            _nudge_routine(asked, defaults[asked.nudge], preferences) for asked in preferences.nudges if asked.on
        ),
    )


def _nudge_routine(asked: NudgePreference, default: NudgeDefault, preferences: Preferences) -> NudgeRoutine:
    schedule = asked.schedule or default.schedule
    return NudgeRoutine(
        nudge=asked.nudge,
        schedule=schedule,
        lifetime=default_lifetime(schedule) if asked.late is None else asked.late,
        priority=default.priority if asked.priority is None else asked.priority,
        weeks=asked.weeks or default.weeks,
        starts=asked.starts,
        ends=asked.ends,
        channels=asked.channels or preferences.channels,
        every_nth=asked.every_nth,
        spread=preferences.spread if asked.spread is None else asked.spread,
    )


def default_lifetime(schedule: Schedule) -> timedelta:
    """60 minutes; for `every N` half of N, at most 45 minutes (TIME_RULES: late, asleep, down)."""
    if isinstance(schedule.rule, Every):
        return min(schedule.rule.step / 2, LATE_EVERY)
    return LATE
