from __future__ import annotations

import logging
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from config.accounts import Limits
from config.person import ChannelName, Person, Preferences
from scheduler.delivery.delivery import Message, State
from scheduler.delivery.outcome import AccountRefused, OptedOut, Outcome, Refused, RetryAfter, Unknown
from scheduler.service.roster import enrolments, planner
from tests.standins.channel import ScriptedChannel
from tests.standins.plant import EIGHT, EMAIL, NINE, SMS, Plant, person


@pytest.fixture
def plant(tmp_path: Path) -> Iterator[Plant]:
    plant = Plant(tmp_path / "state")
    yield plant
    plant.outbox.close()


def kinds(channel: ScriptedChannel) -> list[str]:
    return [message.kind for message in channel.given]


def test_a_slot_is_sent_at_its_time_and_once_however_often_one_looks(plant: Plant) -> None:
    plant.enrol(person())
    plant.run(NINE - timedelta(seconds=1))
    assert kinds(plant.sms) == []
    plant.run(NINE)
    plant.run(NINE)
    plant.run(NINE + timedelta(seconds=30))
    assert kinds(plant.sms) == ["hydration"]
    (slot,) = plant.slots()
    assert (slot.state, slot.receipt) == (State.SENT, f"receipt-{slot.id}-1")


def test_a_restart_sends_nothing_twice(plant: Plant) -> None:
    plant.enrol(person())
    plant.run(NINE)
    plant.restart()
    plant.enrol(person())
    plant.run(NINE + timedelta(minutes=1))
    assert kinds(plant.sms) == []
    assert plant.states() == [(State.SENT, None)]


def test_the_welcome_is_sent_once_in_a_lifetime(plant: Plant) -> None:
    for _ in range(2):
        plant.outbox.enrol(enrolments([person()], plant.routines, plant.clock.now()), plant.clock.now())
        plant.run()
        plant.outbox.enrol([], plant.clock.now())
    assert kinds(plant.sms) == ["welcome"]


def test_after_a_night_asleep_one_living_slot_is_sent_and_the_rest_is_on_record(plant: Plant) -> None:
    plant.enrol(person("me", "every 30 min from 09:00 to 14:00"))
    plant.run(NINE + timedelta(hours=3, minutes=10))
    assert kinds(plant.sms) == ["hydration"]
    assert [state for state, _ in plant.states()] == [State.MISSED] * 6 + [State.SENT]


def test_a_transient_failure_is_tried_again_after_its_delay_and_recorded_as_two_attempts(plant: Plant) -> None:
    plant.enrol(person())
    plant.sms.behaviour = lambda _: RetryAfter("busy", timedelta(seconds=20))
    plant.run(NINE)
    plant.sms.behaviour = ScriptedChannel(SMS).behaviour
    assert plant.outbox.next_event_at() == NINE + timedelta(seconds=20)
    plant.run(NINE + timedelta(seconds=19))
    assert len(plant.sms.given) == 1
    plant.run(NINE + timedelta(seconds=20))
    assert [message.attempt for message in plant.sms.given] == [1, 2]
    (slot,) = plant.slots()
    outcomes = [(each.number, each.outcome) for each in plant.outbox.attempts([slot.id])]
    assert (slot.state, outcomes) == (State.SENT, [(1, "retry"), (2, "accepted")])


def test_nothing_is_sent_after_the_end_of_its_life_however_often_it_failed(plant: Plant) -> None:
    plant.enrol(person())
    plant.sms.behaviour = lambda _: RetryAfter("busy")
    now = NINE
    while now < NINE + timedelta(hours=2):
        plant.run(now)
        now += timedelta(minutes=3)
    assert plant.states()[0][0] is State.FAILED
    assert (plant.states()[0][1] or "").startswith("too late")
    assert len(plant.sms.given) > 5


def test_a_refusal_goes_to_the_second_channel_at_once(plant: Plant) -> None:
    plant.enrol(person(channels=(SMS, EMAIL)))
    plant.sms.behaviour = lambda _: Refused("not a mobile number")
    plant.run(NINE)
    assert (kinds(plant.sms), kinds(plant.email)) == (["hydration"], ["hydration"])
    assert plant.states() == [(State.SENT, None)]


@pytest.mark.parametrize("outcome", [Unknown("timeout"), OptedOut("said stop"), AccountRefused("401")])
def test_the_second_channel_is_not_tried_after_anything_but_a_definite_failure(plant: Plant, outcome: Outcome) -> None:
    plant.enrol(person(channels=(SMS, EMAIL)))
    plant.sms.behaviour = lambda _: outcome
    plant.run(NINE)
    assert kinds(plant.email) == []


def test_an_unknown_outcome_is_never_sent_again(plant: Plant) -> None:
    plant.enrol(person())
    plant.sms.behaviour = lambda _: Unknown("timeout after the request left")
    for minute in range(0, 90, 5):
        plant.run(NINE + timedelta(minutes=minute))
    assert len(plant.sms.given) == 1
    assert plant.states() == [(State.UNKNOWN, "timeout after the request left")]


