"""Consent: who is asked, who agreed, and the log of what was said."""

from __future__ import annotations

from dataclasses import replace

from config.changes import Changes
from config.person import Consent
from scheduler.delivery.correspondence import (
    ConsentEntry,
    Reaction,
)
from scheduler.delivery.delivery import State
from scheduler.delivery.ports import Outbox
from tests.standins.approaches import from_link, hear
from tests.standins.correspondents import gets, person_of
from tests.standins.outbox_parts import (
    EARLY,
    HOUR,
    MINUTE,
    NINE,
    begin_all,
    outcome,
    states,
)


class ConsentContract:
    def test_who_has_to_agree_is_asked_once_and_not_welcomed(self, outbox: Outbox) -> None:
        asked = person_of(consent=Consent.ASKED)
        for _ in range(2):
            outbox.enrol([asked], EARLY)
        assert list(states(outbox)) == ["consent:a"]
        assert outbox.consents("a") == [ConsentEntry(EARLY, "asked", "file")]
        (message,) = begin_all(outbox)
        outbox.settle([outcome(message, State.SENT)], NINE)
        assert outbox.purge(NINE + HOUR, 10) == 1
        outbox.enrol([], NINE + HOUR)
        outbox.enrol([asked], NINE + HOUR)
        assert states(outbox) == {}

    def test_a_yes_is_kept_and_welcomed_once(self, outbox: Outbox) -> None:
        outbox.enrol([person_of(consent=Consent.ASKED)], EARLY)
        welcome = person_of().welcome
        assert welcome is not None
        agreed = ConsentEntry(NINE, "agreed", "sms")
        yes = Reaction("yes", changes=Changes(agreed=True), answers=(welcome,), consents=(agreed,))
        assert [hear(outbox, from_link("a"), yes).answers for _ in range(2)] == [1, 0]
        assert gets(outbox).consent is Consent.GIVEN
        outbox.enrol([person_of(consent=Consent.ASKED, language="es")], NINE)
        assert gets(outbox).consent is Consent.GIVEN
        assert list(states(outbox)) == ["consent:a", "welcome:a"]
        assert outbox.consents("a") == [ConsentEntry(EARLY, "asked", "file"), agreed, agreed]

    def test_who_agreed_elsewhere_is_logged_with_source_and_date(self, outbox: Outbox) -> None:
        outbox.enrol([replace(person_of(), given="clinic, 2026-11-01")], EARLY, origin="roster")
        outbox.enrol([replace(person_of(), given="clinic, 2026-11-01")], NINE, origin="roster")
        assert outbox.consents("a") == [ConsentEntry(EARLY, "given", "roster", "clinic, 2026-11-01")]
        assert outbox.consents("nobody") == []

    def test_who_is_said_to_have_agreed_later_is_logged_then_and_welcomed(self, outbox: Outbox) -> None:
        outbox.enrol([person_of(consent=Consent.ASKED)], EARLY)
        outbox.enrol([person_of()], NINE)
        assert [each.what for each in outbox.consents("a")] == ["asked", "given"]
        assert list(states(outbox)) == ["consent:a", "welcome:a"]

    def test_stops_and_pauses_that_others_tell_of_are_logged(self, outbox: Outbox) -> None:
        outbox.enrol([person_of()], EARLY)
        for _ in range(2):
            outbox.opt_out("a", NINE, "operator")
        outbox.pause("a", NINE + HOUR, NINE)
        outbox.pause("a", None, NINE + MINUTE)
        told = [(each.what, each.way) for each in outbox.consents("a")]
        assert told == [("given", "file"), ("stopped", "operator"), ("paused", "operator"), ("resumed", "operator")]

    def test_what_is_said_is_logged_in_the_order_it_was_said(self, outbox: Outbox) -> None:
        outbox.enrol([person_of()], EARLY)
        entries = (ConsentEntry(NINE + MINUTE, "came back", "sms"), ConsentEntry(NINE, "stopped", "link", "x"))
        hear(outbox, from_link("a"), Reaction("x", consents=entries))
        assert outbox.consents("a")[1:] == [entries[1], entries[0]]
