"""Everything held on a person, on a real file: whole when shown, gone to the last byte when forgotten."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from config.changes import Changes, Wish
from config.person import Contacts
from scheduler.delivery.correspondence import ConsentEntry, DiaryEntry, Noted, Reaction
from scheduler.delivery.delivery import State
from scheduler.delivery.judgement import MOST_REFUSALS
from scheduler.delivery.ports import Settlement
from scheduler.service.forgetting import Forgotten, forget
from scheduler.service.lock import RunLock
from scheduler.storage.dossier import Dossiers, Erasure
from scheduler.storage.outbox import SqlOutbox
from scheduler.storage.sqlite import open_dossiers, open_sqlite
from scheduler.storage.tables import METADATA, PEOPLE
from tests.standins.approaches import from_link, hear
from tests.standins.outbox_parts import (
    EARLY,
    EMAIL,
    HOUR,
    KEY,
    NINE,
    all_deliveries,
    begin_all,
    enrolment,
    message_to,
    one_each,
    outcome,
    plan_of,
)

PHONE = "+447700900471"
CONTACTS = Contacts(name="Canaria Vogel", phone=PHONE, email="canaria@example.org", apprise="json://canary.example/x")
TRACES = (b"canaria", b"Canaria", PHONE.encode(), b"canary.example", b"Words for canaria")


TALK = Reaction(
    "language",
    changes=Changes(stopped=frozenset({"potassium"}), wishes={"language": Wish('"es"', "null")}),
    noted=(DiaryEntry(Noted.DONE, NINE, "hydration"),),
    consents=(ConsentEntry(NINE, "stopped potassium", "link"),),
)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "state" / "legup.db"


@pytest.fixture
def outbox(path: Path) -> Iterator[SqlOutbox]:
    outbox = open_sqlite(path, contact_key=KEY)
    yield outbox
    outbox.close()


@pytest.fixture
def dossiers(outbox: SqlOutbox, path: Path) -> Iterator[Dossiers]:
    dossiers = open_dossiers(path)
    yield dossiers
    dossiers.close()


def no_pause(_seconds: float) -> None:
    """Nobody is waited for."""


def traces(path: Path) -> list[tuple[str, bytes]]:
    """What the files of the database still hold of the person."""
    files = {each.name: each.read_bytes() for each in path.parent.iterdir()}
    return [(name, trace) for name, content in files.items() for trace in TRACES if trace in content]


def lead_a_life(outbox: SqlOutbox) -> None:
    """Two people; one nudge each was sent, one message of each is unknown, and more is to come."""
    outbox.enrol([enrolment("canaria", contacts=CONTACTS), enrolment("b")], EARLY)
    outbox.claim_due(NINE, 10, one_each)
    outbox.settle([outcome(message, State.SENT) for message in begin_all(outbox)], NINE)
    for person in ("canaria", "b"):
        outbox.add(message_to(person, cause=f"send:{person}"))
    outbox.settle([outcome(each, State.UNKNOWN, "unknown", "no answer") for each in begin_all(outbox)], NINE)
    for person in ("canaria", "b"):
        outbox.add(message_to(person, cause=f"send:later:{person}", due=NINE + HOUR))
        hear(outbox, from_link(person), TALK, plan=plan_of({"hydration": NINE}))


def test_a_dossier_holds_every_row_of_the_person_and_of_nobody_else(outbox: SqlOutbox, dossiers: Dossiers) -> None:
    lead_a_life(outbox)
    outbox.opt_out("canaria", NINE, "operator")
    held = dossiers.held("canaria")
    assert held["people"][0]["email"] == "canaria@example.org"
    assert held["people"][0]["opted_out_at"] == NINE
    assert held["people"][0]["preferences"]["timezone"] == "Europe/London"
    assert {each["source"] for each in held["opt_outs"]} == {"operator"}
    assert len(held["opt_outs"]) == 3
    assert [each["state"] for each in held["deliveries"]] == ["sent", "unknown", "suppressed"]
    assert [each["body"] for each in held["attempts"]] == [None, "Words for canaria."]
    assert [each["nudge"] for each in held["nudges"]] == ["hydration"]
    assert held["people"][0]["changes"] == {
        "stopped": ["potassium"],
        "wishes": {"language": {"wished": "es", "file": None}},
    }
    assert (held["people"][0]["filed"]["timezone"], "language" in held["people"][0]["filed"]) == (
        "Europe/London",
        False,
    )
    assert [each["what"] for each in held["consents"]] == ["given", "stopped potassium", "stopped"]
    assert [(each["what"], each["nudge"]) for each in held["diary"]] == [("done", "hydration")]
    assert [each["understood"] for each in held["approaches"]] == ["language"]
    of_people = ("nudges", "deliveries", "consents", "diary", "approaches")
    assert "b" not in {row["person"] for table in of_people for row in held[table]}


def test_an_address_that_refuses_is_in_the_dossier_of_who_has_it(outbox: SqlOutbox, dossiers: Dossiers) -> None:
    outbox.enrol([enrolment("canaria", {}, channels=(EMAIL,), contacts=CONTACTS), enrolment("b", {})], EARLY)
    outbox.add(message_to("canaria", cause="send:1", channels=(EMAIL,)))
    (message,) = begin_all(outbox, channel=EMAIL)
    outbox.settle([replace(outcome(message, State.FAILED, "refused"), bounced=True)], NINE)
    assert [each["times"] for each in dossiers.held("canaria")["refusals"]] == [1]
    assert dossiers.held("b")["refusals"] == []


def test_an_address_on_hold_is_written_to_again_when_an_operator_says_so(outbox: SqlOutbox, dossiers: Dossiers) -> None:
    contacts = {"a": CONTACTS, "b": Contacts(email="other@example.org")}
    outbox.enrol([enrolment(who, {}, channels=(EMAIL,), contacts=has) for who, has in contacts.items()], EARLY)
    for number, person in enumerate(("a", "b") * MOST_REFUSALS):
        outbox.add(message_to(person, cause=f"send:{number}", channels=(EMAIL,)))
        (message,) = begin_all(outbox, channel=EMAIL)
        outbox.settle([replace(outcome(message, State.FAILED, "refused"), bounced=True)], NINE)
    assert outbox.overview(EARLY).held_contacts == 2
    assert (dossiers.try_again("a"), dossiers.try_again("a"), dossiers.try_again("nobody")) == (1, 0, 0)
    assert dossiers.held("a")["refusals"] == []
    assert outbox.overview(EARLY).held_contacts == 1


def test_a_dossier_knows_every_table_but_those_that_are_nobodys(outbox: SqlOutbox, dossiers: Dossiers) -> None:
    lead_a_life(outbox)
    nobodys = {"channel_holds", "early_reports", "marks", "plans", "workers"}
    assert set(METADATA.tables) - set(dossiers.held("canaria")) == nobodys


def test_of_a_stranger_nothing_is_held(dossiers: Dossiers) -> None:
    assert dossiers.held("nobody") == {}
    with pytest.raises(KeyError):
        dossiers.forget("nobody", 10, abandoned=False)


def test_a_forgotten_person_is_gone_to_the_last_byte_and_the_others_are_as_they_were(
    outbox: SqlOutbox, dossiers: Dossiers, path: Path
) -> None:
    lead_a_life(outbox)
    assert traces(path) != []
    other = dossiers.held("b")
    assert forget(dossiers, path, "canaria", no_pause) == Forgotten(deliveries=3, complete=True, shredded=True)
    assert dossiers.held("canaria") == {}
    assert dossiers.held("b") == other
    assert traces(path) == []


def test_an_earlier_number_is_gone_as_well(outbox: SqlOutbox, dossiers: Dossiers, path: Path) -> None:
    earlier = Contacts(name="Canaria Vogel", phone=PHONE)
    outbox.enrol([enrolment("canaria", contacts=earlier)], EARLY)
    outbox.enrol([enrolment("canaria", contacts=Contacts(phone="+447700900472"))], EARLY)
    forget(dossiers, path, "canaria", no_pause)
    assert traces(path) == []


def test_it_goes_in_small_steps(outbox: SqlOutbox, dossiers: Dossiers) -> None:
    outbox.enrol([enrolment("a", {})], EARLY)
    for number in range(5):
        outbox.add(message_to("a", cause=f"send:{number}"))
    steps = [dossiers.forget("a", 2, abandoned=False) for _ in range(3)]
    assert steps == [Erasure(2, 0, done=False), Erasure(2, 0, done=False), Erasure(1, 0, done=True)]


def test_from_the_first_step_on_nothing_is_planned_or_begun(outbox: SqlOutbox, dossiers: Dossiers) -> None:
    outbox.enrol([enrolment("a")], EARLY)
    outbox.add(message_to("a", cause="send:1"))
    outbox.add(message_to("a", cause="send:2"))
    dossiers.forget("a", 1, abandoned=False)
    assert outbox.claim_due(NINE, 10, one_each) == 0
    assert begin_all(outbox) == []
    assert outbox.person("a") is None


def test_a_stop_outlives_the_person_as_a_hash_alone(outbox: SqlOutbox, dossiers: Dossiers, path: Path) -> None:
    lead_a_life(outbox)
    outbox.opt_out("canaria", NINE, "operator")
    new_number = enrolment("canaria", contacts=Contacts(phone="+447700900473"))
    outbox.enrol([new_number, enrolment("b")], NINE)
    forget(dossiers, path, "canaria", no_pause)
    assert traces(path) == []
    for phone in (PHONE, "+447700900473"):
        outbox.enrol([enrolment("someone", contacts=Contacts(phone=phone))], NINE)
        known = outbox.person("someone")
        assert known is not None
        assert known[1].opted_out


def test_who_did_not_say_stop_may_come_back(outbox: SqlOutbox, dossiers: Dossiers, path: Path) -> None:
    lead_a_life(outbox)
    forget(dossiers, path, "canaria", no_pause)
    outbox.enrol([enrolment("canaria", contacts=CONTACTS)], NINE)
    known = outbox.person("canaria")
    assert known is not None
    assert not known[1].opted_out


def test_a_message_under_way_is_waited_for_and_its_stop_is_heard(
    outbox: SqlOutbox, dossiers: Dossiers, path: Path
) -> None:
    outbox.enrol([enrolment("canaria", contacts=CONTACTS)], EARLY)
    outbox.claim_due(NINE, 10, one_each)
    (message,) = begin_all(outbox)
    stop = Settlement(message.delivery, message.attempt, "opted out", State.SUPPRESSED, "said STOP", opt_out=True)

    def answer(_seconds: float) -> None:
        outbox.settle([stop], NINE)

    with RunLock(path):
        assert forget(dossiers, path, "canaria", answer) == Forgotten(1, complete=True, shredded=True)
    outbox.enrol([enrolment("someone", contacts=CONTACTS)], NINE)
    known = outbox.person("someone")
    assert known is not None
    assert known[1].opted_out


def test_a_message_that_does_not_settle_keeps_a_bare_row_and_it_is_told(
    outbox: SqlOutbox, dossiers: Dossiers, path: Path
) -> None:
    lead_a_life(outbox)
    outbox.add(message_to("canaria", cause="send:stuck"))
    (stuck,) = begin_all(outbox)
    with RunLock(path):
        done = forget(dossiers, path, "canaria", no_pause)
    assert done == Forgotten(3, complete=False, shredded=True)
    assert {each.id for each in all_deliveries(outbox) if each.person == "canaria"} == {stuck.delivery}
    assert "phone" not in {name for name, value in dossiers.held("canaria")["people"][0].items() if value}
    assert forget(dossiers, path, "canaria", no_pause).complete, "no service runs any more that could settle it"
    assert traces(path) == []


def test_while_something_reads_the_journal_stays_and_it_is_told(
    outbox: SqlOutbox, dossiers: Dossiers, path: Path
) -> None:
    lead_a_life(outbox)
    with dossiers._database.driver() as cursor:
        cursor.execute("PRAGMA busy_timeout = 10")
    with closing(sqlite3.connect(path, isolation_level=None)) as reader:
        reader.execute("BEGIN")
        reader.execute("SELECT count(*) FROM people").fetchone()
        assert not forget(dossiers, path, "canaria", no_pause).shredded
        reader.execute("COMMIT")
    assert dossiers.cut_journal()
    assert traces(path) == []


def test_every_table_that_names_a_person_or_a_delivery_is_bound_to_it_by_a_key() -> None:
    """Or a dossier would miss it."""
    for table in METADATA.tables.values():
        for name in {"person", "delivery"} & set(table.columns.keys()):
            assert table.columns[name].foreign_keys, f"{table.name}.{name}"
    assert PEOPLE.name == "people"
