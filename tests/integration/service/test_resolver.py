"""Messages in doubt, through the real pump on a real SQLite file, with Twilio's stand-in where it can be asked."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from config.accounts import Limits
from config.person import ChannelName, Contacts, NudgePreference, Person, Preferences
from config.phrase import parse_quiet_interval, parse_schedule
from messages.rendering import Renderer
from scheduler.channels.sms import SmsChannel
from scheduler.delivery.composing import Wording
from scheduler.delivery.delivery import Delivery, Message, NewDelivery, State
from scheduler.delivery.doubt import Answer, Doubt, NoAnswer
from scheduler.delivery.outcome import Accepted, Outcome, RetryAfter, Unknown
from scheduler.delivery.ports import Channel, Judgement, Ready, Send
from scheduler.delivery.routines import Routines
from scheduler.delivery.settling import settle
from scheduler.service.defaults import nudge_defaults
from scheduler.service.lane import Lane
from scheduler.service.pump import Pump
from scheduler.service.roster import enrolments
from scheduler.storage.doubting import forget_bodies
from scheduler.storage.sqlite import open_sqlite
from tests.standins.channel import ScriptedChannel
from tests.standins.clock import StillClock
from tests.standins.twilio import ACCEPT_THEN_RESET, TwilioStandIn, refused

NINE = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
EIGHT = NINE - timedelta(hours=1)
SECOND = timedelta(seconds=1)
FIRST_LOOK = NINE + 10 * SECOND
SMS, EMAIL, CONSOLE = ChannelName.SMS, ChannelName.EMAIL, ChannelName.CONSOLE
FAST = Limits(messages_per_second=1000, concurrency=4)
NOBODY_KNOWS = Unknown("no answer")


def person(channel: ChannelName) -> Person:
    nudges = (NudgePreference("hydration", schedule=parse_schedule("at 09:00")),)
    preferences = Preferences("UTC", channels=(channel,), nudges=nudges)
    return Person("sam", preferences, Contacts("Sam", "+447946000001", "sam@example.org"))


class Practice:
    """Sam, who is sent one nudge at nine by one channel, and a clock that the test moves on."""

    def __init__(self, folder: Path, channel: Channel) -> None:
        self.clock = StillClock(EIGHT)
        self.channel = channel
        self.outbox = open_sqlite(folder / "legup.db", contact_key=b"contacts")
        self.routines = Routines(nudge_defaults())
        self.pump = self.restart(channel)
        self.enrol(person(channel.name))
        self.clock.set(NINE)
        self.run()

    def restart(self, *channels: Channel) -> Pump:
        lanes = {each.name: Lane(each, FAST) for each in channels}
        self.pump = Pump(self.outbox, lanes, self.routines, Wording(Renderer(), b"key"), self.clock)
        return self.pump

    def enrol(self, sam: Person) -> None:
        people = (replace(each, welcome=None) for each in enrolments([sam], self.routines, self.clock.now()))
        self.outbox.enrol(people, self.clock.now())

    def run(self, until: datetime | None = None) -> None:
        if until is not None:
            self.clock.set(until)
        self.pump.plan()
        for name in self.pump.lanes:
            while self.pump.send(name):
                pass
        self.pump.resolve()

    def run_to_the_end(self) -> list[datetime]:
        """Until the doubt is closed or settled; returns when something was done about it."""
        instants = []
        while (look_at := self.delivery.look_at) is not None:
            instants.append(look_at)
            self.run(look_at)
        return instants

    @property
    def delivery(self) -> Delivery:
        (delivery,) = self.outbox.deliveries(NINE, NINE + SECOND)
        return delivery


Open = Callable[[Channel], Practice]


@pytest.fixture
def opened(tmp_path: Path) -> Iterator[Open]:
    practices: list[Practice] = []

    def start(channel: Channel) -> Practice:
        practices.append(Practice(tmp_path / "state", channel))
        return practices[-1]

    yield start
    for each in practices:
        each.outbox.close()


@pytest.fixture
def twilio() -> Iterator[TwilioStandIn]:
    with TwilioStandIn(clock=lambda: NINE) as standin:
        yield standin


@pytest.fixture
def sms(twilio: TwilioStandIn) -> Iterator[SmsChannel]:
    channel = SmsChannel(twilio.account(), concurrency=2)
    yield channel
    channel.close()


WELCOME = NewDelivery("welcome:sam", "sam", "welcome", EIGHT, NINE + timedelta(hours=1), (SMS,))


def same_words(ready: Ready, doubt: Doubt) -> Judgement:
    delivery = ready.delivery
    address, words = doubt.address or "", doubt.text
    return Send(Message(delivery.id, 1, "key", "sam", delivery.kind, NINE, delivery.expires_at, address, words))


def posts(twilio: TwilioStandIn) -> int:
    return sum(call.method == "POST" for call in twilio.calls.all())


def test_an_sms_that_was_taken_without_an_answer_is_found(opened: Open, twilio: TwilioStandIn, sms: SmsChannel) -> None:
    twilio.script(ACCEPT_THEN_RESET)
    practice = opened(sms)
    assert practice.delivery.state is State.UNKNOWN
    practice.run(FIRST_LOOK - SECOND)
    assert practice.delivery.state is State.UNKNOWN
    practice.run(FIRST_LOOK)
    (taken,) = twilio.messages.all()
    assert (practice.delivery.state, practice.delivery.receipt) == (State.SENT, taken.sid)
    assert posts(twilio) == 1


def test_an_sms_that_never_arrived_is_looked_for_five_times_and_never_sent_again(
    opened: Open, twilio: TwilioStandIn, sms: SmsChannel, caplog: pytest.LogCaptureFixture
) -> None:
    twilio.script(refused(500))
    practice = opened(sms)
    waits = [(at - NINE).total_seconds() for at in practice.run_to_the_end()]
    assert waits == [10, 40, 160, 760, 4360]
    assert (practice.delivery.state, practice.delivery.looks) == (State.UNKNOWN, 5)
    assert posts(twilio) == 1
    assert "stays unknown: nothing more is to be found out" in caplog.text


def test_a_message_of_another_delivery_does_not_count(opened: Open, twilio: TwilioStandIn, sms: SmsChannel) -> None:
    twilio.script(refused(500))
    practice = opened(sms)
    (doubt,) = practice.outbox.in_doubt(FIRST_LOOK, SMS, 1)
    practice.outbox.add(replace(WELCOME, cause="send:1"))
    (other,) = practice.outbox.begin(NINE, SMS, 1, timedelta(minutes=5), lambda ready: same_words(ready, doubt))
    ((_, outcome),) = sms.send([other], NINE)
    practice.run(FIRST_LOOK)
    assert practice.delivery.state is State.UNKNOWN  # the other is under way: what Twilio has may be either
    assert isinstance(outcome, Accepted)
    practice.outbox.settle([settle(other, outcome, FIRST_LOOK, lambda: 0.5)], FIRST_LOOK)
    practice.run_to_the_end()
    assert practice.delivery.state is State.UNKNOWN


def test_a_provider_that_is_down_for_a_day_is_asked_no_more(
    opened: Open, twilio: TwilioStandIn, sms: SmsChannel
) -> None:
    twilio.script(ACCEPT_THEN_RESET)
    practice = opened(sms)
    twilio.close()
    looks = practice.run_to_the_end()
    assert len(looks) < 40
    assert timedelta(hours=22) < looks[-1] - NINE <= timedelta(hours=24)
    assert (practice.delivery.state, practice.delivery.looks) == (State.UNKNOWN, 0)
    assert "could not be looked up (cannot reach Twilio" in (practice.delivery.reason or "")


def test_a_channel_that_is_no_longer_there_cannot_be_asked(
    opened: Open, twilio: TwilioStandIn, sms: SmsChannel
) -> None:
    twilio.script(ACCEPT_THEN_RESET)
    practice = opened(sms)
    practice.restart()
    practice.run(FIRST_LOOK)
    assert practice.delivery.look_at is None
    assert (practice.delivery.reason or "").endswith("could not be looked up (sms is not set up)")


def test_a_number_that_has_changed_cannot_be_asked_about(opened: Open, twilio: TwilioStandIn, sms: SmsChannel) -> None:
    twilio.script(ACCEPT_THEN_RESET)
    practice = opened(sms)
    practice.enrol(replace(person(SMS), contacts=Contacts(phone="+447946000099")))
    practice.run(FIRST_LOOK)
    assert (practice.delivery.reason or "").endswith("could not be looked up (the person's contact has changed)")


def test_nothing_is_looked_up_by_no_words_at_all(opened: Open, twilio: TwilioStandIn, sms: SmsChannel) -> None:
    twilio.script(ACCEPT_THEN_RESET)
    practice = opened(sms)
    with practice.outbox._database.write() as connection:
        forget_bodies(connection, [practice.delivery.id])
    practice.run(FIRST_LOOK)
    assert (practice.delivery.state, practice.delivery.look_at) == (State.UNKNOWN, None)
    assert (practice.delivery.reason or "").endswith("could not be looked up (its words are not there any more)")


class Broken(ScriptedChannel):
    """Its look-ups break the promise never to raise."""

    def look_up(self, doubt: Doubt) -> Answer:
        raise RuntimeError(doubt.address)


def test_a_look_up_that_breaks_is_logged_without_the_number_and_tried_again(
    opened: Open, caplog: pytest.LogCaptureFixture
) -> None:
    practice = opened(Broken(SMS, lambda _: NOBODY_KNOWS))
    practice.run(FIRST_LOOK)
    assert practice.delivery.look_at is not None
    assert "looking up delivery 1 broke: RuntimeError" in caplog.text
    assert "+447946" not in caplog.messages[-1]


def test_a_pump_that_stops_looks_nothing_up(opened: Open, sms: SmsChannel, twilio: TwilioStandIn) -> None:
    twilio.script(ACCEPT_THEN_RESET)
    practice = opened(sms)
    practice.clock.set(FIRST_LOOK)
    practice.pump.stop()
    assert practice.pump.resolve() == 0
    assert practice.delivery.state is State.UNKNOWN


def answers(*outcomes: Outcome) -> ScriptedChannel:
    """An email channel that answers so, one message after the other, and then accepts."""
    script = list(outcomes)
    accept = ScriptedChannel(EMAIL).behaviour
    return ScriptedChannel(EMAIL, lambda message: script.pop(0) if script else accept(message))


def test_an_email_in_doubt_is_sent_again_under_the_same_key(opened: Open) -> None:
    channel = answers(NOBODY_KNOWS)
    practice = opened(channel)
    practice.run(FIRST_LOOK)
    first, second = channel.given
    assert (first.key, first.doubtful, second.key, second.doubtful) == (second.key, False, first.key, True)
    assert practice.delivery.state is State.SENT


def test_an_email_is_sent_again_three_times_at_most_and_a_failure_then_proves_nothing(opened: Open) -> None:
    channel = answers(NOBODY_KNOWS, RetryAfter("busy"), NOBODY_KNOWS, RetryAfter("busy"))
    practice = opened(channel)
    waits = [(at - NINE).total_seconds() for at in practice.run_to_the_end()]
    assert waits == [10, 40, 160]
    assert (len(channel.given), practice.delivery.state, practice.delivery.reason) == (4, State.UNKNOWN, "busy")


def test_an_email_is_not_sent_again_when_its_life_is_over(opened: Open) -> None:
    channel = answers(NOBODY_KNOWS)
    practice = opened(channel)
    practice.run(NINE + timedelta(hours=1))
    assert (len(channel.given), practice.delivery.state) == (1, State.UNKNOWN)
    assert practice.delivery.reason == "no answer; not sent again (too late)"


def test_an_email_is_not_sent_again_in_quiet_hours_or_after_a_stop(opened: Open) -> None:
    channel = answers(NOBODY_KNOWS)
    practice = opened(channel)
    quiet = replace(person(EMAIL).preferences, quiet_hours=(parse_quiet_interval("09:00-10:00"),))
    practice.enrol(replace(person(EMAIL), preferences=quiet))
    practice.run(FIRST_LOOK)
    assert (len(channel.given), practice.delivery.state, practice.delivery.look_at) == (1, State.UNKNOWN, None)


def test_nothing_is_sent_again_after_a_stop(opened: Open) -> None:
    channel = answers(NOBODY_KNOWS)
    practice = opened(channel)
    practice.outbox.opt_out("sam", NINE, "reply")
    practice.run(FIRST_LOOK)
    assert (len(channel.given), practice.delivery.reason) == (1, "no answer; not sent again (opted out)")


def test_on_the_console_a_doubt_is_closed_at_once(opened: Open) -> None:
    practice = opened(ScriptedChannel(CONSOLE, lambda _: NOBODY_KNOWS))
    assert (practice.delivery.state, practice.delivery.look_at) == (State.UNKNOWN, None)
    assert practice.run_to_the_end() == []


def test_no_log_line_of_a_look_up_holds_a_number_or_a_word(
    opened: Open, twilio: TwilioStandIn, sms: SmsChannel, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    twilio.script(ACCEPT_THEN_RESET)
    opened(sms).run(FIRST_LOOK)
    (taken,) = twilio.messages.all()
    assert "was found at the provider: sent" in caplog.text
    assert taken.to not in caplog.text
    assert taken.body[:20] not in caplog.text
    assert NoAnswer("HTTP 503").reason not in caplog.text
