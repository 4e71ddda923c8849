"""People of rosters: beside those of the file, with what their rows say and what their plans came to."""

from __future__ import annotations

from dataclasses import replace

from config.person import Contacts
from scheduler.delivery.delivery import State
from scheduler.delivery.ports import Enrolment, Outbox, RosterChange
from scheduler.delivery.rosters import ROSTER, Entry, Listed
from tests.standins.outbox_parts import EARLY, NINE, enrolment, one_each, states


def member(identifier: str, plan: str = "standard", text: str = "{}", phone: str | None = None) -> Enrolment:
    person = enrolment(identifier, contacts=Contacts("Ann", phone or f"+44{identifier}"))
    return replace(person, entry=Entry(plan, text))


class EntriesContract:
    def test_a_roster_adds_and_changes_people_and_leaves_the_others_alone(self, outbox: Outbox) -> None:
        assert outbox.enrol([member("a"), member("b")], EARLY, origin=ROSTER, whole=False) == RosterChange(added=2)
        changed = [member("b", phone="+441"), member("c")]
        assert outbox.enrol(changed, EARLY, origin=ROSTER, whole=False) == RosterChange(added=1, changed=1)
        assert outbox.overview(EARLY).people == 3

    def test_a_whole_roster_takes_the_others_away(self, outbox: Outbox) -> None:
        outbox.enrol([member("a"), member("b")], EARLY, origin=ROSTER)
        assert outbox.enrol([member("b")], EARLY, origin=ROSTER) == RosterChange(removed=1)
        assert [each.person for each in outbox.listed("", 9)] == ["b"]

    def test_an_id_that_the_file_has_is_left_as_it_is_and_told(self, outbox: Outbox) -> None:
        outbox.enrol([enrolment("a")], EARLY)
        before = outbox.person("a")
        change = outbox.enrol([member("a"), member("b")], EARLY, origin=ROSTER)
        assert change == RosterChange(added=1, elsewhere=("a",))
        assert outbox.person("a") == before
        assert outbox.origins(["a", "b", "nobody"]) == {"a": "file", "b": "roster"}
        assert [each.person for each in outbox.listed("", 9)] == ["b"]

    def test_an_id_that_a_roster_has_is_left_as_it_is_when_the_file_names_it_too(self, outbox: Outbox) -> None:
        outbox.enrol([member("a")], EARLY, origin=ROSTER)
        assert outbox.enrol([enrolment("a")], EARLY) == RosterChange(elsewhere=("a",))
        assert outbox.origins(["a"]) == {"a": "roster"}

    def test_who_has_left_the_file_may_come_by_a_roster(self, outbox: Outbox) -> None:
        outbox.enrol([enrolment("a")], EARLY)
        outbox.enrol([], EARLY)
        assert outbox.origins(["a"]) == {}
        assert outbox.enrol([member("a")], EARLY, origin=ROSTER) == RosterChange(added=1)
        assert outbox.origins(["a"]) == {"a": "roster"}

    def test_a_row_is_kept_as_it_was_said_last(self, outbox: Outbox) -> None:
        outbox.enrol([member("a", "standard", '{"wake":"06:00"}')], EARLY, origin=ROSTER)
        outbox.enrol([member("a", "other", '{"wake":"07:00"}')], EARLY, origin=ROSTER)
        contacts = Contacts("Ann", "+44a")
        assert outbox.listed("", 9) == [Listed("a", contacts, Entry("other", '{"wake":"07:00"}'))]

    def test_people_are_listed_page_by_page_in_order_and_by_plan(self, outbox: Outbox) -> None:
        people = [member(each, "odd" if each in "ace" else "even") for each in "edcba"]
        outbox.enrol(people, EARLY, origin=ROSTER)
        assert [each.person for each in outbox.listed("", 2)] == ["a", "b"]
        assert [each.person for each in outbox.listed("b", 2)] == ["c", "d"]
        assert [each.person for each in outbox.listed("a", 9, plan="odd")] == ["c", "e"]
        assert outbox.listed("e", 9) == []

    def test_people_of_the_file_and_those_who_are_gone_are_not_listed(self, outbox: Outbox) -> None:
        outbox.enrol([enrolment("a")], EARLY)
        outbox.enrol([member("b")], EARLY, origin=ROSTER)
        outbox.enrol([], NINE, origin=ROSTER)
        assert outbox.listed("", 9) == []

    def test_who_came_by_a_roster_once_and_is_in_the_file_now_is_not_listed(self, outbox: Outbox) -> None:
        outbox.enrol([member("a")], EARLY, origin=ROSTER)
        outbox.enrol([], EARLY, origin=ROSTER)
        assert outbox.enrol([enrolment("a")], NINE) == RosterChange(added=1)
        assert (outbox.listed("", 9), outbox.listing("a")) == ([], None)

    def test_one_person_of_a_roster_is_found_by_id(self, outbox: Outbox) -> None:
        outbox.enrol([enrolment("b")], EARLY)
        outbox.enrol([member("a", "odd", '{"wake":"06:00"}')], EARLY, origin=ROSTER)
        assert outbox.listing("a") == Listed("a", Contacts("Ann", "+44a"), Entry("odd", '{"wake":"06:00"}'))
        assert (outbox.listing("b"), outbox.listing("nobody")) == (None, None)

    def test_who_is_taken_away_gets_nothing_more_and_the_others_stay(self, outbox: Outbox) -> None:
        outbox.enrol([member("a"), member("b")], EARLY, origin=ROSTER)
        outbox.claim_due(NINE, 1, one_each)
        assert outbox.take_away(["a"], NINE) == 1
        assert states(outbox) == {"slot:a/hydration/2026-11-23/09:00": (State.CANCELLED, "no longer in the file")}
        assert (outbox.listing("a"), outbox.person("a")) == (None, None)
        assert [each.person for each in outbox.listed("", 9)] == ["b"]

    def test_who_is_of_the_file_or_gone_or_unknown_is_not_taken_away(self, outbox: Outbox) -> None:
        outbox.enrol([enrolment("a")], EARLY)
        outbox.enrol([member("b")], EARLY, origin=ROSTER)
        assert outbox.take_away(["a", "b", "nobody"], NINE) == 1
        assert outbox.take_away(["a", "b", "nobody"], NINE) == 0
        assert outbox.person("a") is not None

    def test_a_stop_outlives_being_taken_away(self, outbox: Outbox) -> None:
        outbox.enrol([member("a")], EARLY, origin=ROSTER)
        outbox.opt_out("a", EARLY, "operator")
        outbox.take_away(["a"], NINE)
        assert outbox.enrol([member("a")], NINE, origin=ROSTER, whole=False) == RosterChange(added=1)
        found = outbox.person("a")
        assert found is not None
        assert found[1].opted_out

    def test_what_plans_came_to_is_noted_and_overwritten(self, outbox: Outbox) -> None:
        assert outbox.plans() == {}
        outbox.note_plans({"": "0", "standard": "1"})
        outbox.note_plans({"standard": "2"})
        outbox.note_plans({})
        assert outbox.plans() == {"": "0", "standard": "2"}
