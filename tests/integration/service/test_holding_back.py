"""The breaker in the pump: a provider in trouble is left alone, probed, and taken up again; what it held back flows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from config.accounts import Limits
from config.person import ChannelName, Contacts, Person, Preferences
from messages.rendering import Renderer
from scheduler.delivery.composing import Wording
from scheduler.delivery.delivery import Delivery, NewDelivery, State
from scheduler.delivery.judging import Judging
from scheduler.delivery.outcome import AccountRefused, RetryAfter, Unknown
from scheduler.delivery.ports import UNPLANNED, ChannelHold, Enrolment, Settlement
from scheduler.delivery.routines import Routines
from scheduler.service.defaults import nudge_defaults
from scheduler.service.lane import Lane
from scheduler.service.pump import Pump
from scheduler.storage.errors import StorageError
from scheduler.storage.memory import MemoryOutbox
from tests.standins.channel import ScriptedChannel, accept
from tests.standins.clock import StillClock
from tests.standins.letters import a_message

NINE = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
SMS = ChannelName.SMS
SAM = Person("sam", Preferences("UTC", channels=(SMS,), quiet_hours=()), Contacts(phone="+447700900123"))
SECOND = timedelta(seconds=1)


class Unwilling(MemoryOutbox):
    """Cannot record the outcome of one delivery, which is a fault of ours."""

    refused = 0

    def settle(self, settlements: Sequence[Settlement], now: datetime) -> None:
        if any(each.delivery == self.refused for each in settlements):
            raise ValueError("no such move")
        super().settle(settlements, now)


class Plant:
    """A pump with one slot at a time, and as many messages waiting as asked for."""

    def __init__(self) -> None:
        self.clock = StillClock(NINE)
        self.sms = ScriptedChannel(SMS)
        self.outbox = Unwilling(contact_key=b"key")
        self.outbox.enrol([Enrolment(SAM, lambda _: UNPLANNED)], NINE)
        self.pump = self.started()

    def started(self, concurrency: int = 1) -> Pump:
        lane = Lane(self.sms, Limits(messages_per_second=1000, concurrency=concurrency))
        wording = Wording(Renderer(), b"key")
        self.pump = Pump(self.outbox, {SMS: lane}, Routines(nudge_defaults()), wording, self.clock)
        return self.pump

    def judge(self) -> Judging:
        return Judging(Routines(nudge_defaults()), Wording(Renderer(), b"key"), NINE, lambda *_: None)

    def queue(self, count: int) -> None:
        for number in range(count):
            life = NINE + timedelta(hours=2)
            self.outbox.add(NewDelivery(f"send:{number}", "sam", "hydration", NINE, life, (SMS,), asked=True))

    def run(self, after: timedelta = timedelta(0)) -> int:
        """Let that time pass and send all that may be sent; returns how many messages were given to the provider."""
        given = len(self.sms.given)
        self.clock.pass_(after)
        while self.pump.send(SMS):
            pass
        return len(self.sms.given) - given

    def all(self) -> list[Delivery]:
        return self.outbox.deliveries(NINE, NINE + SECOND)


@pytest.fixture
def plant() -> Plant:
    return Plant()


def test_a_provider_that_swallows_messages_gets_five_and_then_one_at_a_time(
    plant: Plant, caplog: pytest.LogCaptureFixture
) -> None:
    plant.queue(20)
    plant.sms.behaviour = lambda _: Unknown("no answer from Twilio")
    assert plant.run() == 5
    assert plant.run(29 * SECOND) == 0
    assert plant.run(SECOND) == 1
    assert plant.run(59 * SECOND) == 0
    assert plant.run(SECOND) == 1
    assert caplog.text.count("sms is on hold until") == 3
    assert "sms is on hold until 09:00:30 UTC: no answer from Twilio" in caplog.text


def test_the_hold_is_on_record_for_whoever_asks(plant: Plant) -> None:
    plant.queue(6)
    plant.sms.behaviour = lambda _: Unknown("no answer from Twilio")
    plant.run()
    (hold,) = plant.outbox.overview(NINE).holds
    assert (hold.channel, hold.until, hold.reason) == (SMS, NINE + 30 * SECOND, "no answer from Twilio")


def test_a_probe_that_goes_well_lets_everything_flow_again(plant: Plant, caplog: pytest.LogCaptureFixture) -> None:
    plant.queue(20)
    plant.sms.behaviour = lambda _: RetryAfter("cannot reach Twilio", shared=True)
    plant.run()
    plant.sms.behaviour = accept
    assert plant.run(5 * 60 * SECOND) == 20
    assert {each.state for each in plant.all()} == {State.SENT}
    assert "sms works again" in caplog.text


def test_nothing_goes_out_beside_a_probe_that_is_under_way(plant: Plant) -> None:
    plant.queue(20)
    plant.started(concurrency=4)
    plant.sms.behaviour = lambda _: Unknown("no answer from Twilio")
    plant.run()
    plant.clock.pass_(30 * SECOND)
    assert plant.pump.begin(SMS) == 1
    assert plant.pump.begin(SMS) == 0
    plant.pump.collect(SMS, None)
    assert plant.pump.begin(SMS) == 0
    plant.pump.lanes[SMS].slots.close()


def test_a_throttled_account_rests_for_as_long_as_it_was_asked_to(plant: Plant) -> None:
    plant.queue(5)
    plant.sms.behaviour = lambda _: RetryAfter("too many requests at once", 7 * SECOND, shared=True)
    assert plant.run() == 1
    plant.sms.behaviour = accept
    assert plant.run(6 * SECOND) == 0
    assert plant.run(SECOND) == 5


def test_a_restart_does_not_wait_for_the_hold_to_end_but_probes_at_once(plant: Plant) -> None:
    plant.queue(3)
    plant.sms.behaviour = lambda _: AccountRefused("the credentials are wrong")
    assert plant.run() == 1
    plant.started(concurrency=3)
    assert plant.run(SECOND) == 0
    plant.pump.resume()
    assert plant.pump.begin(SMS) == 1
    plant.pump.collect(SMS, None)
    plant.pump.lanes[SMS].slots.close()
    (hold,) = plant.outbox.overview(NINE).holds
    assert hold.until == NINE + SECOND + timedelta(minutes=5)


def test_a_restart_after_the_cause_was_mended_sends_at_once(plant: Plant) -> None:
    plant.queue(3)
    plant.sms.behaviour = lambda _: AccountRefused("the credentials are wrong")
    plant.run()
    plant.sms.behaviour = accept
    plant.started()
    plant.pump.resume()
    assert plant.run(SECOND) == 2
    assert plant.run(timedelta(minutes=5)) == 1


def test_an_outcome_that_cannot_be_recorded_does_not_take_the_others_with_it(
    plant: Plant, caplog: pytest.LogCaptureFixture
) -> None:
    plant.queue(4)
    plant.started(concurrency=4)
    plant.outbox.refused = plant.all()[1].id
    begun = plant.pump.begin(SMS)
    while not plant.pump.lanes[SMS].slots.idle:
        plant.pump.collect(SMS, None)
    plant.pump.lanes[SMS].slots.close()
    assert begun == 4
    assert [each.state for each in plant.all()] == [State.SENT, State.SENDING, State.SENT, State.SENT]
    assert plant.pump.errors == 1
    assert f"the outcome of delivery {plant.outbox.refused} could not be recorded" in caplog.text


def test_an_outcome_nobody_understands_is_unknown_and_the_others_are_recorded(
    plant: Plant, monkeypatch: pytest.MonkeyPatch
) -> None:
    plant.queue(3)
    lane = plant.started(concurrency=3).lanes[SMS]
    messages = plant.pump.outbox.begin(NINE, SMS, 3, timedelta(minutes=5), plant.judge())
    lane.begun(messages[1:], NINE)  # the first is not known to the lane: a fault of ours
    monkeypatch.setattr(lane.slots, "landed", lambda _: [(each, accept(each)) for each in messages])
    plant.pump.collect(SMS, 0)
    assert [each.state for each in plant.all()] == [State.UNKNOWN, State.SENT, State.SENT]
    assert plant.pump.errors == 1


def test_a_call_that_hangs_past_its_lease_may_end_beside_the_next_attempts() -> None:
    lane = Lane(ScriptedChannel(SMS), Limits())
    first, second = a_message(1), replace(a_message(1), attempt=2)
    lane.begun([first], NINE)
    lane.begun([second], NINE)
    lane.ended(second, accept(second), NINE)
    lane.ended(first, accept(first), NINE)
    assert lane.breaker.closed


def test_a_hold_that_could_not_be_recorded_is_recorded_as_soon_as_it_can_be(
    plant: Plant, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(_: ChannelHold) -> None:
        raise StorageError("the disk is full")

    plant.queue(1)
    plant.sms.behaviour = lambda _: AccountRefused("401")
    with monkeypatch.context() as patch:
        patch.setattr(plant.outbox, "open_breaker", full)
        with pytest.raises(StorageError):
            plant.pump.send(SMS)
    assert plant.outbox.overview(NINE).holds == ()
    plant.pump.collect(SMS, 0)
    (hold,) = plant.outbox.overview(NINE).holds
    assert hold.reason == "401"
    assert [each.state for each in plant.all()] == [State.PENDING]


def test_what_landed_is_recorded_before_anything_begins(plant: Plant) -> None:
    plant.queue(1)
    (message,) = plant.outbox.begin(NINE, SMS, 1, timedelta(minutes=5), plant.judge())
    lane = plant.pump.lanes[SMS]
    lane.unsettled.append(Settlement(message.delivery, message.attempt, "accepted", State.SENT))
    plant.outbox.expire_leases(NINE + timedelta(minutes=6))
    assert plant.pump.begin(SMS) == 0
    assert [each.state for each in plant.all()] == [State.SENT]


def test_a_heap_of_what_is_too_late_does_not_delay_what_lives(plant: Plant) -> None:
    for number in range(1200):
        plant.outbox.add(
            NewDelivery(f"late:{number}", "sam", "hydration", NINE - 2 * SECOND, NINE - SECOND, (SMS,), asked=True)
        )
    plant.queue(1)
    assert plant.pump.send(SMS) == 1
    assert [each.state for each in plant.all()] == [State.SENT]
