"""Doubts: what may or may not have gone out is looked up or, by email, sent again; never blindly, never for ever."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from config.person import ChannelName, Contacts
from scheduler.delivery.delivery import Delivery, Message, State
from scheduler.delivery.doubt import Resolution
from scheduler.delivery.ports import End, Hold, Outbox
from tests.standins.outbox_parts import (
    EARLY,
    EMAIL,
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
    send,
)

FIRST_LOOK = NINE + timedelta(seconds=10)
LATER = NINE + 30 * MINUTE
BOTH = Contacts(phone="+447700900123", email="sam@example.org")
APPRISE = Contacts(apprise="ntfy://secret")


def left_unknown(
    outbox: Outbox, channel: ChannelName = SMS, person: str = "a", contacts: Contacts | None = BOTH
) -> Message:
    """A delivery of which nobody knows whether it went out."""
    outbox.enrol([enrolment(person, channels=(channel,), contacts=contacts)], EARLY, origin=person)
    outbox.claim_due(NINE, 100, one_each)
    (message,) = begin_all(outbox, channel=channel)
    outbox.settle([outcome(message, State.UNKNOWN, "unknown", "no answer")], NINE)
    return message


def the_one(outbox: Outbox) -> Delivery:
    (delivery,) = all_deliveries(outbox)
    return delivery


def found(message: Message, state: State = State.SENT, receipt: str | None = "SM1") -> Resolution:
    return Resolution(message.delivery, message.attempt, state, 1, receipt=receipt)


def not_found(message: Message, look_at: datetime | None) -> Resolution:
    return Resolution(message.delivery, message.attempt, State.UNKNOWN, 1, look_at, "no answer")


class DoubtsContract:
    def test_an_unknown_message_is_looked_up_by_its_words_its_address_and_its_time(self, outbox: Outbox) -> None:
        message = left_unknown(outbox)
        assert outbox.in_doubt(FIRST_LOOK - timedelta(microseconds=1), SMS, 10) == []
        assert outbox.in_doubt(FIRST_LOOK, EMAIL, 10) == []
        (doubt,) = outbox.in_doubt(FIRST_LOOK, SMS, 10)
        assert doubt.delivery == the_one(outbox)
        assert (doubt.address, doubt.text, doubt.begun_at) == (BOTH.phone, message.text, NINE)
        assert doubt.rivals == 0
        assert outbox.overview(EARLY).in_doubt == 1
        assert outbox.next_event_at() == FIRST_LOOK

    def test_what_a_crash_left_behind_is_looked_up_too(self, outbox: Outbox) -> None:
        outbox.enrol([enrolment("a")], EARLY)
        outbox.claim_due(NINE, 10, one_each)
        (message,) = begin_all(outbox)
        outbox.expire_leases(NINE + LEASE)
        (doubt,) = outbox.in_doubt(FIRST_LOOK + LEASE, SMS, 10)
        assert (doubt.text, doubt.begun_at) == (message.text, NINE)

    def test_those_waiting_longest_are_looked_up_first(self, outbox: Outbox) -> None:
        first, second = left_unknown(outbox, person="a"), left_unknown(outbox, person="b")
        outbox.resolve([not_found(first, LATER)], FIRST_LOOK)
        found = [each.delivery.id for each in outbox.in_doubt(LATER, SMS, 10)]
        assert found == [second.delivery, first.delivery]
        assert [each.delivery.id for each in outbox.in_doubt(LATER, SMS, 1)] == [second.delivery]

    @pytest.mark.parametrize(("channel", "contacts"), [(ChannelName.CONSOLE, BOTH), (ChannelName.APPRISE, APPRISE)])
    def test_where_nothing_can_be_found_out_it_is_closed_at_once(
        self, outbox: Outbox, channel: ChannelName, contacts: Contacts
    ) -> None:
        left_unknown(outbox, channel, contacts=contacts)
        assert (the_one(outbox).state, the_one(outbox).look_at) == (State.UNKNOWN, None)
        assert outbox.overview(EARLY).in_doubt == 0
        assert outbox.in_doubt(LATER, channel, 10) == []
        assert begin_all(outbox, LATER, channel) == []

    def test_a_crash_on_the_console_is_closed_when_its_lease_ends(self, outbox: Outbox) -> None:
        outbox.enrol([enrolment("a", channels=(ChannelName.CONSOLE,))], EARLY)
        outbox.claim_due(NINE, 10, one_each)
        begin_all(outbox, channel=ChannelName.CONSOLE)
        assert outbox.expire_leases(NINE + LEASE) == 1
        assert the_one(outbox).look_at is None

    @pytest.mark.parametrize("state", [State.SENT, State.DELIVERED, State.FAILED])
    def test_what_is_found_is_settled_with_its_receipt(self, outbox: Outbox, state: State) -> None:
        message = left_unknown(outbox)
        outbox.resolve([found(message, state)], FIRST_LOOK)
        delivery = the_one(outbox)
        assert (delivery.state, delivery.receipt, delivery.look_at, delivery.looks) == (state, "SM1", None, 1)
        assert [each.outcome for each in outbox.attempts([delivery.id])] == ["found"]
        assert outbox.known_receipts({"SM1", "SM2"}) == {"SM1"}
        assert outbox.next_event_at() == NINE + timedelta(days=1)

    def test_what_is_not_found_is_looked_up_again_and_at_last_closed(self, outbox: Outbox) -> None:
        message = left_unknown(outbox)
        outbox.resolve([not_found(message, LATER)], FIRST_LOOK)
        assert (the_one(outbox).state, the_one(outbox).look_at, the_one(outbox).looks) == (State.UNKNOWN, LATER, 1)
        assert outbox.in_doubt(FIRST_LOOK, SMS, 10) == []
        outbox.resolve([not_found(message, None)], LATER)
        assert outbox.in_doubt(LATER + HOUR, SMS, 10) == []
        assert (the_one(outbox).state, the_one(outbox).reason) == (State.UNKNOWN, "no answer")

    def test_a_message_that_another_delivery_has_is_not_this_one(self, outbox: Outbox) -> None:
        first, second = left_unknown(outbox, person="a"), left_unknown(outbox, person="b")
        outbox.resolve([found(first)], FIRST_LOOK)
        outbox.resolve([found(second)], FIRST_LOOK)
        states = {each.person: (each.state, each.look_at) for each in all_deliveries(outbox)}
        assert states == {"a": (State.SENT, None), "b": (State.UNKNOWN, FIRST_LOOK)}

    def test_a_look_up_that_comes_too_late_changes_nothing(self, outbox: Outbox) -> None:
        message = left_unknown(outbox)
        outbox.resolve([replace(found(message), attempt=2), replace(found(message), delivery=4711)], FIRST_LOOK)
        assert the_one(outbox).state is State.UNKNOWN
        outbox.resolve([found(message)], FIRST_LOOK)
        outbox.resolve([found(message, State.FAILED, "SM2")], FIRST_LOOK)
        assert (the_one(outbox).state, the_one(outbox).receipt) == (State.SENT, "SM1")

    def test_a_look_up_makes_legal_moves_only(self, outbox: Outbox) -> None:
        message = left_unknown(outbox)
        with pytest.raises(ValueError, match="is unknown and cannot become missed"):
            outbox.resolve([found(message, State.MISSED)], FIRST_LOOK)

    def test_the_same_words_to_the_same_number_are_rivals(self, outbox: Outbox) -> None:
        outbox.enrol([enrolment("a", {}, contacts=BOTH)], EARLY)
        for number in range(3):
            outbox.add(message_to("a", cause=f"send:{number}"))
        first, second, _ = begin_all(outbox)
        outbox.settle([outcome(first, State.UNKNOWN, "unknown"), outcome(second, State.UNKNOWN, "unknown")], NINE)
        assert [each.rivals for each in outbox.in_doubt(FIRST_LOOK, SMS, 10)] == [2, 2]
        outbox.resolve([not_found(second, None)], FIRST_LOOK)
        assert [each.rivals for each in outbox.in_doubt(FIRST_LOOK, SMS, 10)] == [1]

    def test_the_number_of_somebody_else_is_not_asked_about(self, outbox: Outbox) -> None:
        left_unknown(outbox)
        outbox.enrol([enrolment("a", contacts=replace(BOTH, phone="+447700900999"))], NINE, origin="a")
        (doubt,) = outbox.in_doubt(FIRST_LOOK, SMS, 10)
        assert doubt.address is None

    def test_an_email_is_sent_again_as_another_attempt_of_the_same_delivery(self, outbox: Outbox) -> None:
        first = left_unknown(outbox, EMAIL)
        assert begin_all(outbox, FIRST_LOOK - timedelta(microseconds=1), EMAIL) == []
        (second,) = begin_all(outbox, FIRST_LOOK, EMAIL)
        assert (second.delivery, second.key, second.attempt, second.doubtful) == (first.delivery, first.key, 2, True)
        assert (the_one(outbox).state, the_one(outbox).looks) == (State.SENDING, 1)
        assert begin_all(outbox, LATER, EMAIL) == []
        outbox.settle([replace(outcome(second, State.SENT), receipt="<id>")], FIRST_LOOK)
        assert (the_one(outbox).state, the_one(outbox).receipt) == (State.SENT, "<id>")
        assert [each.outcome for each in outbox.attempts([first.delivery])] == ["unknown", "accepted"]

    def test_an_email_is_sent_again_three_times_at_most(self, outbox: Outbox) -> None:
        left_unknown(outbox, EMAIL)
        now, repeats = NINE, 0
        while (look_at := the_one(outbox).look_at) is not None:
            assert look_at > now
            (message,) = begin_all(outbox, look_at, EMAIL)
            now, repeats = look_at, repeats + 1
            if repeats == 2:  # a crash counts as well
                now += LEASE
                outbox.expire_leases(now)
            else:
                outbox.settle([outcome(message, State.UNKNOWN, "retry", "busy")], now)
        assert repeats == 3
        assert begin_all(outbox, now + timedelta(days=1), EMAIL) == []
        assert the_one(outbox).state is State.UNKNOWN

    def test_sms_and_single_messages_are_not_sent_again(self, outbox: Outbox) -> None:
        left_unknown(outbox)
        assert begin_all(outbox, LATER) == []
        left_unknown(outbox, EMAIL, person="b")
        cause = "slot:b/hydration/2026-11-23/09:00"
        assert outbox.begin(LATER, EMAIL, 10, LEASE, send, cause=cause) == []

    def test_what_is_pending_goes_before_what_is_sent_again(self, outbox: Outbox) -> None:
        doubtful = left_unknown(outbox, EMAIL)
        outbox.add(message_to("a", cause="send:1", due=FIRST_LOOK, channels=(EMAIL,)))
        (one,) = outbox.begin(FIRST_LOOK, EMAIL, 1, LEASE, send)
        assert (one.key, one.doubtful) == ("send:1", False)
        (two,) = outbox.begin(FIRST_LOOK, EMAIL, 1, LEASE, send)
        assert two.delivery == doubtful.delivery

    def test_a_repeat_that_may_not_go_out_leaves_the_delivery_unknown_and_closed(self, outbox: Outbox) -> None:
        left_unknown(outbox, EMAIL)
        assert outbox.begin(FIRST_LOOK, EMAIL, 10, LEASE, lambda _: End(State.FAILED, "too late")) == []
        delivery = the_one(outbox)
        assert (delivery.state, delivery.look_at, delivery.attempts) == (State.UNKNOWN, None, 1)
        assert delivery.reason == "no answer; not sent again (too late)"
        assert begin_all(outbox, LATER, EMAIL) == []

    def test_a_repeat_may_have_to_wait(self, outbox: Outbox) -> None:
        left_unknown(outbox, EMAIL)
        assert outbox.begin(FIRST_LOOK, EMAIL, 10, LEASE, lambda _: Hold(LATER)) == []
        assert (the_one(outbox).state, the_one(outbox).look_at) == (State.UNKNOWN, LATER)
        assert len(begin_all(outbox, LATER, EMAIL)) == 1

    def test_nothing_is_sent_again_after_a_stop(self, outbox: Outbox) -> None:
        left_unknown(outbox, EMAIL)
        outbox.opt_out("a", NINE, "reply")
        assert begin_all(outbox, FIRST_LOOK, EMAIL) == []
        assert the_one(outbox).reason == "no answer; not sent again (opted out)"
        assert the_one(outbox).look_at is None

    def test_nothing_is_sent_again_to_another_address(self, outbox: Outbox) -> None:
        left_unknown(outbox, EMAIL)
        outbox.enrol([enrolment("a", contacts=replace(BOTH, email="kim@example.org"))], NINE, origin="a")
        assert begin_all(outbox, FIRST_LOOK, EMAIL) == []
        assert the_one(outbox).reason == "no answer; not sent again (the person's contact has changed)"

    def test_a_repeat_that_was_never_called_is_unknown_as_before(self, outbox: Outbox) -> None:
        left_unknown(outbox, EMAIL)
        (message,) = begin_all(outbox, FIRST_LOOK, EMAIL)
        outbox.hand_back([message], FIRST_LOOK)
        delivery = the_one(outbox)
        assert (delivery.state, delivery.attempts, delivery.looks) == (State.UNKNOWN, 1, 0)
        assert begin_all(outbox, FIRST_LOOK, EMAIL) == [message]

    def test_a_clock_that_was_ahead_does_not_put_off_a_look_for_ever(self, outbox: Outbox) -> None:
        left_unknown(outbox)
        outbox.rewind(NINE - HOUR, MINUTE)
        assert the_one(outbox).look_at == NINE - HOUR + MINUTE
        outbox.rewind(NINE - HOUR, HOUR)
        assert the_one(outbox).look_at == NINE - HOUR + MINUTE
