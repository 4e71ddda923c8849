"""What `status` shows of things as they stand."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from config.fault import Fault, Place
from config.person import ChannelName
from scheduler.cli.status_lines import print_situation
from scheduler.delivery.delivery import State
from scheduler.delivery.ports import ChannelHold
from scheduler.service.checking import Finding, Report
from scheduler.service.situation import Situation

NOW = datetime(2026, 6, 1, 12, tzinfo=UTC)
WARNING = Finding(Place("legup.yaml", 3, 1), Fault(("people",), "odd", warning=True))


def shown(capsys: pytest.CaptureFixture[str], *warnings: Finding, **changes: Any) -> dict[str, str]:
    """The last line of each label."""
    filled: dict[str, Any] = {
        "database": Path("state/legup.db"),
        "database_exists": True,
        "running": True,
        "last_tick_at": NOW - timedelta(seconds=12),
        "people": 2,
        "nudges": 9,
        "next_due_at": NOW + timedelta(minutes=30),
        "zone": "Europe/London",
        "states": {State.SENT: 9},
        "holds": (),
    }
    print_situation(Situation(**(filled | changes)), Report(Path("legup.yaml"), None, warnings), NOW)
    return {line[:12].strip(): line[12:].strip() for line in capsys.readouterr().out.splitlines()}


def test_a_healthy_service_needs_no_attention(capsys: pytest.CaptureFixture[str]) -> None:
    assert shown(capsys) == {
        "running": "yes, last look 12 seconds ago",
        "config": "legup.yaml",
        "database": "state/legup.db",
        "people": "2, with 9 nudges",
        "next due": "Mon 1 Jun 13:30 (Europe/London)",
        "last 24 h": "9 sent",
    }


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"states": {State.UNKNOWN: 1}}, "legup log --state unknown"),
        ({"states": {State.FAILED: 2}}, "2 could not be sent"),
        ({"given_up": 1}, "1 nudge could not be planned and rests until the person's entry changes"),
        ({"given_up": 2}, "2 nudges could not be planned and rest until the person's entry changes"),
        ({"last_tick_at": NOW - timedelta(hours=2)}, "has not looked"),
        ({"holds": (ChannelHold(ChannelName.SMS, NOW + timedelta(minutes=5), "401"),)}, "13:05 (Europe/London): 401"),
    ],
)
def test_what_needs_attention_is_said_with_where_to_look(
    capsys: pytest.CaptureFixture[str], changes: dict[str, Any], said: str
) -> None:
    assert said in shown(capsys, **changes)["attention"]


def test_warnings_of_the_config_are_counted(capsys: pytest.CaptureFixture[str]) -> None:
    assert shown(capsys, WARNING)["attention"] == "1 warning about the config file: see `legup check`"


@pytest.mark.parametrize(
    ("since", "said"),
    [(timedelta(seconds=1), "1 second"), (timedelta(minutes=3), "3 minutes"), (timedelta(days=2, hours=1), "2 days")],
)
def test_a_stopped_service_says_when_it_last_looked(
    capsys: pytest.CaptureFixture[str], since: timedelta, said: str
) -> None:
    running = shown(capsys, running=False, last_tick_at=NOW - since)["running"]
    assert running == f"no, last look {said} ago; start it with `legup run`"
