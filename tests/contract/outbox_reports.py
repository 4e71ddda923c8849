"""Reports: what providers say of messages they had accepted counts once, forward only, whenever it comes."""

from __future__ import annotations

from dataclasses import replace
from threading import Barrier, Thread

import pytest

from config.person import ChannelName, Contacts
from scheduler.delivery.correspondence import Report
from scheduler.delivery.delivery import Message, State
from scheduler.delivery.doubt import Resolution
from scheduler.delivery.ports import Divert, Hold, Judgement, Outbox, Ready
from tests.standins.outbox_parts import (
    EARLY,
    EMAIL,
    HOUR,
    LEASE,
    MINUTE,
    NINE,
    SMS,
    begin_all,
    enrolment,
    message_to,
    one_each,
    outcome,
    send,
    states,
)

LATER = NINE + MINUTE
BOTH = Contacts(phone="+447700900123", email="sam@example.org")


def told(state: State, receipt: str = "SM1", reason: str | None = None, *, opted_out: bool = False) -> Report:
    return Report(receipt, state, LATER, reason, opted_out)


def sent(
    outbox: Outbox, receipt: str | None = "SM1", *, channels: tuple[ChannelName, ...] = (SMS,), person: str = "a"
) -> Message:
    """A message that the provider has accepted."""
    outbox.enrol([enrolment(person, channels=channels, contacts=BOTH)], EARLY, origin=person)
    outbox.claim_due(NINE, 10, one_each)
    (message,) = begin_all(outbox, channel=channels[0])
    outbox.settle([replace(outcome(message, State.SENT), receipt=receipt)], NINE)
    return message


def state_of(outbox: Outbox, message: Message) -> tuple[State, str | None]:
    (found,) = [each for each in outbox.deliveries(EARLY, NINE + HOUR) if each.id == message.delivery]
    return found.state, found.reason


