"""A roster comes in and goes out again by commands."""

from __future__ import annotations

import json
from contextlib import closing
from pathlib import Path

import pytest

from scheduler.storage.sqlite import open_sqlite
from tests.standins.commands import Legup

PLANS = """\
timezone: Europe/London
database: state/legup.db
plans: {standard: {nudges: {hydration: on}}}
"""
ROSTER = """\
id,name,phone,plan,quiet_hours,discreet,channel,daily_limit
a,Ann,+447911123456,standard,none,no,sms console,6
b,"Eve, the other",,standard,22:00-07:00 13:00-14:00,,,
"""


@pytest.fixture
def roster(here: Path) -> Path:
    twilio = "twilio: {account_sid: AC00000000000000000000000000000000, auth_token: x, from_number: '+447911000000'}\n"
    (here / "legup.yaml").write_text(PLANS + twilio)
    path = here / "roster.csv"
    path.write_text(ROSTER)
    return path


def test_an_import_says_how_many_came_changed_and_stayed_as_they_were(legup: Legup, roster: Path) -> None:
    ended = legup("people", "import", "roster.csv")
    assert (ended.code, ended.out, ended.err) == (0, "roster.csv: 2 people: 2 new, 0 changed, 0 as they were.\n", "")
    roster.write_text(ROSTER.replace("Ann", "Anne"))
    again = legup("people", "import", "roster.csv")
    assert again.out == "roster.csv: 2 people: 0 new, 1 changed, 1 as they were.\n"


def test_with_replace_it_says_who_was_taken_away(legup: Legup, roster: Path) -> None:
    legup("people", "import", "roster.csv")
    roster.write_text("id\nb\n")
    ended = legup("people", "import", "roster.csv", "--replace")
    assert ended.out == "roster.csv: 1 person: 0 new, 1 changed, 0 as they were, 1 taken away.\n"


def test_a_dry_run_makes_nothing_not_even_a_database(legup: Legup, roster: Path, here: Path) -> None:
    ended = legup("people", "import", "roster.csv", "--dry-run")
    assert (ended.code, ended.out) == (0, "roster.csv: 2 new and 0 known people. Nothing was imported.\n")
    assert not (here / "state").exists()
    legup("people", "import", "roster.csv")
    roster.write_text(ROSTER + "c,,+447700900123,standard,,,,\n")
    known = legup("people", "import", "roster.csv", "--dry-run")
    assert known.out == "roster.csv: 1 new and 2 known people, 1 warning. Nothing was imported.\n"


def test_one_fault_keeps_everybody_out_unless_bad_rows_are_skipped(legup: Legup, roster: Path) -> None:
    roster.write_text(ROSTER + "c,,+4412,standart,,,,\n")
    ended = legup("people", "import", "roster.csv")
    assert (ended.code, ended.out) == (1, "")
    assert ended.err == (
        'roster.csv:4: phone: the number "..." cannot exist: it has too few digits or no such country code\n'
        'roster.csv:4: plan: no plan "standart"; did you mean "standard"?\n'
        "legup: roster.csv: 1 row of 3 has faults; nothing was imported. "
        "Mend them, or import the others with --skip-bad\n"
    )
    skipped = legup("people", "import", "roster.csv", "--skip-bad")
    assert (skipped.code, skipped.out) == (
        0,
        "roster.csv: 2 people: 2 new, 0 changed, 0 as they were, 1 left out.\n",
    )


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("id\n", "roster.csv: there is nobody in it; nothing was imported"),
        ("name\nx\n", "roster.csv:1: the first row names the columns, and one of them is id"),
        ("id,plan\na,x\n", "roster.csv: 1 row of 1 has faults; nothing was imported. Mend them"),
    ],
)
def test_a_file_without_a_sound_row_is_refused(legup: Legup, roster: Path, text: str, said: str) -> None:
    roster.write_text(text)
    ended = legup("people", "import", "roster.csv", "--skip-bad")
    assert ended.code == 1
    assert said in ended.err


def test_a_file_that_is_not_there_is_told(legup: Legup, roster: Path) -> None:
    ended = legup("people", "import", "nowhere.csv")
    assert (ended.code, ended.err) == (1, "legup: nowhere.csv: No such file or directory\n")


