"""`preview`: what will be sent, before it is."""

import json
from datetime import datetime
from pathlib import Path
from typing import Any

import icalendar
import pytest

from tests.standins.commands import Legup

FROM = ("--from", "2027-06-01", "--to", "2027-06-02")


def records(legup: Legup, *words: str) -> list[dict[str, Any]]:
    ended = legup("preview", "--json", *words)
    assert (ended.code, ended.err) == (0, "")
    return list(json.loads(ended.out))


def test_the_table_shows_time_nudge_channel_segments_and_text(legup: Legup, file: Path) -> None:
    lines = legup("preview", *FROM).out.splitlines()
    assert lines[0] == "Tuesday 1 June 2027"
    assert lines[1].split() == ["time", "nudge", "by", "sms", "text"]
    assert lines[2].split()[:4] == ["09:00", "hydration", "console", "1"]
    assert any(line.startswith("22:00   bedtime_stretch") for line in lines)
    assert lines[-1] == "5 nudges"
    assert all(len(line) <= 100 for line in lines)


def test_what_is_not_sent_stands_there_with_its_reason(legup: Legup, file: Path) -> None:
    file.write_text(file.read_text().replace("09:00 to 18:00", "06:00 to 18:00"))
    out = legup("preview", *FROM).out
    assert "not sent: quiet hours" in out
    assert out.endswith("5 nudges, 1 more not sent\n")


def test_json_has_exactly_the_documented_keys_in_order_of_due(legup: Legup, file: Path) -> None:
    found = records(legup, *FROM)
    assert found[0] == {
        "person": "sam",
        "nudge": "hydration",
        "due": "2027-06-01T08:00:00Z",
        "local": "2027-06-01T09:00:00+01:00",
        "channel": "console",
        "variant": 0,
        "segments": 1,
        "action": "send",
        "reason": None,
    }
    assert [each["due"] for each in found] == sorted(each["due"] for each in found)


def test_a_silent_one_has_its_reason_and_no_text_in_json(legup: Legup, file: Path) -> None:
    file.write_text(file.read_text().replace("09:00 to 18:00", "06:00 to 18:00"))
    first = records(legup, *FROM)[0]
    assert (first["action"], first["reason"]) == ("suppressed", "quiet hours")
    assert (first["variant"], first["segments"]) == (None, None)


def test_the_past_and_instants_work_as_well(legup: Legup, file: Path) -> None:
    found = records(legup, "--from", "2020-01-01T09:00Z", "--to", "2020-01-01T12:00Z")
    assert [each["due"] for each in found] == ["2020-01-01T09:00:00Z"]


def test_days_are_as_many_as_asked_for(legup: Legup, file: Path) -> None:
    assert len(records(legup, "--days", "3", "--from", "2027-06-01")) == 15


def test_one_person_alone_can_be_asked_for(legup: Legup, file: Path) -> None:
    file.write_text(f"{file.read_text()}  - id: alex\n    nudges: {{potassium: at 16:30}}\n")
    assert {each["person"] for each in records(legup, *FROM)} == {"sam", "alex"}
    assert {each["person"] for each in records(legup, *FROM, "--person", "alex")} == {"alex"}
    assert "person" in legup("preview", *FROM).out.splitlines()[1]
    ended = legup("preview", "--person", "sma")
    assert (ended.code, ended.out) == (1, "")
    assert "did you mean 'sam'?" in ended.err


def test_a_stretch_without_nudges_says_so(legup: Legup, file: Path) -> None:
    out = legup("preview", "--from", "2027-06-01T01:00", "--to", "2027-06-01T02:00").out
    assert out == "Nothing is planned in this time.\n"


@pytest.mark.parametrize(("discreet", "summary"), [("true", "legup"), ("false", "Drink some water")])
def test_a_calendar_says_no_more_than_a_locked_screen_may_show(
    legup: Legup, file: Path, discreet: str, summary: str
) -> None:
    file.write_text(f"discreet: {discreet}\n{file.read_text()}")
    ended = legup("preview", "--ics", *FROM)
    events = icalendar.Calendar.from_ical(ended.out).events
    assert str(events[0]["summary"]) == summary
    assert events[0].start == datetime.fromisoformat("2027-06-01T08:00:00Z")
    again = icalendar.Calendar.from_ical(legup("preview", "--ics", *FROM).out).events
    uids = [str(event["uid"]) for event in events]
    assert uids == [str(event["uid"]) for event in again]
    assert len(set(uids)) == 5


def test_it_leaves_no_trace_on_disk(legup: Legup, file: Path) -> None:
    legup("preview")
    assert [each.name for each in file.parent.iterdir()] == ["legup.yaml"]


def test_a_database_that_cannot_be_read_is_said_and_done_without(legup: Legup, file: Path) -> None:
    (file.parent / "state").mkdir()
    (file.parent / "state" / "legup.db").write_text("not a database at all, but long enough to be read as one" * 50)
    ended = legup("preview", "--json", *FROM)
    assert (ended.code, len(json.loads(ended.out))) == (0, 5)
    assert "not a legup database" in ended.err


def test_texts_go_on_from_those_recorded(legup: Legup, file: Path) -> None:
    assert legup("send", "hydration", "--to", "sam").code == 0
    assert records(legup, *FROM)[0]["variant"] in {0, 1}
    assert legup("preview").code == 0
