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
from scheduler.delivery.watchman import Alarm, Trouble
from scheduler.service.checking import Finding, Report
from scheduler.service.situation import Situation

NOW = datetime(2026, 6, 1, 12, tzinfo=UTC)
WARNING = Finding(Place("legup.yaml", 3, 1), Fault(("people",), "odd", warning=True))


MANY = Alarm(Trouble.UNKNOWN, "9 messages of the last hour may or may not have gone out; see `legup log`")


def shown(capsys: pytest.CaptureFixture[str], *warnings: Finding, **changes: Any) -> dict[str, str]:
    """The last line of each label."""
    print_situation(situation_of(**changes), Report(Path("legup.yaml"), None, warnings), NOW)
    return {line[:12].strip(): line[12:].strip() for line in capsys.readouterr().out.splitlines()}


def situation_of(**changes: Any) -> Situation:
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
    return Situation(**(filled | changes))


def test_a_healthy_service_needs_no_attention(capsys: pytest.CaptureFixture[str]) -> None:
    assert shown(capsys) == {
        "running": "yes, last look 12 s ago",
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
        ({"held_contacts": 1}, "1 address refused three times and gets nothing more: `legup people resume` lifts that"),
        ({"alarms": (Alarm(Trouble.SILENT, "the service has not looked"),)}, "the service has not looked"),
        (
            {
                "alarms": (Alarm(Trouble.REFUSED, "sms: the account is refused"),),
                "holds": (ChannelHold(ChannelName.SMS, NOW + timedelta(minutes=5), "401"),),
            },
            "sms is on hold until Mon 1 Jun 13:05 (Europe/London)",
        ),
        ({"alarms": (MANY,), "states": {State.UNKNOWN: 9}}, "9 messages of the last hour may or may not"),
    ],
)
def test_what_needs_attention_is_said_with_where_to_look(
    capsys: pytest.CaptureFixture[str], changes: dict[str, Any], said: str
) -> None:
    assert said in shown(capsys, **changes)["attention"]


def test_what_the_watchman_tells_is_not_told_twice(capsys: pytest.CaptureFixture[str]) -> None:
    shown(capsys)
    print_situation(situation_of(alarms=(MANY,), states={State.UNKNOWN: 9}), Report(Path("legup.yaml"), None, ()), NOW)
    assert capsys.readouterr().out.count("may or may not") == 1


def test_a_service_that_does_not_run_is_not_silent_as_well(capsys: pytest.CaptureFixture[str]) -> None:
    assert "attention" not in shown(capsys, running=False, alarms=(Alarm(Trouble.SILENT, "silent"),))


def test_warnings_of_the_config_are_counted(capsys: pytest.CaptureFixture[str]) -> None:
    assert shown(capsys, WARNING)["attention"] == "1 warning about the config file: see `legup check`"


@pytest.mark.parametrize(
    ("since", "said"),
    [(timedelta(seconds=1), "1 s"), (timedelta(minutes=3), "3 min"), (timedelta(days=2, hours=1), "2 days")],
)
def test_a_stopped_service_says_when_it_last_looked(
    capsys: pytest.CaptureFixture[str], since: timedelta, said: str
) -> None:
    running = shown(capsys, running=False, last_tick_at=NOW - since)["running"]
    assert running == f"no, last look {said} ago; start it with `legup run`"