class ReportsContract:
    @pytest.mark.parametrize(
        ("reports", "state"),
        [
            ([State.SENT], State.SENT),
            ([State.DELIVERED], State.DELIVERED),
            ([State.FAILED], State.FAILED),
            ([State.DELIVERED, State.SENT], State.DELIVERED),
            ([State.DELIVERED, State.FAILED], State.DELIVERED),
            ([State.FAILED, State.SENT], State.FAILED),
            ([State.FAILED, State.DELIVERED], State.FAILED),
        ],
    )
    def test_a_report_moves_a_delivery_forward_only(self, outbox: Outbox, reports: list[State], state: State) -> None:
        message = sent(outbox)
        moved = [outbox.report([told(each)], LATER) for each in reports]
        assert state_of(outbox, message)[0] is state
        assert sum(moved) == (state is not State.SENT)

    def test_of_reports_that_come_together_the_one_that_says_most_counts(self, outbox: Outbox) -> None:
        message = sent(outbox)
        reports = [told(State.SENT), told(State.DELIVERED), told(State.FAILED, reason="30003"), told(State.SENT)]
        assert outbox.report(reports, LATER) == 1
        assert state_of(outbox, message) == (State.DELIVERED, None)

    def test_a_failure_says_why_and_so_does_its_attempt(self, outbox: Outbox) -> None:
        message = sent(outbox)
        outbox.report([told(State.FAILED, reason="30003")], LATER)
        assert state_of(outbox, message) == (State.FAILED, "30003")
        (attempt,) = outbox.attempts([message.delivery])
        assert (attempt.outcome, attempt.reason, attempt.settled_at) == ("undelivered", "30003", NINE)

    def test_a_failure_goes_on_to_the_next_channel_within_the_life(self, outbox: Outbox) -> None:
        message = sent(outbox, channels=(SMS, EMAIL))
        assert outbox.report([told(State.FAILED, reason="30007")], LATER) == 1
        assert state_of(outbox, message) == (State.PENDING, "30007")
        assert begin_all(outbox, LATER) == []
        (again,) = begin_all(outbox, LATER, EMAIL)
        assert (again.delivery, again.attempt) == (message.delivery, 2)
        outbox.settle([outcome(again, State.SENT)], LATER)
        assert outbox.report([told(State.DELIVERED)], LATER) == 0, "the report of an earlier attempt is history"
        assert state_of(outbox, message)[0] is State.SENT

    def test_a_failure_after_the_life_is_over_is_the_end(self, outbox: Outbox) -> None:
        message = sent(outbox, channels=(SMS, EMAIL))
        outbox.report([told(State.FAILED, reason="30003")], NINE + HOUR)
        assert state_of(outbox, message) == (State.FAILED, "30003")

    def test_a_stop_told_by_a_report_holds_and_leads_to_no_other_channel(self, outbox: Outbox) -> None:
        message = sent(outbox, channels=(SMS, EMAIL))
        outbox.add(message_to("a", cause="send:1", due=NINE + HOUR))
        outbox.report([told(State.FAILED, reason="21610", opted_out=True)], LATER)
        assert state_of(outbox, message) == (State.FAILED, "21610")
        assert states(outbox)["send:1"] == (State.SUPPRESSED, "opted out")
        found = outbox.person("a")
        assert found is not None
        assert found[1].opted_out
        assert [(each.what, each.way) for each in outbox.consents("a")][1:] == [("stopped", "provider")]
        outbox.enrol([enrolment("b", contacts=Contacts(phone=BOTH.phone))], LATER, origin="roster")
        shared = outbox.person("b")
        assert shared is not None
        assert shared[1].opted_out

    def test_an_unknown_message_is_settled_by_a_report(self, outbox: Outbox) -> None:
        outbox.enrol([enrolment("a")], EARLY)
        outbox.claim_due(NINE, 10, one_each)
        (message,) = begin_all(outbox)
        assert outbox.report([told(State.DELIVERED)], LATER) == 0
        outbox.settle([outcome(message, State.UNKNOWN, "unknown", "no answer")], LATER)
        outbox.resolve([Resolution(message.delivery, 1, State.SENT, 1, receipt="SM1")], NINE + HOUR)
        assert state_of(outbox, message) == (State.DELIVERED, None)

    def test_a_report_that_is_here_before_the_receipt_counts_when_that_comes(self, outbox: Outbox) -> None:
        outbox.enrol([enrolment("a")], EARLY)
        outbox.claim_due(NINE, 10, one_each)
        (message,) = begin_all(outbox)
        for state in (State.SENT, State.DELIVERED, State.SENT):
            assert outbox.report([told(state)], NINE) == 0
        outbox.settle([replace(outcome(message, State.SENT), receipt="SM1")], LATER)
        assert state_of(outbox, message) == (State.DELIVERED, None)

    def test_a_report_and_its_receipt_at_once_never_miss_each_other(self, outbox: Outbox) -> None:
        people = [f"p{number}" for number in range(12)]
        outbox.enrol([enrolment(each) for each in people], EARLY)
        outbox.claim_due(NINE, 100, one_each)
        messages = begin_all(outbox)
        together = Barrier(2)

        def settle_each() -> None:
            for each in messages:
                together.wait()
                outbox.settle([replace(outcome(each, State.SENT), receipt=f"SM{each.delivery}")], NINE)

        thread = Thread(target=settle_each)
        thread.start()
        for each in messages:
            together.wait()
            outbox.report([told(State.DELIVERED, f"SM{each.delivery}")], NINE)
        thread.join()
        assert {state for state, _ in states(outbox).values()} == {State.DELIVERED}

    def test_an_early_stop_counts_when_the_receipt_comes(self, outbox: Outbox) -> None:
        outbox.enrol([enrolment("a")], EARLY)
        outbox.claim_due(NINE, 10, one_each)
        (message,) = begin_all(outbox)
        outbox.report([told(State.FAILED, opted_out=True)], NINE)
        outbox.report([told(State.FAILED)], NINE)
        outbox.settle([replace(outcome(message, State.SENT), receipt="SM1")], LATER)
        assert [each.what for each in outbox.consents("a")] == ["given", "stopped"]

    def test_a_report_that_nobody_claims_ages_out(self, outbox: Outbox) -> None:
        outbox.enrol([enrolment("a")], EARLY)
        outbox.claim_due(NINE, 10, one_each)
        (message,) = begin_all(outbox)
        outbox.report([told(State.DELIVERED)], NINE)
        outbox.purge(NINE + HOUR, 10)
        outbox.settle([replace(outcome(message, State.SENT), receipt="SM1")], LATER)
        assert state_of(outbox, message) == (State.SENT, None)

    def test_what_awaits_a_report_is_listed_newest_first(self, outbox: Outbox) -> None:
        for number, person in enumerate("abc"):
            outbox.enrol([enrolment(person)], EARLY, origin=person)
            outbox.add(message_to(person, cause=f"send:{person}"))
            at = NINE + number * MINUTE
            (message,) = begin_all(outbox, at)
            outbox.settle([replace(outcome(message, State.SENT), receipt=f"SM{number}")], at)
        assert outbox.awaiting(EARLY, SMS, 10) == ["SM2", "SM1", "SM0"]
        assert outbox.awaiting(EARLY, SMS, 2) == ["SM2", "SM1"]
        assert outbox.awaiting(NINE + MINUTE, SMS, 10) == ["SM2", "SM1"]
        assert outbox.awaiting(EARLY, EMAIL, 10) == []
        outbox.report([told(State.DELIVERED, "SM1"), told(State.FAILED, "SM0")], NINE + HOUR)
        assert outbox.awaiting(EARLY, SMS, 10) == ["SM2"]

    def test_what_has_no_receipt_awaits_nothing(self, outbox: Outbox) -> None:
        sent(outbox, None)
        assert outbox.awaiting(EARLY, SMS, 10) == []


