"""The clock: what an outbox remembers of it, and what becomes of its instants when it is set back."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from scheduler.delivery.delivery import State
from scheduler.delivery.passing_over import RESTORED
from scheduler.delivery.ports import ChannelHold, Decide, DueNudge, NudgeDecision, Outbox
from scheduler.delivery.timekeeping import FAR, ClockHold, ClockRecord
from scheduler.planning.decision import EDIT_GUARD
from tests.standins.outbox_parts import (
    DAY,
    EARLY,
    HOUR,
    LEASE,
    MINUTE,
    NINE,
    SMS,
    Seen,
    all_deliveries,
    begin_all,
    enrolment,
    message_to,
    outcome,
    states,
)

HOLD = ClockHold(trusted_at=NINE, shown_at=NINE + 70 * 365 * FAR)


def decided_until(until: timedelta, state: State = State.MISSED) -> Decide:
    """A decision at NINE + `until` with one slot at that instant."""

    def decide(due: Sequence[DueNudge]) -> list[NudgeDecision]:
        at = NINE + until
        return [
            NudgeDecision(
                (
                    message_to(
                        each.person,
                        cause=f"slot:{each.person}/{each.nudge}/{until}",
                        due=at,
                        owner_day=DAY,
                        state=state,
                    ),
                ),
                at,
                at + 10 * FAR,
                each.sent_count,
            )
            for each in due
        ]

    return decide


def decided_at(outbox: Outbox, now: datetime) -> list[datetime]:
    seen = Seen()
    outbox.claim_due(now, 10, seen)
    return [each.decided_at for each in seen.due]


class ClockContract:
    def test_a_new_outbox_knows_nothing_of_the_clock(self, outbox: Outbox) -> None:
        assert outbox.clock_record() == ClockRecord(None, None)

    def test_ticks_keep_the_newest_instant_that_was_believed(self, outbox: Outbox) -> None:
        outbox.tick(NINE)
        outbox.tick(NINE - HOUR)
        outbox.tick(NINE + 70 * 365 * FAR, believed=False)
        assert outbox.clock_record().newest == NINE
        assert outbox.overview(EARLY).last_tick_at == NINE + 70 * 365 * FAR

    def test_a_hold_is_kept_until_it_is_released(self, outbox: Outbox) -> None:
        outbox.tick(NINE)
        outbox.hold_clock(ClockHold(EARLY, NINE))
        outbox.hold_clock(HOLD)
        assert outbox.clock_record() == ClockRecord(NINE, HOLD)
        outbox.release_clock(NINE, LEASE)
        assert outbox.clock_record() == ClockRecord(NINE, None)

    @pytest.mark.parametrize("shown", [NINE - 400 * FAR, NINE + 400 * FAR])
    def test_who_confirms_a_time_starts_a_new_record(self, outbox: Outbox, shown: datetime) -> None:
        outbox.tick(NINE)
        outbox.hold_clock(HOLD)
        outbox.confirm_clock(shown, LEASE)
        assert outbox.clock_record() == ClockRecord(shown, None)

    def test_zone_data_that_changed_while_nobody_looked_counts_from_the_next_enrolment(self, outbox: Outbox) -> None:
        outbox.enrol([enrolment("a")], EARLY)
        outbox.enrol([enrolment("a", {"hydration": NINE + HOUR})], EARLY + MINUTE)
        assert outbox.next_event_at() == NINE + HOUR
        assert decided_at(outbox, NINE + HOUR) == [EARLY]

    def test_set_back_every_nudge_is_derived_again_from_about_now(self, outbox: Outbox) -> None:
        outbox.enrol([enrolment("a"), enrolment("b", {"hydration": NINE + 9 * FAR}), enrolment("c", {})], EARLY)
        outbox.claim_due(NINE + 5 * HOUR, 10, decided_until(5 * HOUR))
        outbox.rewind(NINE, LEASE)
        assert outbox.next_event_at() == NINE
        assert decided_at(outbox, NINE) == [NINE, EARLY]

    def test_set_back_a_little_nothing_already_decided_comes_again(self, outbox: Outbox) -> None:
        outbox.enrol([enrolment("a")], EARLY)
        outbox.claim_due(NINE, 10, decided_until(timedelta(0), State.PENDING))
        before = states(outbox)
        outbox.rewind(NINE - MINUTE, LEASE)
        outbox.claim_due(NINE, 10, decided_until(timedelta(0), State.PENDING))
        assert states(outbox) == before

    def test_set_back_just_after_an_edit_its_guard_holds(self, outbox: Outbox) -> None:
        outbox.enrol([enrolment("a")], EARLY)
        outbox.claim_due(NINE, 10, decided_until(timedelta(0), State.PENDING))
        outbox.enrol([enrolment("a", edition="2")], NINE)
        outbox.rewind(NINE - MINUTE, LEASE)
        assert decided_at(outbox, NINE - MINUTE) == [NINE - MINUTE + EDIT_GUARD]

    def test_a_sleeping_nudge_stays_asleep(self, outbox: Outbox) -> None:
        outbox.enrol([enrolment("a")], EARLY)
        outbox.enrol([], EARLY)
        outbox.rewind(EARLY - HOUR, LEASE)
        outbox.confirm_clock(EARLY - HOUR, LEASE)
        assert outbox.next_event_at() is None

    def test_an_edit_after_the_clock_was_set_back_keeps_its_distance_from_now(self, outbox: Outbox) -> None:
        outbox.enrol([enrolment("a")], EARLY)
        outbox.claim_due(NINE + 5 * HOUR, 10, decided_until(5 * HOUR))
        outbox.rewind(NINE, LEASE)
        outbox.enrol([enrolment("a", edition="2")], NINE)
        assert decided_at(outbox, NINE + 9 * FAR) == [NINE + EDIT_GUARD]

    def test_slots_passed_over_in_a_time_that_was_taken_back_are_decided_anew(self, outbox: Outbox) -> None:
        outbox.enrol([enrolment("a")], EARLY)
        outbox.claim_due(NINE + HOUR, 10, decided_until(HOUR))
        outbox.rewind(NINE + HOUR, LEASE)
        assert len(all_deliveries(outbox)) == 1
        outbox.rewind(NINE, LEASE)
        assert all_deliveries(outbox) == []

    def test_what_a_restored_copy_withdrew_stays_withdrawn(self, outbox: Outbox) -> None:
        outbox.enrol([enrolment("a")], EARLY)
        slot = message_to("a", cause="slot:a", due=NINE + HOUR, owner_day=DAY, state=State.SUPPRESSED)
        outbox.add(replace(slot, reason=RESTORED))
        outbox.rewind(NINE, LEASE)
        assert states(outbox) == {"slot:a": (State.SUPPRESSED, RESTORED)}

    def test_what_was_sent_or_tried_or_waits_to_be_sent_stays(self, outbox: Outbox) -> None:
        outbox.enrol([enrolment("a"), enrolment("b"), enrolment("c")], EARLY)
        outbox.claim_due(NINE + HOUR, 1, decided_until(HOUR, State.PENDING))
        outbox.claim_due(NINE + HOUR, 1, decided_until(HOUR, State.PENDING))
        one, other = begin_all(outbox, NINE + HOUR)
        outbox.settle([outcome(one, State.SENT), outcome(other, State.FAILED)], NINE + HOUR)
        outbox.claim_due(NINE + HOUR, 1, decided_until(HOUR, State.PENDING))
        before = states(outbox)
        outbox.rewind(NINE, LEASE)
        assert states(outbox) == before
        assert [state for state, _ in before.values()] == [State.SENT, State.FAILED, State.PENDING]

    def test_what_is_no_slot_is_never_forgotten(self, outbox: Outbox) -> None:
        outbox.enrol([enrolment("a", {})], EARLY)
        outbox.add(message_to("a", cause="welcome:a", due=NINE + HOUR, state=State.SUPPRESSED))
        outbox.rewind(NINE, LEASE)
        assert list(states(outbox)) == ["welcome:a"]

    def test_no_lease_outlasts_the_time_that_was_taken_back(self, outbox: Outbox) -> None:
        outbox.enrol([enrolment("a", {}), enrolment("b", {})], EARLY)
        outbox.add(message_to("a", cause="send:1", due=NINE))
        assert len(begin_all(outbox, NINE + 20 * HOUR)) == 1
        outbox.rewind(NINE, LEASE)
        assert outbox.next_event_at() == NINE + LEASE
        assert outbox.expire_leases(NINE + LEASE) == 1

    def test_no_breaker_outlasts_the_time_that_was_taken_back(self, outbox: Outbox) -> None:
        outbox.open_breaker(ChannelHold(SMS, NINE + 20 * HOUR, "401"))
        outbox.rewind(NINE, LEASE)
        (hold,) = outbox.holds(EARLY)
        assert hold == ChannelHold(SMS, NINE + LEASE, "401")

    def test_no_retry_waits_for_the_time_that_was_taken_back(self, outbox: Outbox) -> None:
        outbox.enrol([enrolment("a", {})], EARLY)
        outbox.add(message_to("a", cause="send:1", due=NINE - MINUTE))
        (message,) = begin_all(outbox, NINE + 20 * HOUR)
        again = replace(outcome(message, State.PENDING, "retry"), not_before=NINE + 21 * HOUR)
        outbox.settle([again], NINE + 20 * HOUR)
        outbox.rewind(NINE, LEASE)
        (delivery,) = all_deliveries(outbox)
        assert delivery.not_before == NINE + LEASE

    def test_what_is_due_later_still_waits_until_it_is_due(self, outbox: Outbox) -> None:
        outbox.enrol([enrolment("a", {})], EARLY)
        outbox.add(message_to("a", cause="send:1", due=NINE + HOUR))
        outbox.rewind(NINE, LEASE)
        (delivery,) = all_deliveries(outbox)
        assert delivery.not_before == NINE + HOUR

    def test_a_short_wait_is_left_alone(self, outbox: Outbox) -> None:
        outbox.enrol([enrolment("a", {})], EARLY)
        outbox.add(message_to("a", cause="send:1", due=NINE + MINUTE))
        outbox.open_breaker(ChannelHold(SMS, NINE + MINUTE, "401"))
        outbox.rewind(NINE, LEASE)
        assert all_deliveries(outbox)[0].not_before == NINE + MINUTE
        assert outbox.holds(EARLY)[0].until == NINE + MINUTE

    def test_a_confirmed_leap_is_not_made_up_for_further_back_than_a_day(self, outbox: Outbox) -> None:
        outbox.enrol([enrolment("a")], EARLY)
        outbox.confirm_clock(NINE + 70 * 365 * FAR, LEASE)
        assert decided_at(outbox, NINE + 70 * 365 * FAR) == [NINE + (70 * 365 - 1) * FAR]

    def test_a_confirmed_time_before_the_record_decides_on_from_there(self, outbox: Outbox) -> None:
        outbox.enrol([enrolment("a")], NINE)
        outbox.confirm_clock(NINE - 30 * FAR, LEASE)
        assert decided_at(outbox, NINE - 30 * FAR) == [NINE - 30 * FAR]
