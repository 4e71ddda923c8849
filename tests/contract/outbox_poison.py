"""What raises is counted, given up visibly, and taken up again after an edit."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from scheduler.delivery.delivery import State
from scheduler.delivery.poison import MOST_RETRIES
from scheduler.delivery.ports import DueNudge, End, Hold, Judgement, NudgeDecision, Outbox, Ready
from tests.standins.outbox_parts import (
    EARLY,
    HOUR,
    LEASE,
    MINUTE,
    NINE,
    SMS,
    Seen,
    all_deliveries,
    enrolment,
    message_to,
    one_each,
    send,
    states,
)


def failing(due: Sequence[DueNudge]) -> list[NudgeDecision]:
    """Fails once more, and comes again in a minute while it may."""
    return [
        NudgeDecision(
            (),
            each.decided_at,
            NINE + (each.failures + 1) * MINUTE if each.failures < MOST_RETRIES else None,
            each.sent_count,
            each.failures + 1,
        )
        for each in due
    ]


def fail_until_given_up(outbox: Outbox) -> None:
    for minute in range(MOST_RETRIES + 1):
        assert outbox.claim_due(NINE + minute * MINUTE, 10, failing) == 1


class PoisonContract:
    def test_how_often_deciding_a_nudge_failed_is_remembered(self, outbox: Outbox) -> None:
        outbox.enrol([enrolment("a")], EARLY)
        outbox.claim_due(NINE, 10, failing)
        seen = Seen()
        outbox.claim_due(NINE + MINUTE, 10, seen)
        assert [each.failures for each in seen.due] == [1]
        assert outbox.overview(EARLY).given_up == 0

    def test_a_nudge_that_is_given_up_rests_and_is_shown(self, outbox: Outbox) -> None:
        outbox.enrol([enrolment("a"), enrolment("b", {"hydration": NINE + HOUR})], EARLY)
        fail_until_given_up(outbox)
        assert outbox.overview(EARLY).given_up == 1
        assert outbox.claim_due(NINE + 100 * HOUR, 10, one_each) == 1

    def test_a_nudge_that_was_given_up_rests_through_an_enrolment_that_changes_nothing(self, outbox: Outbox) -> None:
        outbox.enrol([enrolment("a")], EARLY)
        fail_until_given_up(outbox)
        outbox.enrol([enrolment("a")], NINE + 10 * MINUTE)
        assert outbox.overview(EARLY).given_up == 1
        assert outbox.next_event_at() is None

    def test_an_edit_of_the_person_gives_it_a_fresh_start_where_it_stood(self, outbox: Outbox) -> None:
        outbox.enrol([enrolment("a")], EARLY)
        fail_until_given_up(outbox)
        outbox.enrol([enrolment("a", channels=())], NINE + 10 * MINUTE)
        assert outbox.overview(EARLY).given_up == 0
        seen = Seen()
        outbox.claim_due(NINE + 10 * MINUTE, 10, seen)
        assert [(each.failures, each.decided_at) for each in seen.due] == [(0, EARLY)]

    def test_an_edit_of_the_schedule_gives_it_a_fresh_start_from_now_on(self, outbox: Outbox) -> None:
        outbox.enrol([enrolment("a")], EARLY)
        fail_until_given_up(outbox)
        outbox.enrol([enrolment("a", edition="2")], NINE + 10 * MINUTE)
        assert outbox.overview(EARLY).given_up == 0
        assert outbox.next_event_at() == NINE + timedelta(days=1)

    def test_someone_who_left_is_no_longer_counted(self, outbox: Outbox) -> None:
        outbox.enrol([enrolment("a")], EARLY)
        fail_until_given_up(outbox)
        outbox.enrol([], NINE + 10 * MINUTE)
        assert outbox.overview(EARLY).given_up == 0

    def test_how_often_preparing_a_delivery_failed_is_remembered(self, outbox: Outbox) -> None:
        outbox.enrol([enrolment("a", {})], EARLY)
        outbox.add(message_to("a", cause="send:1"))
        outbox.begin(NINE, SMS, 10, LEASE, lambda _: Hold(NINE + MINUTE, failed=True))
        outbox.begin(NINE + MINUTE, SMS, 10, LEASE, lambda _: Hold(NINE + 2 * MINUTE))
        outbox.begin(NINE + 2 * MINUTE, SMS, 10, LEASE, lambda _: Hold(NINE + 3 * MINUTE, failed=True))
        (delivery,) = all_deliveries(outbox)
        assert (delivery.state, delivery.failures, delivery.not_before) == (State.PENDING, 2, NINE + 3 * MINUTE)

    def test_what_is_ended_or_held_does_not_use_up_the_room_of_what_may_begin(self, outbox: Outbox) -> None:
        outbox.enrol([enrolment("a", {})], EARLY)
        for minute in range(6):
            outbox.add(message_to("a", cause=f"send:{minute}", due=NINE - (6 - minute) * MINUTE))

        def judge(ready: Ready) -> Judgement:
            number = int(ready.delivery.cause[-1])
            if number < 2:
                return End(State.MISSED, "too late")
            return Hold(NINE + HOUR) if number == 2 else send(ready)

        assert [message.key for message in outbox.begin(NINE, SMS, 2, LEASE, judge)] == ["send:3", "send:4"]
        assert [state for state, _ in states(outbox).values()] == [
            State.MISSED,
            State.MISSED,
            State.PENDING,
            State.SENDING,
            State.SENDING,
            State.PENDING,
        ]

    def test_a_judge_that_holds_everything_is_not_asked_for_ever(self, outbox: Outbox) -> None:
        outbox.enrol([enrolment("a", {})], EARLY)
        outbox.add(message_to("a", cause="send:1"))
        asked = 0

        def judge(ready: Ready) -> Judgement:
            nonlocal asked
            asked += 1
            return Hold(ready.delivery.not_before)

        assert outbox.begin(NINE, SMS, 1, LEASE, judge) == []
        assert 1 <= asked <= 1000
