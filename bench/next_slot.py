"""How fast the next slot is found, beside APScheduler's CronTrigger on the same schedule, zone and instants.

Asked right after each slot of a year, as a scheduler asks, and at instants spread evenly over it; both must give the
same answers. Figures are slots per second in the best of some passes taken in turn, a ratio is legup's over
CronTrigger's. `moved` is legup's alone, with every slot moved by one person's share of a spread. `first` is a first
pass over days nobody has asked for yet, in a zone nobody has read. Run `python -m bench.next_slot`.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from time import perf_counter
from zoneinfo import ZoneInfo

from apscheduler.triggers.cron import CronTrigger

from config.person import ChannelName, Preferences
from config.phrase import parse_schedule
from config.routine import NudgeRoutine, default_lifetime, routine_of
from config.schedule import Weeks
from scheduler.planning.spread import Moved, Room, share_of
from scheduler.planning.timetable import Timetable, timetable
from scheduler.planning.zone import plain_midnight

ZONE = "Europe/London"
START = datetime(2026, 1, 1, tzinfo=UTC)
YEAR = timedelta(days=365)
STEP = timedelta(minutes=97)
PASSES = 10
SCHEDULES: dict[str, tuple[str, dict[str, str]]] = {
    "at": ("at 16:30", {"hour": "16", "minute": "30"}),
    "every": ("every 3 h from 09:00 to 18:00", {"hour": "9-18/3", "minute": "0"}),
    "offset": ("30 min before bedtime", {"hour": "22", "minute": "0"}),
    "weekdays": (
        "every 2 h from 09:30 to 15:30 on weekdays",
        {"hour": "9-15/2", "minute": "30", "day_of_week": "mon-fri"},
    ),
}


def main() -> dict[str, object]:
    figures: dict[str, object] = {"bench": "next_slot", "zone": ZONE}
    ratios, rates = [], [_moved()]
    for kind, (phrase, fields) in SCHEDULES.items():
        slots, cron = _timetable(phrase), CronTrigger(timezone=ZoneInfo(ZONE), **fields)
        figures[f"{kind}_first_per_s"] = round(_first_pass(slots))
        after_slots = [occurrence.due for occurrence in slots.between(START, START + YEAR)]
        spread = [START + index * STEP for index in range(YEAR // STEP)]
        for name, instants in ((kind, after_slots), (f"{kind}_spread", spread)):
            ours, theirs = _compare(slots, cron, instants)
            figures[f"{name}_per_s"], figures[f"{name}_cron_per_s"] = round(ours), round(theirs)
            figures[f"{name}_ratio"] = round(ours / theirs, 1)
            ratios.append(ours / theirs)
            rates.append(ours)
    figures["moved_per_s"] = round(rates[0])
    figures["lowest_per_s"] = round(min(rates))
    figures["lowest_ratio"] = round(min(ratios), 1)
    return figures


def _first_pass(slots: Timetable) -> float:
    plain_midnight.cache_clear()
    began = perf_counter()
    count = sum(1 for _ in slots.between(START, START + YEAR))
    return count / (perf_counter() - began)


def _moved() -> float:
    slots = Moved(Room(_timetable("every 3 h from 09:00 to 18:00"), (), timedelta(minutes=10)), share_of("sam"))
    instants = [occurrence.due for occurrence in slots.between(START, START + YEAR)]
    [seconds] = _best(lambda: [slots.after(instant) for instant in instants])
    return len(instants) / seconds


def _compare(slots: Timetable, cron: CronTrigger, instants: list[datetime]) -> tuple[float, float]:
    """Slots per second of legup and of CronTrigger; raises AssertionError when they differ."""
    if [_ours(slots, instant) for instant in instants] != [_theirs(cron, instant) for instant in instants]:
        raise AssertionError("legup and CronTrigger differ")
    ours, theirs = _best(
        lambda: [slots.after(instant) for instant in instants], lambda: [_theirs(cron, instant) for instant in instants]
    )
    return len(instants) / ours, len(instants) / theirs


def _best(*works: Callable[[], object]) -> tuple[float, ...]:
    """Seconds of each one's best pass; taking turns, so that a busy moment of the machine meets both."""
    best = [float("inf")] * len(works)
    for _ in range(PASSES):
        for index, work in enumerate(works):
            began = perf_counter()
            work()
            best[index] = min(best[index], perf_counter() - began)
    return tuple(best)


def _timetable(phrase: str) -> Timetable:
    schedule = parse_schedule(phrase)
    nudge = NudgeRoutine(
        nudge="hydration",
        schedule=schedule,
        lifetime=default_lifetime(schedule),
        priority=1,
        weeks=Weeks(1),
        starts=None,
        ends=None,
        channels=(ChannelName.CONSOLE,),
    )
    return timetable(routine_of(Preferences(ZONE), {}), nudge)


def _ours(slots: Timetable, instant: datetime) -> datetime | None:
    found = slots.after(instant)
    return None if found is None else found.due


def _theirs(cron: CronTrigger, instant: datetime) -> datetime | None:
    # CronTrigger includes the instant itself; `after` does not.
    found: datetime | None = cron.get_next_fire_time(None, instant + datetime.resolution)
    return found


if __name__ == "__main__":
    print(json.dumps(main()))
