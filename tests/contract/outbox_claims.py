"""Claims: each due nudge becomes its deliveries once, whoever asks and however many ask at once."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from itertools import repeat

import pytest

from scheduler.delivery.delivery import State
from scheduler.delivery.ports import DueNudge, NudgeDecision, Outbox, Standing
from tests.standins.outbox_parts import (
    DAY,
    EARLY,
    HOUR,
    MINUTE,
    NINE,
    SMS,
    Seen,
    all_deliveries,
    begin_all,
    enrolment,
    message_to,
    nothing_sent,
    one_each,
    outcome,
    states,
)

DAYS = timedelta(days=1)


class ClaimsContract:
    def test_nothing_is_claimed_before_its_time(self, outbox: Outbox) -> None:
        outbox.enrol([enrolment("a")], EARLY)
        assert outbox.claim_due(NINE - timedelta(microseconds=1), 10, one_each) == 0
        assert outbox.claim_due(NINE, 10, one_each) == 1

    def test_a_claimed_nudge_becomes_a_delivery_and_moves_on(self, outbox: Outbox) -> None:
        outbox.enrol([enrolment("a")], EARLY)
        outbox.claim_due(NINE + MINUTE, 10, one_each)
        (delivery,) = all_deliveries(outbox)
        assert delivery.cause == "slot:a/hydration/2026-11-23/09:00"
        assert (delivery.person, delivery.kind, delivery.state) == ("a", "hydration", State.PENDING)
        assert (delivery.due_at, delivery.not_before, delivery.expires_at) == (NINE, NINE, NINE + HOUR)
        assert (delivery.owner_day, delivery.channels, delivery.channel) == (DAY, (SMS,), SMS)
        assert (delivery.attempts, delivery.variant, delivery.asked) == (0, 0, False)
        assert (delivery.reason, delivery.receipt, delivery.updated_at) == (None, None, NINE + MINUTE)
        assert outbox.claim_due(NINE + MINUTE, 10, one_each) == 0
        assert outbox.overview(EARLY).next_due_at == NINE + DAYS

    def test_the_earliest_are_claimed_first_and_no_more_than_asked_for(self, outbox: Outbox) -> None:
        late, early = enrolment("a", {"potassium": NINE}), enrolment("b", {"hydration": NINE - MINUTE})
        outbox.enrol([late, early], EARLY)
        assert outbox.claim_due(NINE, 1, one_each) == 1
        assert [each.person for each in all_deliveries(outbox)] == ["b"]

    def test_the_decision_is_told_what_is_known(self, outbox: Outbox) -> None:
        outbox.enrol([enrolment("a")], EARLY)
        outbox.pause("a", NINE + HOUR, EARLY)
        seen = Seen()
        outbox.claim_due(NINE, 10, seen)
        assert seen.due == [
            DueNudge("a", "hydration", EARLY, 0, enrolment("a").person.preferences, Standing(paused_until=NINE + HOUR))
        ]

    def test_a_claim_with_nothing_due_asks_for_no_decision(self, outbox: Outbox) -> None:
        seen = Seen()
        assert outbox.claim_due(NINE, 10, seen) == 0
        assert seen.due == []

    def test_a_cause_happens_once(self, outbox: Outbox) -> None:
        outbox.enrol([enrolment("a")], EARLY)
        assert outbox.add(message_to("a", cause="slot:a/hydration/2026-11-23/09:00", kind="potassium"))
        outbox.claim_due(NINE, 10, one_each)
        assert [each.kind for each in all_deliveries(outbox)] == ["potassium"]
        assert not outbox.add(message_to("a", cause="slot:a/hydration/2026-11-23/09:00"))

    def test_many_threads_claim_every_nudge_exactly_once(self, outbox: Outbox) -> None:
        outbox.enrol([enrolment(f"p{index}") for index in range(60)], EARLY)
        with ThreadPoolExecutor(6) as threads:
            claimed = list(threads.map(lambda _: outbox.claim_due(NINE, 7, one_each), range(18)))
        assert sum(claimed) == 60
        assert len(states(outbox)) == 60

    def test_many_threads_begin_every_delivery_exactly_once(self, outbox: Outbox) -> None:
        outbox.enrol([enrolment(f"p{index}") for index in range(40)], EARLY)
        outbox.claim_due(NINE, 100, one_each)
        with ThreadPoolExecutor(6) as threads:
            begun = [message.person for some in threads.map(begin_all, repeat(outbox, 6)) for message in some]
        assert sorted(begun) == sorted(f"p{index}" for index in range(40))

    def test_a_decision_that_raises_claims_nothing(self, outbox: Outbox) -> None:
        outbox.enrol([enrolment("a")], EARLY)
        with pytest.raises(ArithmeticError):
            outbox.claim_due(NINE, 10, _raise)
        assert outbox.claim_due(NINE, 10, one_each) == 1

    def test_a_nudge_that_could_not_be_decided_is_looked_at_later(self, outbox: Outbox) -> None:
        outbox.enrol([enrolment("a")], EARLY)
        outbox.claim_due(NINE, 10, _later)
        assert states(outbox) == {}
        assert outbox.next_event_at() == NINE + MINUTE
        outbox.enrol([enrolment("a", {"hydration": NINE + 2 * MINUTE}, edition="2")], NINE + MINUTE)
        assert outbox.next_event_at() == NINE + 2 * MINUTE

    def test_sent_deliveries_count_and_others_do_not(self, outbox: Outbox) -> None:
        nudges = {"hydration": NINE, "potassium": NINE, "magnesium": NINE}
        outbox.enrol([enrolment("a", nudges), enrolment("b")], EARLY)
        outbox.claim_due(NINE, 1, one_each)
        seen = Seen()
        outbox.claim_due(NINE, 1, seen)
        assert seen.due[0].counted == {DAY: 1}
        outbox.claim_due(NINE, 10, nothing_sent)
        assert self._counted(outbox) == {DAY: 1}

    def test_failed_deliveries_count_and_silenced_ones_do_not(self, outbox: Outbox) -> None:
        outbox.enrol([enrolment("a", {"hydration": NINE, "legs_up": NINE, "potassium": NINE})], EARLY)
        outbox.claim_due(NINE, 10, one_each)
        failed, suppressed, unknown = begin_all(outbox)
        settlements = [
            outcome(failed, State.FAILED, "refused", "no such number"),
            outcome(suppressed, State.SUPPRESSED, "opted out", "said stop"),
            outcome(unknown, State.UNKNOWN, "unknown", "no answer"),
        ]
        outbox.settle(settlements, NINE)
        assert self._counted(outbox) == {DAY: 2}

    def test_messages_that_are_no_slots_do_not_count(self, outbox: Outbox) -> None:
        outbox.enrol([enrolment("a")], EARLY)
        outbox.add(message_to("a", cause="send:1"))
        assert self._counted(outbox) == {}

    def test_counts_are_kept_apart_by_person_and_owner_day(self, outbox: Outbox) -> None:
        outbox.enrol([enrolment("a"), enrolment("b")], EARLY)
        for person, day in (("a", DAY), ("a", DAY - DAYS), ("a", DAY - 30 * DAYS), ("b", DAY)):
            outbox.add(message_to(person, cause=f"slot:{person}/{day}", owner_day=day))
        assert self._counted(outbox) == {DAY: 1, DAY - DAYS: 1}

    def test_variants_run_on_through_claims_and_single_messages(self, outbox: Outbox) -> None:
        outbox.enrol([enrolment("a")], EARLY)
        assert outbox.sent_counts("a") == {}
        outbox.claim_due(NINE, 10, one_each)
        outbox.add(message_to("a", cause="send:1"))
        outbox.add(message_to("a", cause="send:1"))
        outbox.add(message_to("a", cause="send:2", kind="relief"))
        outbox.add(message_to("a", cause="send:3", state=State.SUPPRESSED))
        assert outbox.sent_counts("a") == {"hydration": 2, "relief": 1}
        assert outbox.sent_counts("nobody") == {}

    def test_a_nudge_sent_by_hand_before_it_is_scheduled_starts_like_a_new_one(self, outbox: Outbox) -> None:
        outbox.enrol([enrolment("a", {})], EARLY)
        outbox.add(message_to("a", cause="send:1"))
        outbox.enrol([enrolment("a")], EARLY)
        assert outbox.overview(EARLY).next_due_at == NINE
        assert outbox.sent_counts("a") == {"hydration": 1}

    def test_a_message_for_somebody_unknown_is_refused(self, outbox: Outbox) -> None:
        with pytest.raises(KeyError):
            outbox.add(message_to("nobody", cause="send:1"))

    @staticmethod
    def _counted(outbox: Outbox) -> dict[date, int]:
        """What the next claim of person a is told."""
        outbox.enrol([enrolment("a", edition="again"), enrolment("b")], EARLY)
        seen = Seen()
        outbox.claim_due(NINE + 2 * DAYS, 100, seen)
        return next(dict(each.counted) for each in seen.due if each.person == "a")


def _raise(_due: Sequence[DueNudge]) -> list[NudgeDecision]:
    raise ArithmeticError


def _later(due: Sequence[DueNudge]) -> list[NudgeDecision]:
    return [NudgeDecision((), each.decided_at, NINE + MINUTE, each.sent_count) for each in due]
