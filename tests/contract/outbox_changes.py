"""Changes: what somebody wished holds beside what the file says, until that says something new."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from config.changes import UNCHANGED, Changes, Wish, wishing
from scheduler.delivery.correspondence import (
    Reaction,
)
from scheduler.delivery.delivery import State
from scheduler.delivery.ports import Outbox, RosterChange
from scheduler.planning.decision import EDIT_GUARD
from tests.standins.approaches import Listener, from_link, hear, nothing_planned
from tests.standins.correspondents import NO_WATER, WATER, gets, pending, person_of
from tests.standins.outbox_parts import (
    EARLY,
    HOUR,
    MINUTE,
    NINE,
    Seen,
    message_to,
    one_each,
    plan_of,
    states,
)


class ChangesContract:
    def test_a_kind_that_is_stopped_ends_at_once_and_comes_no_more(self, outbox: Outbox) -> None:
        outbox.enrol([person_of()], EARLY)
        outbox.claim_due(NINE + HOUR, 10, one_each)
        outbox.add(replace(message_to("a", cause="snooze:1"), asked=True))
        hear(outbox, from_link("a"), NO_WATER)
        cancelled = (State.CANCELLED, "stopped by the person")
        assert states(outbox)["slot:a/hydration/2026-11-23/09:00"] == cancelled
        assert states(outbox)["snooze:1"] == cancelled
        assert {cause.split("/")[1] for cause in pending(outbox) if cause.startswith("slot:")} == {"potassium"}
        assert outbox.overview(EARLY).nudges == 1
        assert {each.nudge: each.on for each in gets(outbox).nudges} == {"hydration": False, "potassium": True}

    def test_no_edit_of_the_file_brings_back_a_kind_that_was_stopped(self, outbox: Outbox) -> None:
        outbox.enrol([person_of()], EARLY)
        hear(outbox, from_link("a"), NO_WATER)
        edited = person_of(nudges=(replace(WATER, priority=1),), language="es")
        assert outbox.enrol([edited], NINE) == RosterChange(changed=1)
        assert [each.on for each in gets(outbox).nudges] == [False]
        outbox.enrol([], NINE)
        outbox.enrol([edited], NINE)
        assert [each.on for each in gets(outbox).nudges] == [False]

    def test_a_wish_holds_until_the_file_says_something_new(self, outbox: Outbox) -> None:
        outbox.enrol([person_of()], EARLY)
        said = person_of().person.preferences
        wanted = wishing(said, UNCHANGED, replace(said, language="es"))
        hear(outbox, from_link("a"), Reaction("language", changes=wanted))
        assert gets(outbox).language == "es"
        outbox.enrol([person_of(nudges=(WATER,))], NINE)
        assert gets(outbox).language == "es"
        overruled = outbox.enrol([person_of(nudges=(WATER,), language="de")], NINE)
        assert overruled == RosterChange(changed=1, overruled=("a",))
        assert gets(outbox).language == "de"
        assert outbox.enrol([person_of(nudges=(WATER,), language="de")], NINE) == RosterChange()
        listener = Listener()
        hear(outbox, from_link("a"), listener)
        assert listener.last.changes == UNCHANGED

    def test_the_file_and_what_it_was_changed_to_are_told_apart(self, outbox: Outbox) -> None:
        outbox.enrol([person_of()], EARLY)
        changes = Changes(wishes={"language": Wish('"es"', "null")})
        hear(outbox, from_link("a"), Reaction("language", changes=changes))
        found = outbox.correspondent("a", NINE)
        assert found is not None
        assert (found.person.preferences.language, found.preferences.language) == ("en", "es")
        assert found.changes == changes
        outbox.enrol([person_of()], NINE)
        assert outbox.correspondent("a", NINE) == found

    def test_a_change_is_an_edit_that_sends_nothing_twice(self, outbox: Outbox) -> None:
        outbox.enrol([person_of()], EARLY)
        outbox.claim_due(NINE, 10, one_each)
        soon = plan_of({"hydration": NINE + MINUTE, "potassium": NINE + HOUR}, "2")
        changes = Changes(wishes={"language": Wish('"es"', "null")})
        hear(outbox, from_link("a"), Reaction("language", changes=changes), NINE + timedelta(seconds=30), soon)
        seen = Seen()
        outbox.claim_due(NINE + EDIT_GUARD, 10, seen)
        assert seen.due == []

    def test_an_approach_without_a_change_plans_nothing(self, outbox: Outbox) -> None:
        outbox.enrol([person_of()], EARLY)
        assert hear(outbox, from_link("a"), Reaction("done"), plan=nothing_planned()).fresh

    def test_a_change_counts_in_the_very_next_claim(self, outbox: Outbox) -> None:
        outbox.enrol([person_of()], EARLY)
        hear(outbox, from_link("a"), Reaction("language", changes=Changes(wishes={"language": Wish('"es"', "null")})))
        seen = Seen()
        outbox.claim_due(NINE + HOUR, 10, seen)
        assert {each.preferences.language for each in seen.due} == {"es"}
