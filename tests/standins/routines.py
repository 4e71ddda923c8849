"""Routines for tests: an ordinary person in London, and nudges with everything filled in."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

from config.person import ChannelName
from config.phrase import parse_schedule
from config.routine import NudgeRoutine, Routine, default_lifetime
from config.schedule import QuietInterval, TimeOfDay, Weeks


def nudge(when: str = "at 16:30", name: str = "potassium", **changes: Any) -> NudgeRoutine:
    """A nudge on a schedule phrase; in every week of a pregnancy, on the console."""
    schedule = changes.pop("schedule", None) or parse_schedule(when)
    filled: dict[str, Any] = {
        "nudge": name,
        "schedule": schedule,
        "lifetime": default_lifetime(schedule),
        "priority": 3,
        "weeks": Weeks(1),
        "starts": None,
        "ends": None,
        "channels": (ChannelName.CONSOLE,),
    }
    return NudgeRoutine(**(filled | changes))


def routine(*nudges: NudgeRoutine, wake: str = "07:00", bedtime: str = "22:30", **changes: Any) -> Routine:
    """A person in London with quiet hours from bedtime to wake and a daily limit of 12."""
    filled: dict[str, Any] = {
        "timezone": "Europe/London",
        "wake": TimeOfDay.parse(wake),
        "bedtime": TimeOfDay.parse(bedtime),
        "quiet_hours": (quiet(f"{bedtime}-{wake}"),),
        "daily_limit": 12,
        "due_date": None,
        "paused_until": None,
        "nudges": nudges,
    }
    return Routine(**(filled | changes))


def quiet(text: str) -> QuietInterval:
    start, end = text.split("-")
    return QuietInterval(TimeOfDay.parse(start), TimeOfDay.parse(end))


def utc(text: str) -> datetime:
    """`2026-06-01 08:00` as an aware instant."""
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def minutes(count: float) -> timedelta:
    return timedelta(minutes=count)


def day(text: str) -> date:
    return date.fromisoformat(text)
