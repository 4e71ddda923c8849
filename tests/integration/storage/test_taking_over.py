"""A restored backup goes on from what people have said since it was made."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path

import pytest

from config.changes import Changes
from config.person import Contacts
from scheduler.delivery.correspondence import ConsentEntry, DiaryEntry, Noted, Reaction
from scheduler.delivery.ports import Ended
from scheduler.storage.backup import back_up, restore
from scheduler.storage.inspection import inspect
from scheduler.storage.outbox import SqlOutbox
from scheduler.storage.sqlite import open_dossiers, open_sqlite
from tests.standins.approaches import from_link, from_phone, hear
from tests.standins.outbox_parts import EARLY, HOUR, KEY, NINE, enrolment

NO_WATER = Changes(stopped=frozenset({"hydration"}))
CRAMP = DiaryEntry(Noted.CRAMP, NINE)
TWO = {"hydration": NINE, "potassium": NINE + HOUR}


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """A database with two people, and a backup of it beside."""
    path = tmp_path / "state" / "legup.db"
    with closing(open_sqlite(path, contact_key=KEY)) as outbox:
        outbox.enrol([enrolment("a", TWO), enrolment("b", TWO)], EARLY)
        hear(outbox, from_link("a"), Reaction("cramp", noted=(DiaryEntry(Noted.CRAMP, EARLY),)), EARLY)
    back_up(path, tmp_path / "backup.db", EARLY)
    return path


def reopened(path: Path) -> SqlOutbox:
    return open_sqlite(path, contact_key=KEY)


def put_back(path: Path) -> SqlOutbox:
    restore(path.parent.parent / "backup.db", path, NINE)
    assert inspect(path) == ()
    return reopened(path)


def test_a_kind_that_was_stopped_since_stays_stopped(path: Path) -> None:
    with closing(reopened(path)) as outbox:
        hear(outbox, from_link("a"), Reaction("stop", changes=NO_WATER))
    with closing(put_back(path)) as outbox:
        outbox.enrol([enrolment("a", TWO), enrolment("b", TWO)], NINE)
        found = outbox.correspondent("a", NINE)
        assert found is not None
        assert found.changes == NO_WATER


@pytest.mark.parametrize("ended", list(Ended))
def test_an_end_since_is_an_end(path: Path, ended: Ended) -> None:
    with closing(reopened(path)) as outbox:
        hear(outbox, from_link("a"), Reaction("end", ended=ended))
    with closing(put_back(path)) as outbox:
        outbox.enrol([enrolment("a", TWO), enrolment("b", TWO)], NINE)
        found = outbox.person("a")
        assert found is not None
        assert found[1].ended is ended
        assert outbox.overview(EARLY).nudges == 2, "those of the other person"
        assert bool(outbox.diary("a", EARLY, NINE)) is (ended is Ended.BORN)


def test_what_was_noted_and_agreed_since_is_kept_and_heard_only_once(path: Path) -> None:
    agreed = ConsentEntry(NINE, "agreed", "sms")
    said = from_phone("+44a")
    with closing(reopened(path)) as outbox:
        hear(outbox, said, Reaction("cramp", noted=(CRAMP,), consents=(agreed,)))
    with closing(put_back(path)) as outbox:
        assert outbox.diary("a", EARLY, NINE + HOUR) == [DiaryEntry(Noted.CRAMP, EARLY), CRAMP]
        assert outbox.consents("a")[-1] == agreed
        assert not hear(outbox, said, Reaction("cramp", noted=(CRAMP,))).fresh


def test_links_that_went_to_somebody_who_came_since_go_on_working(path: Path) -> None:
    new = enrolment("new", contacts=Contacts(email="new@example.org"))
    with closing(reopened(path)) as outbox:
        outbox.enrol([enrolment("a", TWO), enrolment("b", TWO), new], EARLY)
        handle = outbox.handle_of("new")
    assert handle is not None
    with closing(put_back(path)) as outbox:
        assert outbox.by_handle(handle) == "new"
        assert outbox.person("new") is None, "until the file says so"
        outbox.enrol([new], NINE)
        assert outbox.handle_of("new") == handle


def test_who_asked_to_be_forgotten_since_is_forgotten(path: Path) -> None:
    with closing(reopened(path)) as outbox:
        hear(outbox, from_link("a"), Reaction("forget me", forget=True))
    with closing(put_back(path)) as outbox:
        assert outbox.forgettable(NINE) == ["a"]


def test_what_was_said_by_somebody_who_was_forgotten_since_does_not_come_back(path: Path) -> None:
    with closing(reopened(path)) as outbox:
        outbox.enrol([enrolment("a", TWO), enrolment("b", TWO), enrolment("new")], EARLY)
        hear(outbox, from_link("new"), Reaction("cramp", noted=(CRAMP,)))
    with closing(open_dossiers(path)) as dossiers:
        while not dossiers.forget("new", 100, abandoned=True).done:
            pass
    with closing(put_back(path)) as outbox:
        assert outbox.diary("new", EARLY, NINE + HOUR) == []
        assert outbox.handle_of("new") is None
