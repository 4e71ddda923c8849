"""Showing and removing what is held on a person, and silencing them, beside a file with faults."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from config.person import Contacts
from scheduler.delivery.delivery import State
from scheduler.delivery.judgement import MOST_REFUSALS
from scheduler.delivery.ports import Standing
from scheduler.service.lock import RunLock
from scheduler.storage.backup import back_up, restore
from scheduler.storage.sqlite import open_sqlite
from tests.standins.commands import Legup, converse
from tests.standins.outbox_parts import EMAIL, begin_all, enrolment, message_to, outcome

PHONE = "+447700900471"


@pytest.fixture
def database(file: Path) -> Path:
    """Sam is in the file and the database, Ann in the database alone. Ann was sent something and said stop."""
    path = file.parent / "state" / "legup.db"
    file.write_text(f"database: {path}\npeople:\n  - id: sam\n  - a fault that is no reason not to forget somebody\n")
    outbox = open_sqlite(path, contact_key=b"key")
    now = datetime.now(UTC)
    outbox.enrol([enrolment("sam"), enrolment("ann", contacts=Contacts(name="Ann", phone=PHONE))], now)
    outbox.add(message_to("ann", cause="send:1", due=now))
    outbox.opt_out("ann", now, "operator")
    outbox.close()
    return path


def test_an_export_is_json_with_every_part(legup: Legup, database: Path) -> None:
    ended = legup("people", "export", "ann")
    assert (ended.code, ended.err) == (0, "")
    held = json.loads(ended.out)
    assert held["people"][0]["phone"] == PHONE
    assert held["opt_outs"][0]["at"].endswith("Z")
    assert held["opt_outs"][0]["contact"] == held["people"][0]["phone_hash"]
    assert held["deliveries"][0]["reason"] == "opted out"
    assert held["attempts"] == []


def test_an_export_into_a_file_is_for_the_operators_eyes_alone(legup: Legup, database: Path, here: Path) -> None:
    ended = legup("people", "export", "ann", "--output", "ann.json")
    assert (ended.code, ended.out) == (0, "")
    assert (here / "ann.json").stat().st_mode & 0o777 == 0o600
    assert json.loads((here / "ann.json").read_text())["people"][0]["name"] == "Ann"
    again = legup("people", "export", "ann", "--output", "ann.json")
    assert again.code == 1
    assert again.err.endswith("is there already and is left as it is; move it away, or name another with --output\n")


@pytest.mark.parametrize("words", [["export", "nobody"], ["forget", "nobody", "--yes"]])
def test_of_a_stranger_nothing_is_held(legup: Legup, database: Path, words: list[str]) -> None:
    ended = legup("people", *words)
    assert (ended.code, ended.err) == (1, "legup: nothing is held on 'nobody'\n")


def test_without_a_database_nothing_is_held(legup: Legup, file: Path) -> None:
    assert "nothing is held on anybody" in legup("people", "export", "sam").err


def test_a_person_still_in_the_file_is_not_forgotten(legup: Legup, database: Path) -> None:
    ended = legup("people", "forget", "sam", "--yes")
    assert ended.code == 1
    assert "still in" in ended.err
    assert legup("people", "export", "sam").code == 0


def test_nobody_is_forgotten_without_being_asked(legup: Legup, database: Path) -> None:
    ended = legup("people", "forget", "ann")
    assert ended.code == 2
    assert "--yes" in ended.err
    assert legup("people", "export", "ann").code == 0


@pytest.mark.parametrize(("typed", "code"), [("n\n", 1), ("y\n", 0)])
def test_at_a_keyboard_one_is_asked_and_a_no_keeps_everything(
    legup: Legup, database: Path, here: Path, typed: str, code: int
) -> None:
    ended, screen = converse(here, ["people", "forget", "ann"], typed)
    assert (ended, "Remove everything that is held on ann? [y/N]" in screen) == (code, True)
    assert legup("people", "export", "ann").code == 1 - code


def test_a_forgotten_person_is_gone(legup: Legup, database: Path) -> None:
    ended = legup("people", "forget", "ann", "--yes")
    assert (ended.code, ended.err) == (0, "")
    assert ended.out == "ann is forgotten: contacts, preferences and 1 message are removed.\n"
    assert legup("people", "export", "ann").code == 1
    assert PHONE.encode() not in database.read_bytes()


def test_a_database_that_a_restore_put_aside_is_named(legup: Legup, database: Path, here: Path) -> None:
    now = datetime.now(UTC)
    back_up(database, here / "monday.db", now)
    aside = restore(here / "monday.db", database, now).aside
    ended = legup("people", "forget", "ann", "--yes")
    assert ended.code == 0
    assert f"{aside}, put aside by `legup db restore`, may still hold ann; remove it" in ended.err


@pytest.mark.parametrize("content", ["people: [", "\udcff"])
def test_a_file_that_cannot_be_read_at_all_stops_both(legup: Legup, database: Path, file: Path, content: str) -> None:
    file.write_bytes(content.encode("utf-8", "surrogateescape"))
    for words in (["export", "ann"], ["forget", "ann", "--yes"]):
        ended = legup("people", *words)
        assert ended.code == 1
        assert "legup.yaml" in ended.err


def test_a_file_that_cannot_be_read_stops_forgetting_though_the_environment_names_the_database(
    legup: Legup, database: Path, file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LEGUP_DATABASE", str(database))
    file.write_text("people: [")
    assert legup("people", "export", "ann").code == 0
    assert legup("people", "forget", "ann", "--yes").code == 1
    assert legup("people", "export", "ann").code == 0


def test_a_message_that_is_still_being_sent_is_told(
    legup: Legup, database: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("scheduler.service.forgetting.PATIENCE", 0)
    outbox = open_sqlite(database, contact_key=b"key")
    outbox.enrol([enrolment("eve")], datetime.now(UTC))
    outbox.add(message_to("eve", cause="send:2", due=datetime.now(UTC)))
    assert begin_all(outbox, datetime.now(UTC))
    outbox.close()
    with RunLock(database):
        ended = legup("people", "forget", "eve", "--yes")
    assert ended.code == 1
    assert "still being sent" in ended.err
    assert legup("people", "forget", "eve", "--yes").code == 0


def test_a_stop_waits_for_no_fault_in_the_file_and_for_nobodys_return_to_it(
    legup: Legup, database: Path, file: Path
) -> None:
    outbox = open_sqlite(database, contact_key=b"key")
    outbox.enrol([enrolment("sam"), enrolment("eve")], datetime.now(UTC))
    assert legup("people", "stop", "eve", "--yes").out == "eve is stopped.\n"
    assert legup("people", "pause", "sam", "--for", "3 days").code == 0
    sam, eve = outbox.person("sam"), outbox.person("eve")
    assert sam is not None
    assert eve is not None
    assert (sam[1].paused_until is not None, eve[1].opted_out) == (True, True)
    assert legup("people", "resume", "sam").code == 0
    assert outbox.person("sam") == (sam[0], Standing())
    outbox.close()


def test_an_address_that_refused_three_times_is_written_to_again_after_a_resume(legup: Legup, database: Path) -> None:
    outbox = open_sqlite(database, contact_key=b"key")
    now = datetime.now(UTC)
    outbox.enrol([enrolment("sam", channels=(EMAIL,), contacts=Contacts(email="sam@example.org"))], now)
    for number in range(MOST_REFUSALS):
        outbox.add(message_to("sam", cause=f"send:sam:{number}", channels=(EMAIL,), due=now))
        (message,) = begin_all(outbox, now, channel=EMAIL)
        outbox.settle([replace(outcome(message, State.FAILED, "refused"), bounced=True)], now)
    assert "it is written to again" in legup("people", "resume", "sam").out
    assert "address" not in legup("people", "resume", "sam").out
    assert outbox.overview(now).held_contacts == 0
    outbox.close()


def test_beside_a_file_with_faults_a_stranger_is_told_of_them(legup: Legup, database: Path) -> None:
    for words in (["stop", "nobody", "--yes"], ["pause", "nobody", "--for", "1 h"], ["resume", "nobody"]):
        ended = legup("people", *words)
        assert ended.code == 1
        assert "knows no 'nobody'" in ended.err
        assert "legup check" in ended.err


def test_a_stop_of_someone_who_has_left_a_sound_file_is_recorded(legup: Legup, file: Path) -> None:
    file.write_text(file.read_text() + "  - id: eve\n    phone: '+447911123456'\n")
    assert legup("people", "resume", "eve").code == 0
    file.write_text(file.read_text().partition("  - id: eve")[0])
    assert legup("people", "stop", "eve", "--yes").code == 0
    assert json.loads(legup("people", "export", "eve").out)["people"][0]["opted_out_at"]
    assert "no person 'eve'" in legup("people", "resume", "eve").err
    assert "no person 'sma' in the config file; did you mean 'sam'" in legup("people", "stop", "sma", "--yes").err


def test_someone_whom_a_running_service_has_not_read_yet_cannot_be_stopped_before_it_has(
    legup: Legup, file: Path
) -> None:
    with RunLock(file.parent / "state" / "legup.db"):
        ended = legup("people", "stop", "sam", "--yes")
    assert (ended.code, "has not read 'sam' yet" in ended.err) == (1, True)