def test_without_a_welcome_nothing_is_waiting(legup: Legup, roster: Path, here: Path) -> None:
    legup("people", "import", "roster.csv", "--no-welcome")
    assert json.loads(legup("status", "--json").out)["last_24_hours"] == {}


@pytest.mark.parametrize("name", ["out.csv", "out.jsonl"])
def test_what_is_exported_comes_in_again_and_changes_nothing(legup: Legup, roster: Path, here: Path, name: str) -> None:
    legup("people", "import", "roster.csv")
    ended = legup("people", "export", "--output", name)
    assert (ended.code, ended.err) == (0, f"legup: wrote {name}; only you can read it\n")
    assert (here / name).stat().st_mode & 0o777 == 0o600
    again = legup("people", "import", name, "--replace")
    assert again.out == f"{name}: 2 people: 0 new, 0 changed, 2 as they were, 0 taken away.\n"


def test_an_export_onto_the_terminal_is_a_table_or_lines_of_json(legup: Legup, roster: Path) -> None:
    legup("people", "import", "roster.csv")
    table = legup("people", "export").out.splitlines()
    assert table[0].startswith("id,name,phone,email,apprise,")
    assert [line.partition(",")[0] for line in table[1:]] == ["a", "b"]
    lines = [json.loads(line) for line in legup("people", "export", "--as", "jsonl").out.splitlines()]
    assert lines[1] == {
        "id": "b",
        "name": "Eve, the other",
        "plan": "standard",
        "quiet_hours": ["22:00-07:00", "13:00-14:00"],
    }


def test_nudges_of_ones_own_go_out_as_json_only(legup: Legup, roster: Path, here: Path) -> None:
    (here / "own.jsonl").write_text('{"id": "a", "nudges": {"hydration": "at 09:00"}}\n')
    legup("people", "import", "own.jsonl")
    ended = legup("people", "export", "--output", "out.csv")
    assert ended.code == 1
    assert "a has nudges of their own" in ended.err
    assert not (here / "out.csv").exists()
    assert '"nudges": {"hydration": "at 09:00"}' in legup("people", "export", "--as", "jsonl").out


@pytest.mark.usefixtures("roster")
def test_before_any_import_an_export_is_empty(legup: Legup) -> None:
    assert legup("people", "export", "--as", "jsonl").out == ""


def test_everything_held_on_a_person_shows_their_row_and_forgetting_removes_it(
    legup: Legup, roster: Path, here: Path
) -> None:
    legup("people", "import", "roster.csv", "--no-welcome")
    assert json.loads(legup("people", "export", "a").out)["entries"][0]["plan"] == "standard"
    assert legup("people", "forget", "a", "--yes").code == 0
    with closing(open_sqlite(here / "state" / "legup.db", contact_key=b"any")) as outbox:
        assert [each.person for each in outbox.listed("", 9)] == ["b"]


def test_a_person_of_a_roster_is_previewed_and_paused_as_one_of_the_file(legup: Legup, roster: Path) -> None:
    legup("people", "import", "roster.csv", "--no-welcome")
    planned = json.loads(legup("preview", "--person", "b", "--days", "2", "--json").out)
    assert {each["nudge"] for each in planned} == {"hydration"}
    assert legup("people", "pause", "b", "--for", "3 days").code == 0
    later = json.loads(legup("preview", "--person", "b", "--days", "2", "--json").out)
    assert {each["reason"] for each in later} == {"paused"}


@pytest.mark.usefixtures("roster")
def test_a_stranger_is_in_neither(legup: Legup) -> None:
    legup("people", "import", "roster.csv", "--no-welcome")
    ended = legup("preview", "--person", "nobody")
    assert (ended.code, ended.err) == (1, "legup: there is no person 'nobody' in the config file\n")


def test_an_id_of_the_config_file_is_refused_in_a_roster(legup: Legup, roster: Path, here: Path) -> None:
    with (here / "legup.yaml").open("a") as file:
        file.write("people: [{id: a, nudges: {hydration: on}}]\n")
    ended = legup("people", "import", "roster.csv")
    assert 'roster.csv:2: id: "a" is in the config file: give one of the two another id' in ended.err