def test_a_stop_the_provider_knows_of_silences_every_channel_and_everyone_with_that_number(plant: Plant) -> None:
    plant.enrol(person("ab", "at 09:00", "at 09:30", channels=(SMS, EMAIL)), person("cd", "at 09:30"))
    plant.sms.behaviour = lambda _: OptedOut("the number said stop")
    plant.run(NINE)
    plant.run(NINE + timedelta(minutes=30))
    assert (kinds(plant.sms), kinds(plant.email)) == (["hydration"], [])
    assert {reason for state, reason in plant.states() if state is State.SUPPRESSED} == {
        "the number said stop",
        "opted out",
    }


def test_a_refused_account_holds_the_channel_and_its_deliveries_until_it_is_tried_again(
    plant: Plant, caplog: pytest.LogCaptureFixture
) -> None:
    plant.enrol(person("a"), person("bb", "at 09:01"))
    plant.sms.behaviour = lambda _: AccountRefused("401: the credentials are refused")
    plant.run(NINE)
    plant.run(NINE + timedelta(minutes=1))
    assert len(plant.sms.given) == 1
    assert "sms is on hold until 09:05:00 UTC: 401: the credentials are refused" in caplog.text
    plant.sms.behaviour = ScriptedChannel(SMS).behaviour
    plant.run(NINE + timedelta(minutes=5))
    assert [state for state, _ in plant.states()] == [State.SENT, State.SENT]


def test_a_channel_that_breaks_its_promise_leaves_the_rest_of_its_batch_unknown(
    plant: Plant, caplog: pytest.LogCaptureFixture
) -> None:
    plant.enrol(person("a"), person("bb"), person("ccc"))

    def breaks(message: Message) -> Outcome:
        if len(plant.sms.given) == 2:
            raise RuntimeError(message.address)
        return RetryAfter("busy")

    plant.sms.behaviour = breaks
    plant.run(NINE)
    assert sorted(state for state, _ in plant.states()) == [State.PENDING, State.UNKNOWN, State.UNKNOWN]
    assert "channel sms broke: RuntimeError" in caplog.text


def test_a_delivery_for_a_channel_that_is_not_set_up_says_so(plant: Plant) -> None:
    plant.enrol(person(channels=(ChannelName.APPRISE,)))
    plant.run(NINE)
    assert plant.states() == [(State.FAILED, "apprise is not set up")]


def test_the_rate_is_never_exceeded_and_the_queue_drains_at_it(plant: Plant) -> None:
    plant.enrol(*(person("x" * count) for count in range(1, 8)))
    plant.restart(Limits(messages_per_second=2, concurrency=100))
    for second, sent in enumerate((2, 4, 6, 7)):
        plant.run(NINE + timedelta(seconds=second))
        plant.run(NINE + timedelta(seconds=second, milliseconds=900))
        assert len(plant.sms.given) == sent


def test_a_pump_that_was_stopped_begins_nothing(plant: Plant) -> None:
    plant.enrol(person())
    plant.clock.set(NINE)
    plant.pump.plan()
    plant.pump.stop()
    assert plant.pump.send(SMS) == 0
    assert plant.states() == [(State.PENDING, None)]
    plant.restart()
    plant.run()
    assert plant.states() == [(State.SENT, None)]


def test_a_crash_while_sending_is_unknown_once_the_lease_has_run_out(
    plant: Plant, caplog: pytest.LogCaptureFixture
) -> None:
    plant.enrol(person())

    def dies(_: Message) -> Outcome:
        raise KeyboardInterrupt

    plant.sms.behaviour = dies
    with pytest.raises(KeyboardInterrupt):
        plant.run(NINE)
    plant.restart()
    plant.run(NINE + timedelta(minutes=4))
    assert [state for state, _ in plant.states()] == [State.SENDING]
    plant.run(NINE + timedelta(minutes=6))
    assert [state for state, _ in plant.states()] == [State.UNKNOWN]
    assert len(plant.sms.given) == 1
    assert "1 deliveries were left in the middle of sending" in caplog.text


def test_no_log_line_holds_a_number_an_address_or_a_word_of_a_message(
    plant: Plant, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    plant.enrol(person(channels=(SMS, EMAIL)))
    plant.sms.behaviour = lambda _: Refused("landline")
    plant.run(NINE)
    assert plant.sms.given
    for message in (*plant.sms.given, *plant.email.given):
        assert message.address not in caplog.text
        assert message.text[:20] not in caplog.text


def test_a_broken_person_stops_nobody_else_and_is_counted(plant: Plant, caplog: pytest.LogCaptureFixture) -> None:
    plant.enrol(person("a"), person("bb"))
    broken = Preferences("Mars/Base", channels=(SMS,), nudges=person("a").preferences.nudges)
    planned = planner(plant.routines)(person("a"))
    sound, other = enrolments([person("bb"), person("a")], plant.routines, EIGHT)
    plant.outbox.enrol([sound, replace(other, person=Person("a", broken), plan=lambda _: planned, welcome=None)], EIGHT)
    plant.run(NINE)
    assert [message.person for message in plant.sms.given] == ["bb"]
    assert plant.pump.errors == 1
    assert "hydration of a could not be prepared: ZoneInfoNotFoundError" in caplog.text
