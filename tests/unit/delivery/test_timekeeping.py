from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from scheduler.delivery.timekeeping import ClockHold, ClockRecord, Motion, Reading, hold_at_start, is_over, motion

NINE = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
SECOND = timedelta(seconds=1)
CENTURY = timedelta(days=36_525)


@pytest.mark.parametrize(
    ("step", "expected"),
    [
        (timedelta(0), Motion.STEADY),
        (SECOND, Motion.STEADY),
        (-SECOND, Motion.STEADY),
        (2 * SECOND, Motion.STEADY),
        (3 * SECOND, Motion.FORWARD),
        (-2 * SECOND, Motion.STEADY),
        (-3 * SECOND, Motion.BACK),
        (HOUR, Motion.FORWARD),
        (-HOUR, Motion.BACK),
        (DAY - SECOND, Motion.FORWARD),
        (-DAY + SECOND, Motion.BACK),
        (DAY, Motion.FAR),
        (-DAY, Motion.FAR),
        (70 * 365 * DAY, Motion.FAR),
    ],
)
def test_a_step_of_a_day_is_a_fault_a_shorter_one_a_correction(step: timedelta, expected: Motion) -> None:
    assert motion(step) is expected


PAGE = Path(__file__).parents[3] / "docs" / "time-rules.md"
TOLD = {
    "takes no notice": Motion.STEADY,
    "does as if it had slept": Motion.FORWARD,
    "derives every next slot again": Motion.BACK,
    "holds everything": Motion.FAR,
}
SIGNS = {"forward": 1, "back": -1}
UNITS = {"s": SECOND, "h": HOUR}


def test_the_page_on_time_rules_says_what_becomes_of_a_step() -> None:
    rows = re.findall(r"(?m)^\| (forward|back) by (\d+) (s|h) \| (.+) \|$", PAGE.read_text(encoding="utf-8"))
    assert len(rows) == 8
    for way, size, unit, told in rows:
        assert motion(SIGNS[way] * int(size) * UNITS[unit]) is TOLD[told]


def test_what_the_wall_should_show_follows_from_the_time_that_really_passed() -> None:
    asleep_since = Reading(NINE, 3 * DAY)
    awake = Reading(NINE - HOUR, 3 * DAY + 60 * HOUR)
    assert asleep_since.expected(awake) == NINE + 60 * HOUR


@pytest.mark.parametrize("wall", [NINE - DAY, NINE, NINE + HOUR, NINE + CENTURY])
def test_a_start_is_believed_unless_it_is_more_than_a_day_before_the_record(wall: datetime) -> None:
    assert hold_at_start(wall, ClockRecord(newest=NINE)) is None
    assert hold_at_start(wall, ClockRecord()) is None


def test_a_start_more_than_a_day_before_the_record_is_held() -> None:
    wall = NINE - DAY - SECOND
    assert hold_at_start(wall, ClockRecord(newest=NINE)) == ClockHold(trusted_at=NINE, shown_at=wall)
    assert hold_at_start(wall, ClockRecord()) is None


AHEAD = ClockHold(trusted_at=NINE, shown_at=NINE + CENTURY)
BEHIND = ClockHold(trusted_at=NINE, shown_at=NINE - CENTURY)


@pytest.mark.parametrize("hold", [AHEAD, BEHIND])
def test_a_hold_outlives_a_restart_as_long_as_the_clock_is_wrong(hold: ClockHold) -> None:
    assert hold_at_start(hold.shown_at + HOUR, ClockRecord(NINE, hold)) == hold


@pytest.mark.parametrize("hold", [AHEAD, BEHIND])
@pytest.mark.parametrize("wall", [NINE - HOUR, NINE + HOUR, NINE + 40 * DAY])
def test_a_clock_that_came_back_while_nobody_looked_is_believed_again(hold: ClockHold, wall: datetime) -> None:
    assert hold_at_start(wall, ClockRecord(NINE, hold)) is None


def test_a_clock_ahead_that_is_set_far_back_is_held_for_that() -> None:
    wall = NINE - 2 * DAY
    assert hold_at_start(wall, ClockRecord(NINE, AHEAD)) == AHEAD
    assert not is_over(AHEAD, wall)


@pytest.mark.parametrize("hold", [AHEAD, BEHIND])
def test_who_saw_the_step_knows_what_the_clock_should_show(hold: ClockHold) -> None:
    expected = NINE + 5 * DAY
    assert is_over(hold, expected + 11 * HOUR, expected)
    assert is_over(hold, expected - 11 * HOUR, expected)
    assert not is_over(hold, expected + DAY - SECOND, expected)
    assert not is_over(hold, expected - DAY + SECOND, expected)
    assert not is_over(hold, NINE, expected)
