"""What planning finds wrong in a person's routine, before anything is sent: times that can never bring a message,
and messages that crowd each other."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from itertools import pairwise

from config.fault import Fault
from config.routine import NudgeRoutine, Routine
from config.schedule import MINUTES_PER_DAY, Every, format_duration, format_weekdays
from scheduler.planning.crowding import clock, crowding
from scheduler.planning.quiet import covers_all_day, interval_at
from scheduler.planning.stage import weekdays_within
from scheduler.planning.timetable import Timetable, timetable

OFTEN = timedelta(minutes=15)
"""A step below this is legal and doubtful (TIME_RULES: schedules)."""


def check(routine: Routine) -> list[Fault]:
    """Faults and warnings with paths relative to the person, such as ("nudges", "hydration").

    Whether a due date is plausible depends on today, which planning does not know: that is the caller's to judge.
    """
    if covers_all_day(routine.quiet_hours):
        text = "quiet_hours cover the whole day, so nothing would ever be sent; leave some time free"
        return [Fault(("quiet_hours",), text)]
    found = [Fault(("nudges", nudge.nudge), text) for nudge in routine.nudges for text in _wrong(routine, nudge)]
    often = [
        Fault(
            ("nudges", nudge.nudge),
            f"{nudge.nudge}: every {format_duration(nudge.schedule.rule.step)} is a lot; "
            f"{format_duration(OFTEN)} or more is easier to live with",
            warning=True,
        )
        for nudge in routine.nudges
        if isinstance(nudge.schedule.rule, Every) and nudge.schedule.rule.step < OFTEN
    ]
    return [*found, *often, *_spread_far(routine), *crowding(routine)]


def _spread_far(routine: Routine) -> Iterator[Fault]:
    for nudge in routine.nudges:
        gap = _least_gap(timetable(routine, nudge).minutes)
        if nudge.spread > gap:
            text = (
                f"{nudge.nudge}: a spread of {format_duration(nudge.spread)} is longer than the {format_duration(gap)} "
                "to its next time, so nobody is moved that far; make it shorter"
            )
            yield Fault(("nudges", nudge.nudge), text, warning=True)


def _least_gap(minutes: tuple[int, ...]) -> timedelta:
    """Between two times on the clock, one after the other; a day when there is but one."""
    day = sorted({minute % MINUTES_PER_DAY for minute in minutes})
    gaps = (later - sooner for sooner, later in pairwise([*day, *(minute + MINUTES_PER_DAY for minute in day[:1])]))
    return min(gaps, default=MINUTES_PER_DAY) * timedelta(minutes=1)


def _wrong(routine: Routine, nudge: NudgeRoutine) -> list[str]:
    slots = timetable(routine, nudge)
    never = _never(nudge, slots)
    return [f"{nudge.nudge}: {text}" for text in ([never] if never else _always_quiet(routine, nudge, slots))]


def _never(nudge: NudgeRoutine, slots: Timetable) -> str | None:
    """Why a nudge has no slot at all. The days of a stage are not named: they would tell how far a pregnancy is."""
    if not slots.minutes:
        return f"{nudge.schedule.rule} has no time in it, since both ends are the same; move one of them"
    if nudge.starts and nudge.ends and nudge.starts > nudge.ends:
        return f"starts {nudge.starts} is after ends {nudge.ends}, so it never comes; swap the two dates"
    if nudge.weeks.last is not None and nudge.weeks.first > nudge.weeks.last:
        return f"weeks {nudge.weeks} end before they begin, so it never comes; write the smaller week first"
    if slots.first > slots.last:
        return (
            "its weeks, starts and ends have no day in common (every nudge stops 14 days after the due date), "
            "so it never comes; change one of them"
        )
    if not slots.weekdays & weekdays_within(slots.first, slots.last):
        return (
            f"none of the few days it may run on is one of its weekdays ({format_weekdays(slots.weekdays)}), "
            "so it never comes; change the weekdays, starts or ends"
        )
    return None


def _always_quiet(routine: Routine, nudge: NudgeRoutine, slots: Timetable) -> list[str]:
    """A fixed time in quiet hours is wrong by itself; of `every N`, only if all of its times are."""
    remedy = "so it would never be sent; choose another time or change quiet_hours"
    quiet = [(minute, interval_at(routine.quiet_hours, minute)) for minute in slots.minutes]
    if not isinstance(nudge.schedule.rule, Every):
        return [f"{clock(minute)} is always in quiet hours {held}, {remedy}" for minute, held in quiet if held]
    if all(held for _, held in quiet):
        first, last = slots.minutes[0], slots.minutes[-1]
        return [f"every time from {clock(first)} to {clock(last)} is in quiet hours, {remedy}"]
    return []
