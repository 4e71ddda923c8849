"""Hearing: an approach is heard once, whose it is, and what is known of them."""

from __future__ import annotations

from dataclasses import replace

import pytest

from config.changes import UNCHANGED
from config.person import ChannelName, Contacts
from scheduler.delivery.correspondence import (
    Approach,
    ConsentEntry,
    Heard,
    Reaction,
    Way,
)
from scheduler.delivery.ports import Hold, Judgement, Outbox, Ready, Standing
from tests.standins.approaches import Listener, answer, from_link, from_phone, hear
from tests.standins.correspondents import START, STOP, person_of, standing
from tests.standins.outbox_parts import (
    EARLY,
    EMAIL,
    HOUR,
    MINUTE,
    NINE,
    SMS,
    begin_all,
    enrolment,
    message_to,
    one_each,
)


class HearingContract:
    def test_an_approach_is_heard_once(self, outbox: Outbox) -> None:
        outbox.enrol([person_of()], EARLY)
        listener = Listener(Reaction("done", answers=(answer("a", "done"),)))
        first, second = (hear(outbox, from_phone("+447700900123", identifier="sms:1"), listener) for _ in range(2))
        assert first == Heard(True, "done", "a", 1)
        assert second == Heard(False, "done", "a")
        assert len(listener.met) == 1

    def test_a_reaction_that_fails_leaves_nothing_and_may_come_again(self, outbox: Outbox) -> None:
        outbox.enrol([person_of()], EARLY)
        approach = from_phone("+447700900123")
        with pytest.raises(ZeroDivisionError):
            hear(outbox, approach, lambda _: 1 / 0)  # type: ignore[return-value,arg-type]
        assert hear(outbox, approach, STOP).fresh

    def test_what_is_known_of_somebody_is_told(self, outbox: Outbox) -> None:
        outbox.enrol([person_of()], EARLY)
        outbox.pause("a", NINE + HOUR, EARLY)
        listener = Listener()
        hear(outbox, from_phone("+447700900123"), listener)
        assert listener.last.person == person_of().person
        assert listener.last.preferences == person_of().person.preferences
        assert listener.last.changes == UNCHANGED
        assert listener.last.standing == Standing(paused_until=NINE + HOUR)
        assert (listener.last.last, listener.last.dones, listener.last.answered) == (None, (), {})

    def test_somebody_is_known_by_each_of_their_contacts(self, outbox: Outbox) -> None:
        contacts = Contacts(phone="+447700900123", email="Sam@Example.org")
        outbox.enrol([person_of(contacts=contacts), person_of("b", contacts=Contacts(phone="+44other"))], EARLY)
        by_email = Approach("mail:1", Way.LINK, NINE, contact=(EMAIL, "sam@example.ORG"))
        assert hear(outbox, by_email, Reaction("done")).person == "a"
        assert hear(outbox, from_link("b"), Reaction("done")).person == "b"

    def test_of_several_with_a_number_the_one_last_written_to_there_is_meant(self, outbox: Outbox) -> None:
        outbox.enrol([person_of("a"), person_of("b"), person_of("c")], EARLY)
        for person, minute in (("a", 0), ("b", 2), ("c", 1)):
            outbox.add(message_to(person, cause=f"send:{person}", due=NINE + minute * MINUTE))
            begin_all(outbox, NINE + minute * MINUTE)
        assert hear(outbox, from_phone("+447700900123"), Reaction("done")).person == "b"

    def test_of_several_with_a_number_one_who_has_left_comes_last(self, outbox: Outbox) -> None:
        outbox.enrol([person_of("a"), person_of("b")], EARLY)
        outbox.add(message_to("a", cause="send:1"))
        begin_all(outbox)
        outbox.enrol([person_of("b")], NINE)
        assert hear(outbox, from_phone("+447700900123"), Reaction("done")).person == "b"

    def test_who_was_never_written_to_is_still_found(self, outbox: Outbox) -> None:
        outbox.enrol([person_of("b"), person_of("a")], EARLY)
        assert hear(outbox, from_phone("+447700900123"), Reaction("done")).person == "a"

    def test_of_a_stranger_only_a_stop_counts(self, outbox: Outbox) -> None:
        listener = Listener(
            replace(STOP, answers=(answer("a", "stopped"),), consents=(ConsentEntry(NINE, "x", "sms"),))
        )
        assert hear(outbox, from_phone("+447700900123"), listener) == Heard(True, "stop")
        assert listener.met == [None]
        outbox.enrol([person_of()], NINE)
        assert standing(outbox).opted_out
        assert outbox.consents("a") == [ConsentEntry(NINE, "given", "file")]

    def test_a_stranger_may_come_back(self, outbox: Outbox) -> None:
        hear(outbox, from_phone("+447700900123"), STOP)
        hear(outbox, from_phone("+447700900123"), START)
        outbox.enrol([person_of()], NINE)
        assert not standing(outbox).opted_out

    def test_a_person_nobody_knows_does_nothing(self, outbox: Outbox) -> None:
        assert hear(outbox, from_link("nobody"), STOP) == Heard(True, "stop")

    def test_an_approach_from_the_console_is_nobodys(self, outbox: Outbox) -> None:
        outbox.enrol([person_of()], EARLY)
        by_console = Approach("console:1", Way.PAGE, NINE, contact=(ChannelName.CONSOLE, "a"))
        assert hear(outbox, by_console, STOP) == Heard(True, "stop")
        assert not standing(outbox).opted_out

    def test_the_last_nudge_that_went_out_is_the_one_meant(self, outbox: Outbox) -> None:
        outbox.enrol([person_of()], EARLY)
        outbox.claim_due(NINE + HOUR, 10, one_each)
        begin_all(outbox, NINE)
        outbox.add(message_to("a", cause="send:later", due=NINE + 2 * HOUR, kind="potassium"))
        hear(outbox, from_link("a"), Reaction("help", answers=(answer("a", "help"),)))
        begin_all(outbox, NINE)
        listener = Listener()
        hear(outbox, from_link("a"), listener)
        assert listener.last.last is not None
        assert listener.last.last.cause.startswith("slot:a/")
        outbox.add(replace(message_to("a", cause="snooze:1", due=NINE + MINUTE), asked=True))
        begin_all(outbox, NINE + MINUTE)
        hear(outbox, from_link("a"), listener)
        assert listener.last.last.cause == "snooze:1"

    def test_a_link_means_the_message_it_stood_in(self, outbox: Outbox) -> None:
        outbox.enrol([person_of("a"), person_of("b", contacts=Contacts(phone="+44b"))], EARLY)
        for person in "ab":
            outbox.add(message_to(person, cause=f"send:{person}"))
        first, other = outbox.deliveries(EARLY, NINE + HOUR)[-2:]
        begin_all(outbox)
        listener = Listener()
        hear(outbox, from_link("a", delivery=first.id), listener)
        assert listener.last.last is not None
        assert listener.last.last.id == first.id
        hear(outbox, from_link("a", delivery=other.id), listener)
        assert listener.last.last.id == first.id, "somebody else's message is not theirs to answer"

    def test_a_correspondent_is_read_without_being_heard(self, outbox: Outbox) -> None:
        outbox.enrol([person_of()], EARLY)
        outbox.add(message_to("a", cause="send:1"))
        begin_all(outbox)
        listener = Listener()
        hear(outbox, from_link("a"), listener)
        assert outbox.correspondent("a", NINE) == listener.last
        sent = listener.last.last
        assert sent is not None
        again = outbox.correspondent("a", NINE, delivery=sent.id)
        assert again is not None
        assert again.last == sent
        outbox.enrol([], NINE)
        assert outbox.correspondent("a", NINE) is None
        assert outbox.correspondent("nobody", NINE) is None

    def test_everyone_has_a_handle_that_stays(self, outbox: Outbox) -> None:
        outbox.enrol([person_of("a"), person_of("b")], EARLY)
        handles = [outbox.handle_of(each) for each in "ab"]
        outbox.enrol([person_of("a", language="es")], NINE)
        assert [outbox.handle_of(each) for each in "ab"] == handles
        assert [outbox.by_handle(each or "") for each in handles] == ["a", "b"]
        assert outbox.by_handle("x") is None
        assert outbox.handle_of("nobody") is None

    def test_a_message_that_begins_knows_the_handle(self, outbox: Outbox) -> None:
        outbox.enrol([enrolment("a", {})], EARLY)
        outbox.add(message_to("a", cause="send:1"))
        told: list[Ready] = []

        def judge(ready: Ready) -> Judgement:
            told.append(ready)
            return Hold(NINE + HOUR)

        outbox.begin(NINE, SMS, 10, HOUR, judge)
        assert [each.handle for each in told] == [outbox.handle_of("a")]

    def test_how_far_texts_were_read_is_remembered(self, outbox: Outbox) -> None:
        assert outbox.read_until() is None
        outbox.have_read(NINE)
        outbox.have_read(NINE + MINUTE)
        assert outbox.read_until() == NINE + MINUTE
