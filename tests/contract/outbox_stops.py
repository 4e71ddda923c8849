"""Stops: an opt-out holds for the person and for every contact, whoever else has it and whenever they come."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from threading import Barrier, Thread

import pytest

from config.person import Contacts
from scheduler.delivery.delivery import Message, State
from scheduler.delivery.ports import Hold, Judgement, Outbox, Ready, Standing
from tests.standins.outbox_parts import (
    EARLY,
    EMAIL,
    HOUR,
    LEASE,
    MINUTE,
    NINE,
    SMS,
    Seen,
    begin_all,
    enrolment,
    message_to,
    one_each,
    outcome,
    send,
    states,
)

OPTED_OUT = (State.SUPPRESSED, "opted out")
PHONE = Contacts(phone="+447700900123")


def is_out(outbox: Outbox, person: str) -> bool:
    found = outbox.person(person)
    assert found is not None
    return found[1].opted_out


class StopsContract:
    def test_a_stop_silences_what_is_pending(self, outbox: Outbox) -> None:
        outbox.enrol([enrolment("a", {"hydration": NINE, "potassium": NINE}), enrolment("b")], EARLY)
        outbox.claim_due(NINE, 10, one_each)
        assert outbox.opt_out("a", NINE, "reply") == 2
        assert [message.person for message in begin_all(outbox)] == ["b"]
        assert states(outbox)["slot:a/hydration/2026-11-23/09:00"] == OPTED_OUT
        assert outbox.opt_out("a", NINE, "reply") == 0

    def test_after_a_stop_nothing_begins_whatever_the_judge_says(self, outbox: Outbox) -> None:
        outbox.enrol([enrolment("a", {})], EARLY)
        outbox.opt_out("a", NINE, "link")
        outbox.add(replace(message_to("a", cause="send:1"), asked=True))
        assert begin_all(outbox) == []
        assert states(outbox) == {"send:1": OPTED_OUT}

    def test_a_stop_is_told_to_those_who_decide(self, outbox: Outbox) -> None:
        outbox.enrol([enrolment("a")], EARLY)
        outbox.opt_out("a", EARLY, "reply")
        seen = Seen()
        outbox.claim_due(NINE, 10, seen)
        assert [each.standing for each in seen.due] == [Standing(opted_out=True)]

    def test_a_stop_holds_for_everyone_with_that_contact(self, outbox: Outbox) -> None:
        both = Contacts(phone="+447700900123", email="Sam@Example.org")
        outbox.enrol(
            [
                enrolment("a", contacts=both),
                enrolment("b", contacts=PHONE),
                enrolment("c", contacts=Contacts(email="sam@example.ORG")),
                enrolment("d", contacts=Contacts(apprise="ntfy://other")),
            ],
            EARLY,
        )
        outbox.claim_due(NINE, 10, one_each)
        assert outbox.opt_out("a", NINE, "reply") == 3
        assert [is_out(outbox, each) for each in "abcd"] == [True, True, True, False]
        assert [message.person for message in begin_all(outbox)] == ["d"]

    def test_a_stop_holds_for_who_comes_later_under_another_id(self, outbox: Outbox) -> None:
        outbox.enrol([enrolment("a", contacts=PHONE)], EARLY)
        outbox.opt_out("a", EARLY, "reply")
        outbox.enrol([enrolment("other-id", contacts=PHONE)], EARLY)
        assert is_out(outbox, "other-id")

    def test_a_stop_outlives_removal_return_and_new_contacts(self, outbox: Outbox) -> None:
        outbox.enrol([enrolment("a", contacts=PHONE)], EARLY)
        outbox.opt_out("a", EARLY, "reply")
        outbox.enrol([], EARLY)
        outbox.enrol([enrolment("a", contacts=Contacts(phone="+447700900999"))], EARLY)
        assert is_out(outbox, "a")

    def test_a_contact_that_changes_hands_no_longer_silences_who_gave_it_up(self, outbox: Outbox) -> None:
        outbox.enrol([enrolment("a", contacts=PHONE), enrolment("b", contacts=PHONE)], EARLY)
        outbox.opt_out("a", EARLY, "reply")
        outbox.enrol([enrolment("a", contacts=PHONE), enrolment("b", contacts=Contacts(phone="+447700900999"))], EARLY)
        assert not is_out(outbox, "b")

    def test_somebody_who_left_can_still_say_stop(self, outbox: Outbox) -> None:
        outbox.enrol([enrolment("a", contacts=PHONE)], EARLY)
        outbox.enrol([enrolment("b", contacts=PHONE)], EARLY)
        assert outbox.opt_out("a", NINE, "link") == 0
        assert is_out(outbox, "b")

    def test_a_stop_of_somebody_unknown_is_an_error(self, outbox: Outbox) -> None:
        with pytest.raises(KeyError):
            outbox.opt_out("nobody", NINE, "reply")

    def test_a_person_without_contacts_can_say_stop(self, outbox: Outbox) -> None:
        outbox.enrol([enrolment("a", contacts=Contacts("Sam")), enrolment("b", contacts=Contacts("Kim"))], EARLY)
        outbox.opt_out("a", NINE, "page")
        assert (is_out(outbox, "a"), is_out(outbox, "b")) == (True, False)

    def test_a_provider_that_knows_of_a_stop_is_believed(self, outbox: Outbox) -> None:
        nudges = {"hydration": NINE, "potassium": NINE + HOUR}
        outbox.enrol([enrolment("a", nudges, contacts=PHONE)], EARLY)
        outbox.claim_due(NINE, 10, one_each)
        (message,) = begin_all(outbox)
        outbox.add(message_to("a", cause="send:1"))
        # the number changes while the message is under way: the stop belongs to the one it went to
        moved = Contacts(phone="+447700900999")
        outbox.enrol([enrolment("a", nudges, contacts=moved), enrolment("b", contacts=PHONE)], NINE)
        said_stop = outcome(message, State.SUPPRESSED, "opted out", "21610")
        outbox.settle([replace(said_stop, opt_out=True)], NINE + MINUTE)
        assert (is_out(outbox, "a"), is_out(outbox, "b")) == (True, True)
        assert states(outbox)["send:1"] == OPTED_OUT
        assert begin_all(outbox, NINE + HOUR) == []

    def test_a_stop_told_by_a_channel_without_a_contact_is_the_persons(self, outbox: Outbox) -> None:
        outbox.enrol([enrolment("a", channels=(EMAIL,), contacts=Contacts("Sam"))], EARLY)
        outbox.claim_due(NINE, 10, one_each)
        (message,) = begin_all(outbox, channel=EMAIL)
        said_stop = outcome(message, State.SUPPRESSED, "opted out", "listed")
        outbox.settle([replace(said_stop, opt_out=True)], NINE)
        assert is_out(outbox, "a")

    def test_a_stop_and_a_beginning_at_once_never_both_win(self, outbox: Outbox) -> None:
        people = [f"p{index}" for index in range(12)]
        outbox.enrol([enrolment(each) for each in people], EARLY)
        outbox.claim_due(NINE, 100, one_each)
        started = Barrier(2)
        judged_after_stop: list[str] = []
        stopped: set[str] = set()

        def judge(ready: Ready) -> Judgement:
            if ready.delivery.person in stopped:
                judged_after_stop.append(ready.delivery.person)
            return send(ready)

        def stop() -> None:
            started.wait()
            for each in people:
                outbox.opt_out(each, NINE, "reply")
                stopped.add(each)

        thread = Thread(target=stop)
        thread.start()
        started.wait()
        begun: list[Message] = []
        while thread.is_alive():
            begun += outbox.begin(NINE, SMS, 1, LEASE, judge)
        thread.join()
        assert judged_after_stop == []
        assert begin_all(outbox) == []
        silenced = [state for state in states(outbox).values() if state == OPTED_OUT]
        assert len(begun) + len(silenced) == len(people)

    def test_a_pause_is_kept_until_it_is_lifted(self, outbox: Outbox) -> None:
        outbox.enrol([enrolment("a")], EARLY)
        outbox.pause("a", NINE, EARLY)
        outbox.enrol([], EARLY)
        outbox.enrol([enrolment("a")], EARLY)
        assert outbox.person("a") == (enrolment("a").person, Standing(paused_until=NINE))
        outbox.pause("a", None, NINE)
        assert outbox.person("a") == (enrolment("a").person, Standing())

    @pytest.mark.parametrize("until", [None, NINE + 2 * MINUTE])
    def test_a_welcome_that_a_pause_holds_is_judged_anew_when_the_pause_changes(
        self, outbox: Outbox, until: datetime | None
    ) -> None:
        outbox.enrol([enrolment("a", {}, welcome=True), enrolment("b", {}, welcome=True)], EARLY)
        outbox.pause("a", NINE + 30 * HOUR, EARLY)
        outbox.begin(NINE, SMS, 10, LEASE, lambda _: Hold(NINE + 30 * HOUR))
        outbox.pause("a", until, NINE + MINUTE)
        assert [message.person for message in begin_all(outbox, NINE + MINUTE)] == ["a"]

    def test_a_pause_that_ends_hastens_no_retry_and_no_slot(self, outbox: Outbox) -> None:
        outbox.enrol([enrolment("a", welcome=True)], EARLY)
        outbox.claim_due(NINE, 10, one_each)
        slot, welcome = sorted(begin_all(outbox), key=lambda message: message.kind)
        again = replace(outcome(welcome, State.PENDING, "retry"), not_before=NINE + HOUR)
        outbox.settle([again], NINE)
        outbox.hand_back([slot], NINE)
        outbox.begin(NINE, SMS, 10, LEASE, lambda _: Hold(NINE + HOUR))
        outbox.pause("a", None, NINE + MINUTE)
        assert begin_all(outbox, NINE + MINUTE) == []

    @pytest.mark.parametrize("person", ["nobody", "gone"])
    def test_only_somebody_enrolled_can_be_paused(self, outbox: Outbox, person: str) -> None:
        outbox.enrol([enrolment("gone")], EARLY)
        outbox.enrol([], EARLY)
        with pytest.raises(KeyError):
            outbox.pause(person, NINE, EARLY)
