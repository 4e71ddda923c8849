from typing import Any

import pytest

from config.person import ChannelName
from config.schedule import Weeks
from scheduler.planning.fingerprint import fingerprint
from tests.standins.routines import day, minutes, nudge, quiet, routine

WHEN = "every 2 h from wake to bedtime"


def of(when: str = WHEN, person: dict[str, Any] | None = None, **changes: Any) -> str:
    asked = nudge(when, **changes)
    return fingerprint(routine(asked, **(person or {})), asked)


@pytest.mark.parametrize(
    ("when", "person", "changes"),
    [
        ("every 3 h from wake to bedtime", {}, {}),
        (f"{WHEN} on weekdays", {}, {}),
        (WHEN, {"timezone": "Europe/Paris"}, {}),
        (WHEN, {"wake": "08:00"}, {}),
        (WHEN, {"bedtime": "20:00"}, {}),
        (WHEN, {"due_date": day("2027-03-14")}, {}),
        (WHEN, {}, {"starts": day("2026-06-01")}),
        (WHEN, {}, {"ends": day("2026-06-01")}),
    ],
)
def test_it_changes_with_what_moves_slots(when: str, person: dict[str, Any], changes: dict[str, Any]) -> None:
    assert of(when, person, **changes) != of()


@pytest.mark.parametrize(
    ("when", "person", "changes"),
    [
        ("every 2 h from 07:00 to 22:30", {}, {}),
        ("every 2 h from 07:00 to 22:59", {}, {}),
        (WHEN, {"quiet_hours": (quiet("20:00-08:00"),), "daily_limit": 2}, {}),
        (WHEN, {}, {"priority": 9, "lifetime": minutes(1), "channels": (ChannelName.SMS,)}),
        (WHEN, {}, {"weeks": Weeks(14)}),
    ],
)
def test_it_stays_when_no_slot_moves(when: str, person: dict[str, Any], changes: dict[str, Any]) -> None:
    assert of(when, person, **changes) == of()


def test_a_stage_counts_once_there_is_a_due_date() -> None:
    person = {"due_date": day("2027-03-14")}
    assert of(person=person, weeks=Weeks(14)) != of(person=person, weeks=Weeks(15))


def test_it_is_short_hex() -> None:
    assert len(of()) == 16
    int(of(), 16)
