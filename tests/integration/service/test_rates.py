"""Rates and concurrency as the provider counts them, through the real clockwork over real sockets and real time."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Event

import pytest

from config.accounts import Limits
from config.person import ChannelName, Contacts, Person, Preferences
from messages.rendering import Renderer
from scheduler.channels.sms import SmsChannel
from scheduler.clock import SystemClock
from scheduler.delivery.composing import Wording
from scheduler.delivery.delivery import NewDelivery, State
from scheduler.delivery.ports import UNPLANNED, Enrolment
from scheduler.delivery.routines import Routines
from scheduler.service.clockwork import Clockwork
from scheduler.service.defaults import nudge_defaults
from scheduler.service.lane import Lane
from scheduler.service.pump import Pump
from scheduler.storage.outbox import SqlOutbox
from scheduler.storage.sqlite import open_sqlite
from tests.standins.twilio import Behaviour, TwilioStandIn, gated

SMS = ChannelName.SMS
SECOND = timedelta(seconds=1)
WAIT = 20.0
"""Seconds after which a signal that does not come is a failure."""


class Plant:
    """A clockwork on a real SQLite file that sends by Twilio's stand-in."""

    def __init__(self, folder: Path, twilio: TwilioStandIn) -> None:
        self.twilio = twilio
        self.outbox: SqlOutbox = open_sqlite(folder / "legup.db", contact_key=b"contacts")
        self._channel: SmsChannel | None = None

    def clockwork(self, limits: Limits) -> Clockwork:
        channel = self._channel = SmsChannel(self.twilio.account(timeout=5), concurrency=limits.concurrency)
        wording = Wording(Renderer(), b"key")
        clock = SystemClock()
        pump = Pump(self.outbox, {SMS: Lane(channel, limits)}, Routines(nudge_defaults()), wording, clock)
        return Clockwork(pump, clock, timedelta(days=90), lambda: None)

    def queue(self, count: int) -> None:
        """So many messages to so many people, all due."""
        now = datetime.now(UTC)
        preferences = Preferences("UTC", channels=(SMS,))
        people = [Person(f"p{number}", preferences, Contacts(phone=f"+1555{number:07}")) for number in range(count)]
        self.outbox.enrol([Enrolment(each, lambda _: UNPLANNED) for each in people], now)
        for each in people:
            self.outbox.add(
                NewDelivery(f"send:{each.id}", each.id, "hydration", now, now + timedelta(hours=1), (SMS,), asked=True)
            )

    def close(self) -> None:
        if self._channel is not None:
            self._channel.close()
        self.outbox.close()


@pytest.fixture
def plant(tmp_path: Path) -> Iterator[Plant]:
    with TwilioStandIn() as twilio:
        plant = Plant(tmp_path, twilio)
        yield plant
        plant.close()


def test_no_second_at_the_provider_holds_more_than_the_rate(plant: Plant) -> None:
    rate = 15
    plant.queue(4 * rate)
    clockwork = plant.clockwork(Limits(messages_per_second=rate, concurrency=4))
    clockwork.start()
    try:
        messages = plant.twilio.wait_for(4 * rate, WAIT)
    finally:
        clockwork.stop()
    times = sorted(datetime.fromisoformat(each.received_at) for each in messages)
    busiest = max(sum(first <= each < first + SECOND for each in times) for first in times)
    assert busiest <= rate  # how much of the rate is used is a matter of speed: see bench and tests/torture
    assert plant.twilio.peak <= 4


def test_a_request_that_hangs_keeps_its_slot_and_the_others_go_on(plant: Plant) -> None:
    gate = Event()
    plant.twilio.rule(lambda form: form["To"] == "+15550000000", gated(gate))
    plant.queue(30)
    clockwork = plant.clockwork(Limits(messages_per_second=1000, concurrency=2))
    clockwork.start()
    try:
        assert len(plant.twilio.wait_for(30, WAIT)) == 30
        gate.set()
    finally:
        clockwork.stop()
    assert plant.outbox.overview(datetime.now(UTC) - timedelta(minutes=5)).states == {State.SENT: 30}


def test_what_is_under_way_when_the_service_stops_is_settled(plant: Plant) -> None:
    plant.twilio.rule(lambda _: True, Behaviour(slow=0.2))
    plant.queue(4)
    clockwork = plant.clockwork(Limits(messages_per_second=1000, concurrency=2))
    clockwork.start()
    plant.twilio.calls.wait_for(1, WAIT)
    clockwork.stop()
    taken = len(plant.twilio.messages.all())
    states = plant.outbox.overview(datetime.now(UTC) - timedelta(minutes=5)).states
    assert states == {state: count for state, count in ((State.SENT, taken), (State.PENDING, 4 - taken)) if count}
    assert 1 <= taken <= 2
