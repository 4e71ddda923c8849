"""The tables of docs/time-rules.md say what legup does."""

from datetime import timedelta
from pathlib import Path

import pytest

from config.phrase import parse_duration
from config.schedule import Weeks
from scheduler.planning.minutes import minutes_of
from scheduler.planning.plan import plan
from scheduler.planning.slot import Slot, Verdict
from scheduler.planning.spread import slots_of
from scheduler.planning.stage import stage_days
from scheduler.planning.timetable import timetable
from tests.standins.routines import day, nudge, quiet, routine, utc

PAGE = Path(__file__).parents[3] / "docs" / "time-rules.md"


def rows(first_heading: str) -> list[list[str]]:
    """The rows of every table whose first heading is this one."""
    found: list[list[str]] = []
    reading = False
    for line in PAGE.read_text(encoding="utf-8").splitlines():
        cells = [cell.strip() for cell in line.strip("|").split("|")]
        if not line.startswith("|"):
            reading = False
        elif cells[0] == first_heading:
            reading = True
        elif reading and not cells[0].startswith("---"):
            found.append(cells)
    return found


@pytest.mark.parametrize(("when", "wake", "bedtime", "slots"), rows("schedule"))
def test_the_slots_of_a_day_are_as_written(when: str, wake: str, bedtime: str, slots: str) -> None:
    person = routine(nudge(when), wake=wake, bedtime=bedtime)
    minutes = minutes_of(person.nudges[0].schedule.rule, person.wake, person.bedtime)
    assert ", ".join(Slot(day("2026-06-01"), minute).local for minute in minutes) == slots


@pytest.mark.parametrize(("zone", "when", "owner_day", "sent"), rows("zone"))
def test_clock_changes_are_as_written(zone: str, when: str, owner_day: str, sent: str) -> None:
    asked = nudge(when)
    found = timetable(routine(asked, timezone=zone), asked).due_on(day(owner_day))
    assert ", ".join(f"{one.due:%Y-%m-%d %H:%M}" for one in found) == sent.replace("never", "")


@pytest.mark.parametrize(("due", "weeks", "first", "last"), rows("due date"))
def test_weeks_are_as_written(due: str, weeks: str, first: str, last: str) -> None:
    start, _, end = weeks.partition("-")
    found = stage_days(day(due), Weeks(int(start), int(end) if end else None))
    assert found == (day(first), day(last))


@pytest.mark.parametrize(("when", "every", "start", "remain"), rows("less often"))
def test_what_remains_for_who_asked_for_less_is_as_written(when: str, every: str, start: str, remain: str) -> None:
    asked = nudge(when, every_nth=int(every))
    decided = plan(routine(asked, timezone="UTC"), utc(f"{start} 00:00"), utc("2026-06-15 00:00"))
    sent = [one.occurrence.due for one in decided if one.verdict is Verdict.SEND]
    assert ", ".join(f"{due:%d %H:%M}" for due in sent) == remain


@pytest.mark.parametrize(("spread", "hours", "times", "half", "everyone"), rows("spread"))
def test_a_spread_is_as_written(spread: str, hours: str, times: str, half: str, everyone: str) -> None:
    asked = nudge(f"at {times}", spread=parse_duration(spread))
    person = routine(asked, timezone="UTC", quiet_hours=(quiet(hours),))
    day = utc("2026-06-01 00:00"), utc("2026-06-02 00:00")
    middle = slots_of(person, asked, 1 << 31).between(*day)
    latest = slots_of(person, asked, (1 << 32) - 1).between(*day)
    assert ", ".join(f"{one.due:%H:%M:%S}" for one in middle) == ", ".join(f"{each}:00" for each in half.split(", "))
    rounded_up = (one.due + timedelta(seconds=1) for one in latest)
    assert ", ".join(f"{due:%H:%M:%S}" for due in rounded_up) == ", ".join(
        f"{each}:00" for each in everyone.split(", ")
    )


def test_every_table_of_the_page_is_read() -> None:
    assert len(rows("schedule")) == 10
    assert len(rows("zone")) == 5
    assert len(rows("less often")) == 4
    assert len(rows("spread")) == 3
    assert len(rows("due date")) == 3
