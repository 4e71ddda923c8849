"""The roster: who gets what, from when on, and what an edit, a removal and a return leave as it was."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from config.person import Contacts, Preferences
from scheduler.delivery.delivery import State
from scheduler.delivery.ports import Hold, Outbox, Planned, RosterChange
from scheduler.planning.decision import EDIT_GUARD
from tests.standins.outbox_parts import (
    EARLY,
    HOUR,
    LEASE,
    MINUTE,
    NINE,
    SMS,
    all_deliveries,
    begin_all,
    enrolment,
    message_to,
    one_each,
    outcome,
    states,
)

SECOND = timedelta(seconds=1)


class RosterContract:
    def test_enrolling_says_how_many_people_came_changed_and_went(self, outbox: Outbox) -> None:
        assert outbox.enrol([enrolment("a"), enrolment("b")], EARLY) == RosterChange(added=2)
        assert outbox.enrol([enrolment("a"), enrolment("b")], EARLY) == RosterChange()
        renamed = enrolment("a", contacts=Contacts("Sam", phone="+44a"))
        assert outbox.enrol([renamed, enrolment("c")], EARLY) == RosterChange(added=1, changed=1, removed=1)
        edited = enrolment("a", contacts=Contacts("Sam", phone="+44a"), edition="2")
        assert outbox.enrol([edited, enrolment("c")], EARLY) == RosterChange(changed=1)

    def test_a_person_is_given_back_as_enrolled(self, outbox: Outbox) -> None:
        contacts = Contacts("Zoë", "+447700900123", "zoe@example.org", "ntfy://a-secret-topic")
        outbox.enrol([enrolment("a", contacts=contacts)], EARLY)
        found = outbox.person("a")
        assert found is not None
        assert found[0] == enrolment("a", contacts=contacts).person
        assert outbox.person("nobody") is None

    def test_another_origin_is_left_alone(self, outbox: Outbox) -> None:
        outbox.enrol([enrolment("a")], EARLY)
        assert outbox.enrol([enrolment("b")], EARLY, origin="roster") == RosterChange(added=1)
        assert outbox.enrol([], EARLY, origin="roster") == RosterChange(removed=1)
        assert outbox.person("a") is not None
        assert outbox.person("b") is None

    def test_more_people_than_one_batch_are_all_enrolled_and_removed(self, outbox: Outbox) -> None:
        number = 2_345
        assert outbox.enrol((enrolment(f"p{index}") for index in range(number)), EARLY) == RosterChange(added=number)
        assert outbox.overview(EARLY).people == number
        assert outbox.enrol([enrolment("p7")], EARLY) == RosterChange(removed=number - 1)
        assert outbox.overview(EARLY).nudges == 1

    def test_a_new_nudge_begins_after_the_enrolment(self, outbox: Outbox) -> None:
        outbox.enrol([enrolment("a", {"hydration": EARLY})], EARLY)
        assert outbox.next_event_at() == EARLY + timedelta(days=1)

    def test_an_unchanged_nudge_keeps_its_due_instant(self, outbox: Outbox) -> None:
        outbox.enrol([enrolment("a", {"hydration": NINE})], EARLY)
        outbox.enrol([enrolment("a", {"hydration": NINE})], NINE + HOUR)
        assert outbox.next_event_at() == NINE

    def test_a_nudge_without_a_next_slot_is_never_due(self, outbox: Outbox) -> None:
        outbox.enrol([enrolment("a", {"hydration": None})], EARLY)
        assert outbox.next_event_at() is None
        assert outbox.overview(EARLY).nudges == 1

    def test_an_edit_right_after_a_nudge_does_not_send_it_twice(self, outbox: Outbox) -> None:
        outbox.enrol([enrolment("a", {"hydration": NINE})], EARLY)
        outbox.claim_due(NINE, 10, one_each)
        outbox.enrol([enrolment("a", {"hydration": NINE + MINUTE}, edition="2")], NINE + 30 * SECOND)
        assert next_due(outbox) == NINE + MINUTE + timedelta(days=1)

    def test_a_second_edit_pushes_nothing_further_away(self, outbox: Outbox) -> None:
        outbox.enrol([enrolment("a", {"hydration": NINE})], EARLY)
        outbox.claim_due(NINE, 10, one_each)
        for edition in range(2, 6):
            outbox.enrol(
                [enrolment("a", {"hydration": NINE + 3 * MINUTE}, edition=str(edition))], NINE + edition * SECOND
            )
        assert next_due(outbox) == NINE + 3 * MINUTE

    def test_an_edit_before_anything_was_sent_needs_no_distance(self, outbox: Outbox) -> None:
        outbox.enrol([enrolment("a", {"hydration": NINE})], EARLY)
        outbox.enrol([enrolment("a", {"hydration": EARLY + MINUTE}, edition="2")], EARLY + 30 * SECOND)
        assert next_due(outbox) == EARLY + MINUTE

    def test_an_edit_long_after_the_last_nudge_holds_from_now_on(self, outbox: Outbox) -> None:
        outbox.enrol([enrolment("a", {"hydration": NINE})], EARLY)
        outbox.claim_due(NINE, 10, one_each)
        outbox.enrol([enrolment("a", {"hydration": NINE + HOUR + MINUTE}, edition="2")], NINE + HOUR)
        assert next_due(outbox) == NINE + HOUR + MINUTE

    def test_switching_off_and_on_again_keeps_the_distance_and_the_variants(self, outbox: Outbox) -> None:
        outbox.enrol([enrolment("a", {"hydration": NINE})], EARLY)
        outbox.claim_due(NINE, 10, one_each)
        outbox.enrol([enrolment("a", {})], NINE + 20 * SECOND)
        assert next_due(outbox) is None
        assert outbox.overview(EARLY).nudges == 0
        outbox.enrol([enrolment("a", {"hydration": NINE + EDIT_GUARD})], NINE + 30 * SECOND)
        assert next_due(outbox) == NINE + EDIT_GUARD + timedelta(days=1)
        assert outbox.sent_counts("a") == {"hydration": 1}

    def test_who_leaves_the_file_gets_nothing_more(self, outbox: Outbox) -> None:
        outbox.enrol([enrolment("a", {"hydration": NINE, "potassium": NINE + HOUR})], EARLY)
        outbox.claim_due(NINE, 10, one_each)
        assert outbox.enrol([], NINE) == RosterChange(removed=1)
        assert states(outbox) == {"slot:a/hydration/2026-11-23/09:00": (State.CANCELLED, "no longer in the file")}
        assert outbox.next_event_at() is None
        assert outbox.person("a") is None
        assert begin_all(outbox) == []

    def test_what_is_already_being_sent_is_not_cancelled(self, outbox: Outbox) -> None:
        outbox.enrol([enrolment("a")], EARLY)
        outbox.claim_due(NINE, 10, one_each)
        begin_all(outbox)
        outbox.enrol([], NINE)
        assert [each.state for each in all_deliveries(outbox)] == [State.SENDING]

    def test_a_message_recorded_for_somebody_who_left_is_cancelled(self, outbox: Outbox) -> None:
        outbox.enrol([enrolment("a")], EARLY)
        outbox.enrol([], EARLY)
        outbox.add(message_to("a", cause="send:1"))
        assert begin_all(outbox) == []
        assert states(outbox) == {"send:1": (State.CANCELLED, "no longer in the file")}

    def test_who_returns_starts_again(self, outbox: Outbox) -> None:
        outbox.enrol([enrolment("a")], EARLY)
        outbox.enrol([], EARLY)
        assert outbox.enrol([enrolment("a")], NINE + MINUTE) == RosterChange(added=1)
        assert next_due(outbox) == NINE + timedelta(days=1)

    def test_a_welcome_is_recorded_once_in_a_lifetime(self, outbox: Outbox) -> None:
        welcomed = enrolment("a", {}, welcome=True)
        outbox.enrol([welcomed], EARLY)
        outbox.enrol([welcomed], EARLY)
        assert list(states(outbox)) == ["welcome:a"]
        messages = begin_all(outbox)
        outbox.settle([outcome(messages[0], State.SENT)], NINE)
        assert outbox.purge(NINE + HOUR, 10) == 1
        outbox.enrol([], NINE + HOUR)
        outbox.enrol([welcomed], NINE + HOUR)
        assert states(outbox) == {}

    def test_a_welcome_that_comes_later_is_recorded_then(self, outbox: Outbox) -> None:
        outbox.enrol([enrolment("a", {})], EARLY)
        assert outbox.enrol([enrolment("a", {}, welcome=True)], EARLY) == RosterChange()
        assert list(states(outbox)) == ["welcome:a"]

    def test_new_contacts_and_preferences_count_for_what_is_pending(self, outbox: Outbox) -> None:
        outbox.enrol([enrolment("a")], EARLY)
        outbox.claim_due(NINE, 10, one_each)
        outbox.enrol([enrolment("a", contacts=Contacts(phone="+44new"))], NINE)
        assert [message.address for message in begin_all(outbox)] == ["+44new"]

    def test_a_welcome_that_quiet_hours_hold_is_judged_anew_when_its_person_is_edited(self, outbox: Outbox) -> None:
        held = [enrolment(each, {}, welcome=True) for each in "ab"]
        outbox.enrol(held, EARLY)
        outbox.begin(NINE, SMS, 10, LEASE, lambda _: Hold(NINE + HOUR))
        edited = replace(held[0], person=replace(held[0].person, preferences=Preferences("UTC")))
        outbox.enrol([edited, held[1]], NINE + MINUTE)
        assert [message.person for message in begin_all(outbox, NINE + MINUTE)] == ["a"]

    def test_a_failing_roster_leaves_the_people_it_did_not_reach_alone(self, outbox: Outbox) -> None:
        outbox.enrol([enrolment("a")], EARLY)
        broken = replace(enrolment("b"), plan=lambda _: Planned({"hydration": "1"}, _raise))
        with pytest.raises(ArithmeticError):
            outbox.enrol([broken], EARLY)
        assert outbox.person("a") is not None


def next_due(outbox: Outbox) -> datetime | None:
    return outbox.overview(EARLY).next_due_at


def _raise(_nudge: str, _after: datetime) -> datetime | None:
    raise ArithmeticError
