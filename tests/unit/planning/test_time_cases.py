"""The worked cases of the time rules, tests/time_cases.json."""

import json
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from config.routine import NudgeRoutine, Routine
from config.schedule import EVERY_DAY, WEEKDAYS, Anchor, At, Every, Offset, Rule, Schedule, TimeOfDay
from scheduler.planning.timetable import timetable
from tests.standins.routines import day, nudge, routine

CASES = json.loads(Path(__file__).parents[2].joinpath("time_cases.json").read_text(encoding="utf-8"))["cases"]


@pytest.mark.parametrize("case", CASES, ids=[case["id"] for case in CASES])
def test_slots_are_due_as_the_worked_case_says(case: dict[str, Any]) -> None:
    person, asked = _routine(case["tz"], case["spec"])

    found = timetable(person, asked).between(_instant(case["from"]), _instant(case["to"]))

    assert [occurrence.due for occurrence in found] == [_instant(text) for text in case["expected"]]


def _routine(zone: str, spec: dict[str, Any]) -> tuple[Routine, NudgeRoutine]:
    starts, ends = map(day, spec.get("dates", ("2000-01-01", "2050-01-01")))
    days = frozenset(WEEKDAYS.index(name) for name in spec["days"]) if "days" in spec else EVERY_DAY
    asked = nudge(schedule=Schedule(_rule(spec), days), starts=starts, ends=ends)
    return routine(asked, timezone=zone, wake="00:00", bedtime=spec.get("bedtime", "00:00")), asked


def _rule(spec: dict[str, Any]) -> Rule:
    match spec["kind"]:
        case "at":
            return At(tuple(TimeOfDay.parse(text) for text in spec["times"]))
        case "bedtime":
            return Offset(timedelta(minutes=-spec["minutes_before"]), Anchor.BEDTIME)
    step, window = timedelta(minutes=spec["minutes"]), (TimeOfDay.parse(spec["from"]), TimeOfDay.parse(spec["to"]))
    # An exclusive end is that of a window nobody wrote: here from a wake at 00:00 until before a bedtime at 24:00.
    return Every(step, None if spec.get("end") == "exclusive" else window)


def _instant(text: str) -> datetime:
    return datetime.fromisoformat(text)