class RefusalsContract:
    def test_an_address_is_held_after_three_refusals_in_a_row(self, outbox: Outbox) -> None:
        for number in range(3):
            assert self.is_held(outbox, number) is False
            self.settle(outbox, number, State.FAILED)
        assert self.is_held(outbox, 3) is True
        assert outbox.overview(EARLY).held_contacts == 1

    def test_one_that_accepts_starts_afresh(self, outbox: Outbox) -> None:
        for number, state in enumerate((State.FAILED, State.FAILED, State.SENT, State.FAILED, State.FAILED)):
            self.settle(outbox, number, state)
        assert self.is_held(outbox, 5) is False

    def test_another_address_is_not_held(self, outbox: Outbox) -> None:
        for number in range(3):
            self.settle(outbox, number, State.FAILED)
        assert self.is_held(outbox, 3, "new@example.org") is False
        assert self.is_held(outbox, 4) is True

    def test_a_hold_ages_out(self, outbox: Outbox) -> None:
        for number in range(3):
            self.settle(outbox, number, State.FAILED)
        outbox.purge(NINE + HOUR, 10)
        assert self.is_held(outbox, 3) is False

    def test_a_refusal_of_another_channel_holds_nothing(self, outbox: Outbox) -> None:
        outbox.enrol([enrolment("a", {})], EARLY)
        for number in range(4):
            outbox.add(message_to("a", cause=f"send:{number}"))
            (message,) = begin_all(outbox)
            outbox.settle([replace(outcome(message, State.FAILED, "refused"), bounced=True)], NINE)
        assert outbox.overview(EARLY).held_contacts == 0

    def test_what_is_diverted_goes_out_on_the_next_channel_at_once(self, outbox: Outbox) -> None:
        outbox.enrol([enrolment("a", channels=(EMAIL, SMS), contacts=BOTH)], EARLY)
        outbox.claim_due(NINE, 10, one_each)
        assert outbox.begin(LATER, EMAIL, 10, LEASE, lambda _: Divert("on hold")) == []
        ((state, reason),) = states(outbox).values()
        assert (state, reason) == (State.PENDING, "on hold")
        assert outbox.next_event_at() == LATER
        (message,) = begin_all(outbox, LATER)
        assert message.attempt == 1

    def test_what_is_held_may_be_given_a_longer_life(self, outbox: Outbox) -> None:
        outbox.enrol([enrolment("a", {}, welcome=True)], EARLY)
        outbox.begin(NINE, SMS, 10, LEASE, lambda _: Hold(NINE + 5 * HOUR, expires_at=NINE + 6 * HOUR))
        outbox.begin(NINE + 5 * HOUR, SMS, 10, LEASE, lambda _: Hold(NINE + 5 * HOUR + MINUTE))
        (found,) = outbox.deliveries(EARLY, NINE + HOUR)
        assert (found.not_before, found.expires_at) == (NINE + 5 * HOUR + MINUTE, NINE + 6 * HOUR)

    def is_held(self, outbox: Outbox, number: int, address: str = "sam@example.org") -> bool:
        """Whether the next email to that address would be."""
        contacts = Contacts(email=address)
        outbox.enrol([enrolment("a", {}, channels=(EMAIL,), contacts=contacts)], EARLY)
        outbox.add(message_to("a", cause=f"look:{number}", channels=(EMAIL,)))
        seen: list[bool] = []

        def judge(ready: Ready) -> Judgement:
            seen.append(ready.contact_held)
            return Hold(NINE + HOUR)

        outbox.begin(NINE, EMAIL, 10, LEASE, judge, cause=f"look:{number}")
        (held,) = seen
        return held

    def settle(self, outbox: Outbox, number: int, state: State) -> None:
        outbox.enrol([enrolment("a", {}, channels=(EMAIL,), contacts=Contacts(email="sam@example.org"))], EARLY)
        outbox.add(message_to("a", cause=f"send:{number}", channels=(EMAIL,)))
        (message,) = outbox.begin(NINE, EMAIL, 10, LEASE, send, cause=f"send:{number}")
        name = "accepted" if state is State.SENT else "refused"
        outbox.settle([replace(outcome(message, state, name), bounced=state is State.FAILED)], NINE)


class HandingBackContract:
    def test_what_was_never_called_goes_back_also_after_its_lease(self, outbox: Outbox) -> None:
        outbox.enrol([enrolment("a", {})], EARLY)
        outbox.add(message_to("a", cause="send:1"))
        messages = begin_all(outbox)
        outbox.expire_leases(NINE + LEASE)
        outbox.hand_back(messages, NINE + LEASE)
        (found,) = outbox.deliveries(EARLY, NINE + HOUR)
        assert (found.state, found.attempts, found.look_at) == (State.PENDING, 0, None)
        assert outbox.attempts([found.id]) == []
        assert len(begin_all(outbox, NINE + LEASE)) == 1

    def test_what_had_another_attempt_meanwhile_is_left_alone(self, outbox: Outbox) -> None:
        outbox.enrol([enrolment("a", {}, channels=(EMAIL,), contacts=BOTH)], EARLY)
        outbox.add(message_to("a", cause="send:1", channels=(EMAIL,)))
        first = begin_all(outbox, channel=EMAIL)
        outbox.expire_leases(NINE + LEASE)
        (second,) = begin_all(outbox, NINE + LEASE + MINUTE, EMAIL)
        outbox.hand_back(first, NINE + LEASE + MINUTE)
        (found,) = outbox.deliveries(EARLY, NINE + HOUR)
        assert (found.state, found.attempts) == (State.SENDING, second.attempt)
