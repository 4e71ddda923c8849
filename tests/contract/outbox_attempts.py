"""Attempts: committed before any call, settled after it, and never begun twice."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from scheduler.delivery.delivery import State
from scheduler.delivery.ports import (
    AttemptRecord,
    ChannelHold,
    End,
    Hold,
    Judgement,
    Outbox,
    Ready,
    Settlement,
    Standing,
)
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
    states,
)

CAUSE = "slot:a/hydration/2026-11-23/09:00"


def claimed(outbox: Outbox, *people: str) -> None:
    outbox.enrol([enrolment(each, channels=(SMS, EMAIL)) for each in people or ("a",)], EARLY)
    outbox.claim_due(NINE, 100, one_each)


class AttemptsContract:
    def test_an_attempt_is_recorded_before_its_message_is_given_out(self, outbox: Outbox) -> None:
        claimed(outbox)
        (message,) = begin_all(outbox)
        (delivery,) = all_deliveries(outbox)
        assert (delivery.id, delivery.state, delivery.attempts) == (message.delivery, State.SENDING, 1)
        assert outbox.attempts([delivery.id]) == [AttemptRecord(delivery.id, 1, SMS, NINE, None, None, None)]
        assert outbox.next_event_at() == NINE + LEASE

    def test_the_judge_is_told_what_is_known(self, outbox: Outbox) -> None:
        claimed(outbox)
        outbox.pause("a", NINE + HOUR, NINE)
        seen: list[Ready] = []

        def judge(ready: Ready) -> Judgement:
            seen.append(ready)
            return Hold(NINE + MINUTE)

        outbox.begin(NINE, SMS, 10, LEASE, judge)
        person = enrolment("a", channels=(SMS, EMAIL)).person
        assert [each.delivery.cause for each in seen] == [CAUSE]
        assert (seen[0].preferences, seen[0].contacts) == (person.preferences, person.contacts)
        assert seen[0].standing == Standing(paused_until=NINE + HOUR)

    def test_what_is_being_sent_is_not_begun_again(self, outbox: Outbox) -> None:
        claimed(outbox)
        begin_all(outbox)
        assert begin_all(outbox) == []

    def test_the_earliest_begin_first_and_no_more_than_asked_for(self, outbox: Outbox) -> None:
        outbox.enrol([enrolment("a", {})], EARLY)
        for minute in (3, 1, 2, 1):
            due = NINE + minute * MINUTE
            outbox.add(message_to("a", cause=f"send:{minute}", due=due))
        begun = [message.key for message in outbox.begin(NINE + 2 * MINUTE, SMS, 1, LEASE, send)]
        begun += [message.key for message in outbox.begin(NINE + 2 * MINUTE, SMS, 10, LEASE, send)]
        assert begun == ["send:1", "send:2"]

    def test_one_delivery_may_be_begun_alone_and_the_others_stay_as_they_are(self, outbox: Outbox) -> None:
        outbox.enrol([enrolment("a", {})], EARLY)
        for cause in ("send:1", "send:2", "send:3"):
            outbox.add(message_to("a", cause=cause, due=NINE))
        begun = outbox.begin(NINE, SMS, 10, LEASE, send, cause="send:2")
        assert [message.key for message in begun] == ["send:2"]
        assert outbox.begin(NINE, SMS, 10, LEASE, send, cause="send:2") == []
        assert [message.key for message in begin_all(outbox)] == ["send:1", "send:3"]

    def test_a_channel_begins_only_what_is_its_own(self, outbox: Outbox) -> None:
        claimed(outbox)
        assert begin_all(outbox, channel=EMAIL) == []
        assert len(begin_all(outbox, channel=SMS)) == 1

    def test_a_delivery_waits_until_its_own_time(self, outbox: Outbox) -> None:
        outbox.enrol([enrolment("a", {})], EARLY)
        outbox.add(replace(message_to("a", cause="welcome:a"), not_before=NINE + MINUTE))
        assert outbox.next_event_at() == NINE + MINUTE
        assert begin_all(outbox, NINE) == []
        assert len(begin_all(outbox, NINE + MINUTE)) == 1

    def test_the_judge_may_hold_a_delivery_back(self, outbox: Outbox) -> None:
        claimed(outbox)
        assert outbox.begin(NINE, SMS, 10, LEASE, lambda _: Hold(NINE + HOUR)) == []
        assert outbox.next_event_at() == NINE + HOUR
        (delivery,) = all_deliveries(outbox)
        assert (delivery.state, delivery.not_before, delivery.attempts) == (State.PENDING, NINE + HOUR, 0)

    def test_the_judge_may_end_a_delivery(self, outbox: Outbox) -> None:
        claimed(outbox, "a", "b")
        missed, failed = End(State.MISSED, "too late"), End(State.FAILED, "no contact")
        ends = {"a": missed, "b": failed}
        assert outbox.begin(NINE, SMS, 10, LEASE, lambda ready: ends[ready.delivery.person]) == []
        assert list(states(outbox).values()) == [(State.MISSED, "too late"), (State.FAILED, "no contact")]
        assert State.PENDING not in outbox.overview(EARLY).states

    def test_the_judge_may_not_invent_an_outcome(self, outbox: Outbox) -> None:
        claimed(outbox)
        with pytest.raises(ValueError, match=r"delivery \d+ is pending and cannot become sent"):
            outbox.begin(NINE, SMS, 10, LEASE, lambda _: End(State.SENT, "surely"))
        assert states(outbox) == {CAUSE: (State.PENDING, None)}

    def test_an_accepted_attempt_is_sent_with_its_receipt(self, outbox: Outbox) -> None:
        claimed(outbox)
        (message,) = begin_all(outbox)
        outbox.settle([replace(outcome(message, State.SENT), receipt="SM1")], NINE + MINUTE)
        (delivery,) = all_deliveries(outbox)
        assert (delivery.state, delivery.receipt, delivery.updated_at) == (State.SENT, "SM1", NINE + MINUTE)
        record = AttemptRecord(delivery.id, 1, SMS, NINE, NINE + MINUTE, "accepted", None)
        assert outbox.attempts([delivery.id]) == [record]
        assert outbox.expire_leases(NINE + HOUR) == 0

    def test_a_retry_waits_and_counts_its_attempts(self, outbox: Outbox) -> None:
        claimed(outbox)
        (first,) = begin_all(outbox)
        busy = outcome(first, State.PENDING, "retry", "busy")
        outbox.settle([replace(busy, not_before=NINE + MINUTE)], NINE)
        assert states(outbox) == {CAUSE: (State.PENDING, "busy")}
        assert outbox.expire_leases(NINE + HOUR) == 0
        assert begin_all(outbox, NINE) == []
        (second,) = begin_all(outbox, NINE + MINUTE)
        assert (second.delivery, second.attempt) == (first.delivery, 2)
        records = outbox.attempts([first.delivery])
        assert [(each.number, each.outcome, each.reason) for each in records] == [(1, "retry", "busy"), (2, None, None)]

    def test_a_refusal_may_go_on_to_the_next_channel(self, outbox: Outbox) -> None:
        claimed(outbox)
        (first,) = begin_all(outbox)
        refused = outcome(first, State.PENDING, "refused", "no such number")
        outbox.settle([replace(refused, channel_index=1)], NINE)
        assert begin_all(outbox, channel=SMS) == []
        (second,) = begin_all(outbox, channel=EMAIL)
        (delivery,) = all_deliveries(outbox)
        assert (delivery.channel, delivery.channel_index) == (EMAIL, 1)
        assert [each.channel for each in outbox.attempts([second.delivery])] == [SMS, EMAIL]

    def test_an_illegal_move_is_an_error_and_settles_nothing(self, outbox: Outbox) -> None:
        claimed(outbox, "a", "b")
        good, bad = begin_all(outbox)
        with pytest.raises(ValueError, match="is sending and cannot become delivered"):
            outbox.settle([outcome(good, State.SENT), outcome(bad, State.DELIVERED)], NINE)
        assert {state for state, _ in states(outbox).values()} == {State.SENDING}

    @pytest.mark.parametrize("state", [State.SENT, State.FAILED, State.SUPPRESSED])
    def test_an_outcome_that_comes_after_the_lease_still_counts(self, outbox: Outbox, state: State) -> None:
        claimed(outbox)
        (message,) = begin_all(outbox)
        assert outbox.expire_leases(NINE + LEASE) == 1
        late = replace(outcome(message, state), opt_out=state is State.SUPPRESSED)
        outbox.settle([late, Settlement(4711, 1, "accepted", State.SENT)], NINE + LEASE)
        assert [state for state, _ in states(outbox).values()] == [state]
        assert [each.outcome for each in outbox.attempts([message.delivery])] == [late.outcome]
        assert outbox.in_doubt(NINE + HOUR, SMS, 10) == []
        known = outbox.person("a")
        assert known is not None
        assert known[1].opted_out is late.opt_out

    def test_a_refusal_that_comes_after_the_lease_still_goes_on_to_the_next_channel(self, outbox: Outbox) -> None:
        claimed(outbox)
        (message,) = begin_all(outbox)
        outbox.expire_leases(NINE + LEASE)
        refused = outcome(message, State.PENDING, "refused", "no such number")
        outbox.settle([replace(refused, channel_index=1)], NINE + LEASE)
        assert outbox.in_doubt(NINE + HOUR, SMS, 10) == []
        (second,) = begin_all(outbox, NINE + LEASE, channel=EMAIL)
        assert (second.delivery, second.attempt) == (message.delivery, 2)

    def test_an_unknown_that_comes_after_the_lease_changes_nothing(self, outbox: Outbox) -> None:
        claimed(outbox)
        (message,) = begin_all(outbox)
        outbox.expire_leases(NINE + LEASE)
        before = all_deliveries(outbox)
        outbox.settle([outcome(message, State.UNKNOWN, "unknown", "no answer")], NINE + LEASE + MINUTE)
        assert all_deliveries(outbox) == before

    def test_a_settlement_of_an_earlier_attempt_changes_nothing(self, outbox: Outbox) -> None:
        claimed(outbox)
        (first,) = begin_all(outbox)
        outbox.settle([outcome(first, State.PENDING, "retry", "busy")], NINE)
        begin_all(outbox)
        outbox.settle([outcome(first, State.FAILED, "refused", "no such number")], NINE)
        assert [state for state, _ in states(outbox).values()] == [State.SENDING]

    def test_an_expired_lease_leaves_the_outcome_unknown(self, outbox: Outbox) -> None:
        claimed(outbox)
        (message,) = begin_all(outbox)
        assert outbox.expire_leases(NINE + LEASE - timedelta(microseconds=1)) == 0
        assert outbox.expire_leases(NINE + LEASE) == 1
        assert states(outbox) == {CAUSE: (State.UNKNOWN, "interrupted while it was being sent")}
        (record,) = outbox.attempts([message.delivery])
        assert (record.outcome, record.settled_at) == ("unknown", NINE + LEASE)
        assert begin_all(outbox, NINE + LEASE) == []
        assert outbox.overview(EARLY).states == {State.UNKNOWN: 1}

    def test_what_was_never_called_is_handed_back_as_if_it_had_not_begun(self, outbox: Outbox) -> None:
        claimed(outbox)
        (first,) = begin_all(outbox)
        outbox.hand_back([first], NINE + MINUTE)
        (delivery,) = all_deliveries(outbox)
        assert (delivery.state, delivery.attempts, delivery.updated_at) == (State.PENDING, 0, NINE + MINUTE)
        assert outbox.attempts([delivery.id]) == []
        assert outbox.expire_leases(NINE + HOUR) == 0
        (again,) = begin_all(outbox, NINE + MINUTE)
        assert again == first

    def test_what_was_settled_is_not_handed_back(self, outbox: Outbox) -> None:
        claimed(outbox)
        (message,) = begin_all(outbox)
        outbox.settle([outcome(message, State.SENT)], NINE)
        outbox.hand_back([message], NINE)
        assert states(outbox) == {CAUSE: (State.SENT, None)}
        assert len(outbox.attempts([message.delivery])) == 1

    def test_settling_and_handing_back_nothing_is_allowed(self, outbox: Outbox) -> None:
        outbox.settle([], NINE)
        outbox.hand_back([], NINE)
        assert states(outbox) == {}

    def test_an_open_breaker_holds_its_channel_and_no_other(self, outbox: Outbox) -> None:
        claimed(outbox)
        outbox.enrol([enrolment("b", channels=(EMAIL,))], EARLY, origin="roster")
        outbox.claim_due(NINE, 10, one_each)
        outbox.open_breaker(ChannelHold(SMS, NINE + HOUR, "401: credentials"))
        assert begin_all(outbox) == []
        assert [message.person for message in begin_all(outbox, channel=EMAIL)] == ["b"]
        assert list(outbox.holds(NINE)) == [ChannelHold(SMS, NINE + HOUR, "401: credentials")]
        assert outbox.overview(EARLY).holds == tuple(outbox.holds(EARLY))
        assert len(begin_all(outbox, NINE + HOUR)) == 1

    def test_a_breaker_is_no_reason_to_wake_before_it_closes(self, outbox: Outbox) -> None:
        claimed(outbox)
        outbox.open_breaker(ChannelHold(SMS, NINE + 5 * MINUTE, "401"))
        outbox.open_breaker(ChannelHold(SMS, NINE + 10 * MINUTE, "403"))
        assert outbox.next_event_at() == NINE + 10 * MINUTE
        outbox.open_breaker(ChannelHold(SMS, NINE - MINUTE, "mended"))
        assert outbox.next_event_at() == NINE
        assert outbox.overview(NINE).holds == ()
