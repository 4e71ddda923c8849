"""The owner days on which a nudge may run: its weeks of pregnancy, and the dates a person gave it."""

from __future__ import annotations

from datetime import date, timedelta

from config.routine import NudgeRoutine, Routine
from config.schedule import Weeks

TERM = timedelta(weeks=40)
"""A due date is 40 weeks 0 days."""
AFTER_DUE_DATE = timedelta(days=14)
"""Nudges never run longer than this after the due date (CONTENT: stages)."""


def stage_days(due_date: date | None, weeks: Weeks) -> tuple[date, date]:
    """First and last owner day of some weeks of pregnancy; first > last when no day is left.

    Without a due date nudges simply run: date.min to date.max.
    """
    if due_date is None:
        return date.min, date.max
    begun = due_date - TERM
    first = begun + timedelta(weeks=weeks.first)
    last = due_date + AFTER_DUE_DATE
    if weeks.last is not None:
        last = min(last, begun + timedelta(weeks=weeks.last, days=6))
    return first, last


def owner_days(routine: Routine, nudge: NudgeRoutine) -> tuple[date, date]:
    """First and last owner day of a nudge, both included; first > last when there is none."""
    first, last = stage_days(routine.due_date, nudge.weeks)
    return max(first, nudge.starts or first), min(last, nudge.ends or last)


def weekdays_within(first: date, last: date) -> frozenset[int]:
    """The weekdays (Monday is 0) that occur from one day to another, both included; none when the last comes first."""
    days = min((last - first).days, 6)
    return frozenset((first.weekday() + day) % 7 for day in range(days + 1))
