"""Of the slots of one nudge that wait together, which have been overtaken."""

from __future__ import annotations

import pytest

from scheduler.delivery.delivery import State
from scheduler.delivery.ports import Hold, Judgement, Outbox, Ready
from tests.standins.outbox_parts import DAY, EARLY, HOUR, LEASE, MINUTE, NINE, SMS, enrolment, message_to


class OvertakingContract:
    """After an outage of the provider several slots of one nudge may wait; only the latest is of use."""

    @pytest.mark.parametrize("state", [State.PENDING, State.SENT, State.UNKNOWN])
    def test_a_slot_is_overtaken_by_a_later_one_of_its_kind_that_waits_or_went_out(
        self, outbox: Outbox, state: State
    ) -> None:
        outbox.enrol([enrolment("a", {})], EARLY)
        outbox.add(message_to("a", cause="slot:1", due=NINE, owner_day=DAY))
        outbox.add(message_to("a", cause="slot:2", due=NINE + MINUTE, owner_day=DAY, state=state))
        assert told(outbox)["slot:1"]

    @pytest.mark.parametrize("state", [State.MISSED, State.SUPPRESSED, State.CANCELLED, State.FAILED])
    def test_a_later_slot_that_never_goes_out_overtakes_nothing(self, outbox: Outbox, state: State) -> None:
        outbox.enrol([enrolment("a", {})], EARLY)
        outbox.add(message_to("a", cause="slot:1", due=NINE, owner_day=DAY))
        outbox.add(message_to("a", cause="slot:2", due=NINE + MINUTE, owner_day=DAY, state=state))
        assert told(outbox) == {"slot:1": False}

    def test_another_nudge_another_person_and_a_message_that_is_no_slot_overtake_nothing(self, outbox: Outbox) -> None:
        outbox.enrol([enrolment("a", {}), enrolment("b", {})], EARLY)
        later = NINE + MINUTE
        outbox.add(message_to("a", cause="slot:1", due=NINE, owner_day=DAY))
        outbox.add(message_to("a", cause="slot:2", due=later, owner_day=DAY, kind="potassium"))
        outbox.add(message_to("b", cause="slot:3", due=later, owner_day=DAY))
        outbox.add(message_to("a", cause="send:4", due=later))
        assert not any(told(outbox).values())

    def test_a_slot_of_the_future_that_a_clock_too_far_ahead_sent_overtakes_nothing(self, outbox: Outbox) -> None:
        outbox.enrol([enrolment("a", {})], EARLY)
        outbox.add(message_to("a", cause="slot:1", due=NINE, owner_day=DAY))
        outbox.add(message_to("a", cause="slot:2", due=NINE + 24 * HOUR, owner_day=DAY, state=State.SENT))
        assert told(outbox) == {"slot:1": False}

    def test_two_slots_at_one_instant_do_not_overtake_each_other(self, outbox: Outbox) -> None:
        outbox.enrol([enrolment("a", {})], EARLY)
        for cause in ("slot:1", "slot:2"):
            outbox.add(message_to("a", cause=cause, due=NINE, owner_day=DAY))
        assert told(outbox) == {"slot:1": False, "slot:2": False}


def told(outbox: Outbox) -> dict[str, bool]:
    """Per cause, whether the judge is told that it was overtaken."""
    seen: dict[str, bool] = {}

    def judge(ready: Ready) -> Judgement:
        seen[ready.delivery.cause] = ready.overtaken
        return Hold(NINE + HOUR)

    outbox.begin(NINE + MINUTE, SMS, 10, LEASE, judge)
    return seen
