"""Reactions: a stop, a return, a pause hold from the commit that records them, and their answers go out."""

from __future__ import annotations

from dataclasses import replace

import pytest

from config.person import Contacts
from scheduler.delivery.cause import snooze_cause
from scheduler.delivery.correspondence import (
    FORGET_AFTER,
    Approach,
    ConsentEntry,
    Reaction,
    Way,
)
from scheduler.delivery.delivery import State
from scheduler.delivery.ports import Outbox, Standing
from scheduler.planning.slot import Silence
from tests.standins.approaches import Listener, answer, from_link, from_phone, hear
from tests.standins.correspondents import START, STOP, person_of, standing
from tests.standins.outbox_parts import (
    EARLY,
    EMAIL,
    HOUR,
    MINUTE,
    NINE,
    begin_all,
    message_to,
    one_each,
    outcome,
    states,
)


class ReactionContract:
    def test_a_stop_holds_at_once_and_its_confirmation_goes_out(self, outbox: Outbox) -> None:
        outbox.enrol([person_of()], EARLY)
        outbox.claim_due(NINE, 10, one_each)
        heard = hear(outbox, from_phone("+447700900123"), replace(STOP, answers=(answer("a", "stopped"),)))
        assert heard.answers == 1
        assert [message.kind for message in begin_all(outbox)] == ["stopped"]
        assert states(outbox)["slot:a/hydration/2026-11-23/09:00"] == (State.SUPPRESSED, "opted out")

    @pytest.mark.parametrize("kind", ["hydration", "relief", "done", "welcome", "consent"])
    def test_after_a_stop_nothing_but_its_answers_begins(self, outbox: Outbox, kind: str) -> None:
        outbox.enrol([person_of()], EARLY)
        hear(outbox, from_link("a"), replace(STOP, answers=(answer("a", kind), answer("a", "forgotten"))))
        assert [message.kind for message in begin_all(outbox)] == ["forgotten"]

    def test_who_comes_back_does_so_on_every_contact(self, outbox: Outbox) -> None:
        both = Contacts(phone="+447700900123", email="sam@example.org")
        outbox.enrol([person_of(contacts=both)], EARLY)
        hear(outbox, from_phone("+447700900123"), STOP)
        assert standing(outbox).opted_out
        hear(outbox, from_phone("+447700900123"), replace(START, answers=(answer("a", "back"),)))
        assert not standing(outbox).opted_out
        assert [message.kind for message in begin_all(outbox)] == ["back"]

    def test_who_shares_a_contact_comes_back_with_it_unless_they_said_stop_too(self, outbox: Outbox) -> None:
        outbox.enrol(
            [
                person_of("a"),
                person_of("shares"),
                person_of("said", contacts=Contacts(phone="+447700900123", email="said@example.org")),
                person_of("other", contacts=Contacts(phone="+447700900123", email="other@example.org")),
            ],
            EARLY,
        )
        hear(outbox, from_link("said"), STOP)
        hear(outbox, Approach("mail:1", Way.LINK, NINE, contact=(EMAIL, "other@example.org")), STOP)
        outbox.enrol([person_of("third", contacts=Contacts(email="other@example.org"))], NINE, origin="roster")
        hear(outbox, from_link("third"), STOP)
        hear(outbox, from_link("a"), START)
        found = {each: standing(outbox, each).opted_out for each in ("a", "shares", "said", "other", "third")}
        assert found == {"a": False, "shares": False, "said": True, "other": True, "third": True}

    def test_when_somebody_last_said_stop_is_told_while_it_holds(self, outbox: Outbox) -> None:
        outbox.enrol([person_of("a"), person_of("b", contacts=Contacts(phone="+447700900456"))], EARLY)
        listener, logged = Listener(), replace(STOP, consents=(ConsentEntry(NINE, "stopped", "sms"),))
        hear(outbox, from_link("a", NINE), logged)
        hear(outbox, from_link("a", NINE + 2 * MINUTE), STOP)
        hear(outbox, from_link("a", NINE + MINUTE), STOP)
        hear(outbox, from_link("a"), listener)
        assert listener.last.stopped_at == NINE + 2 * MINUTE
        outbox.opt_out("b", NINE + MINUTE, "operator")
        hear(outbox, from_link("b"), listener)
        assert listener.last.stopped_at == NINE + MINUTE
        hear(outbox, from_link("b"), START)
        hear(outbox, from_link("b"), listener)
        assert listener.last.stopped_at is None

    def test_a_stop_of_somebody_who_left_counts(self, outbox: Outbox) -> None:
        outbox.enrol([person_of()], EARLY)
        outbox.enrol([], EARLY)
        hear(outbox, from_phone("+447700900123"), replace(STOP, answers=(answer("a", "stopped"),)))
        assert begin_all(outbox) == []
        outbox.enrol([person_of()], NINE)
        assert standing(outbox).opted_out

    def test_a_stop_that_is_said_twice_is_confirmed(self, outbox: Outbox) -> None:
        outbox.enrol([person_of()], EARLY)
        hear(outbox, from_link("a"), replace(STOP, answers=(answer("a", "stopped"),)))
        hear(outbox, from_link("a"), STOP)
        outbox.opt_out("a", NINE, "provider")
        assert [message.kind for message in begin_all(outbox)] == ["stopped"]

    def test_a_pause_holds_and_is_lifted(self, outbox: Outbox) -> None:
        outbox.enrol([person_of()], EARLY)
        hear(outbox, from_link("a"), Reaction("pause", paused_until=NINE + HOUR))
        assert standing(outbox) == Standing(paused_until=NINE + HOUR)
        hear(outbox, from_link("a"), Reaction("done"))
        assert standing(outbox) == Standing(paused_until=NINE + HOUR)
        hear(outbox, from_link("a"), Reaction("resume", resumed=True))
        assert standing(outbox) == Standing()

    @pytest.mark.parametrize("by_operator", [False, True])
    def test_a_pause_takes_back_what_was_put_off_and_a_later_snooze_holds(
        self, outbox: Outbox, *, by_operator: bool
    ) -> None:
        outbox.enrol([person_of()], EARLY)
        outbox.add(message_to("a", cause="send:1"))
        (sent,) = outbox.deliveries(EARLY, NINE + HOUR)[-1:]
        again = message_to("a", cause=snooze_cause(sent.id), due=NINE + HOUR)
        hear(outbox, from_link("a"), Reaction("snooze", answers=(again,)))
        if by_operator:
            outbox.pause("a", NINE + 30 * HOUR, NINE + MINUTE)
        else:
            hear(outbox, from_link("a"), Reaction("pause", paused_until=NINE + 30 * HOUR), NINE + MINUTE)
        assert states(outbox)[again.cause] == (State.SUPPRESSED, Silence.PAUSED)
        listener = Listener()
        hear(outbox, from_link("a", delivery=sent.id), listener, NINE + MINUTE)
        assert listener.last.snoozed_until == NINE + MINUTE
        later = replace(again, cause=snooze_cause(sent.id + 1000))
        hear(outbox, from_link("a"), Reaction("snooze", answers=(later,)), NINE + 2 * MINUTE)
        assert states(outbox)[later.cause][0] is State.PENDING

    def test_the_answer_to_the_same_cause_is_given_once(self, outbox: Outbox) -> None:
        outbox.enrol([person_of()], EARLY)
        twice = Reaction("snooze", answers=(answer("a", "snoozed"),))
        assert [hear(outbox, from_link("a"), twice).answers for _ in range(2)] == [1, 0]

    def test_details_come_back_as_they_were(self, outbox: Outbox) -> None:
        outbox.enrol([person_of()], EARLY)
        plain = answer("a", "paused")
        told = replace(plain, details=replace(plain.details, count=3, about="hydration", nth=2, until=NINE))
        hear(outbox, from_link("a"), Reaction("pause", answers=(told,)))
        (found,) = [each for each in outbox.deliveries(EARLY, NINE + HOUR) if each.cause == told.cause]
        assert found.details == told.details

    def test_who_asks_to_be_forgotten_is_so_when_they_know_it(self, outbox: Outbox) -> None:
        outbox.enrol([person_of(), person_of("b", contacts=Contacts(phone="+44b"))], EARLY)
        forget = Reaction("forget me", forget=True, opted_out=True, answers=(answer("a", "forgotten"),))
        hear(outbox, from_link("a"), forget)
        assert outbox.forgettable(NINE) == []
        assert outbox.forgettable(NINE + FORGET_AFTER) == ["a"]
        (message,) = [each for each in begin_all(outbox) if each.kind == "forgotten"]
        assert outbox.forgettable(NINE) == []
        outbox.settle([outcome(message, State.SENT)], NINE)
        assert outbox.forgettable(NINE) == ["a"]

    def test_who_asks_by_a_page_to_be_forgotten_is_so_at_once(self, outbox: Outbox) -> None:
        outbox.enrol([person_of()], EARLY)
        hear(outbox, from_link("a"), Reaction("forget me", forget=True))
        assert outbox.forgettable(NINE) == ["a"]
