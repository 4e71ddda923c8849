"""Records: what log, status and retention read and delete."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from scheduler.delivery.delivery import State
from scheduler.delivery.ports import Outbox, Overview
from tests.standins.outbox_parts import (
    EARLY,
    HOUR,
    LEASE,
    MINUTE,
    NINE,
    all_deliveries,
    begin_all,
    enrolment,
    message_to,
    nothing_sent,
    one_each,
    outcome,
    states,
)

ODD = datetime(2026, 3, 29, 1, 0, 0, 123457, tzinfo=UTC)
SECOND = timedelta(seconds=1)


class RecordsContract:
    def test_an_empty_outbox_has_nothing_to_say(self, outbox: Outbox) -> None:
        assert outbox.next_event_at() is None
        assert all_deliveries(outbox) == []
        assert outbox.attempts([]) == []
        assert outbox.overview(EARLY) == Overview(0, 0, None, {}, (), None)

    def test_instants_come_back_to_the_microsecond(self, outbox: Outbox) -> None:
        outbox.enrol([enrolment("a", {})], EARLY)
        outbox.add(message_to("a", cause="send:1", due=ODD))
        (delivery,) = all_deliveries(outbox)
        assert delivery.due_at == ODD
        assert delivery.due_at.tzinfo is UTC

    def test_the_log_is_half_open_and_in_order(self, outbox: Outbox) -> None:
        outbox.enrol([enrolment("a", {})], EARLY)
        for minute in (2, 0, 1, 3):
            outbox.add(message_to("a", cause=f"send:{minute}", due=NINE + minute * MINUTE))
        found = outbox.deliveries(NINE + MINUTE, NINE + 3 * MINUTE)
        assert [each.cause for each in found] == ["send:1", "send:2"]

    def test_a_short_log_holds_the_newest(self, outbox: Outbox) -> None:
        outbox.enrol([enrolment("a", {})], EARLY)
        for minute in range(5):
            outbox.add(message_to("a", cause=f"send:{minute}", due=NINE + minute * MINUTE))
        found = outbox.deliveries(EARLY, NINE + HOUR, limit=2)
        assert [each.cause for each in found] == ["send:3", "send:4"]
        assert outbox.deliveries(EARLY, NINE + HOUR, limit=0) == []

    def test_the_log_of_one_person_is_theirs_alone(self, outbox: Outbox) -> None:
        outbox.enrol([enrolment("a"), enrolment("b")], EARLY)
        outbox.claim_due(NINE, 10, one_each)
        assert [each.person for each in outbox.deliveries(EARLY, NINE + HOUR, person="b")] == ["b"]

    def test_attempts_are_listed_by_delivery_and_number(self, outbox: Outbox) -> None:
        outbox.enrol([enrolment("a"), enrolment("b")], EARLY)
        outbox.claim_due(NINE, 10, one_each)
        for _ in range(2):
            again = [outcome(message, State.PENDING, "retry", "busy") for message in begin_all(outbox)]
            outbox.settle(again, NINE)
        first, second = (each.id for each in all_deliveries(outbox))
        found = [(each.delivery, each.number) for each in outbox.attempts([second, first, second])]
        assert found == [(first, 1), (first, 2), (second, 1), (second, 2)]

    def test_the_overview_counts(self, outbox: Outbox) -> None:
        outbox.enrol([enrolment("a"), enrolment("b"), enrolment("c", {"hydration": NINE + HOUR})], EARLY)
        outbox.claim_due(NINE, 1, one_each)
        begin_all(outbox)
        outbox.claim_due(NINE, 1, nothing_sent)
        outbox.add(message_to("c", cause="send:1", due=NINE + SECOND))
        outbox.tick(NINE)
        outbox.tick(NINE + MINUTE)
        assert outbox.overview(NINE) == Overview(
            people=3,
            nudges=3,
            next_due_at=NINE + HOUR,
            states={State.SENDING: 1, State.SUPPRESSED: 1, State.PENDING: 1},
            holds=(),
            last_tick_at=NINE + MINUTE,
        )
        assert outbox.overview(NINE + HOUR).states == {}

    def test_the_next_event_is_the_earliest_of_all_kinds(self, outbox: Outbox) -> None:
        outbox.enrol([enrolment("a"), enrolment("b", {"hydration": NINE + HOUR})], EARLY)
        assert outbox.next_event_at() == NINE
        outbox.claim_due(NINE, 10, one_each)
        assert outbox.next_event_at() == NINE
        begin_all(outbox)
        assert outbox.next_event_at() == NINE + LEASE
        outbox.expire_leases(NINE + LEASE)
        assert outbox.next_event_at() == NINE + LEASE + 10 * SECOND

    def test_retention_deletes_what_is_finished_and_old_and_nothing_else(self, outbox: Outbox) -> None:
        outbox.enrol([enrolment(each) for each in ("sent", "sending", "unknown", "pending")], EARLY)
        outbox.claim_due(NINE, 10, one_each)
        messages = {message.person: message for message in begin_all(outbox)}
        outbox.settle([outcome(messages["sent"], State.SENT)], NINE)
        outbox.settle([outcome(messages["unknown"], State.UNKNOWN, "unknown", "no answer")], NINE + MINUTE)
        outbox.settle([outcome(messages["pending"], State.PENDING, "retry", "busy")], NINE)
        assert outbox.purge(NINE, 10) == 0
        assert outbox.purge(NINE + HOUR, 1) == 1
        assert outbox.attempts([messages["sent"].delivery]) == []
        assert outbox.purge(NINE + HOUR, 10) == 1
        assert {each.person for each in all_deliveries(outbox)} == {"sending", "pending"}
        outbox.settle([outcome(messages["sending"], State.SENT)], NINE)
        assert outbox.purge(NINE + HOUR, 10) == 1

    def test_a_purged_identifier_is_never_used_again(self, outbox: Outbox) -> None:
        outbox.enrol([enrolment("a", {})], EARLY)
        outbox.add(message_to("a", cause="send:1", state=State.SUPPRESSED))
        (first,) = all_deliveries(outbox)
        outbox.purge(NINE + HOUR, 10)
        outbox.add(message_to("a", cause="send:2"))
        (second,) = all_deliveries(outbox)
        assert second.id > first.id
        assert list(states(outbox)) == ["send:2"]
