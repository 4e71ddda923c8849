"""Slots: a message that hangs keeps its own and no other, also within its wave."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence
from datetime import datetime

import pytest

from config.person import ChannelName
from scheduler.clock import SystemClock
from scheduler.delivery.delivery import Message
from scheduler.delivery.outcome import Accepted, Outcome, RetryAfter, Unknown
from scheduler.service.slots import Slots, outcomes
from tests.standins.channel import ScriptedChannel
from tests.standins.letters import a_message

CLOCK = SystemClock()
WAIT = 10.0
"""Seconds after which a signal that does not come is a failure."""


class Hanging:
    """Takes everything at once, except the first message, which hangs until let go and so comes last of its batch."""

    name = ChannelName.SMS

    def __init__(self) -> None:
        self.let_go = threading.Event()

    def send(self, messages: Sequence[Message], now: datetime) -> Iterator[tuple[Message, Outcome]]:
        del now
        for message in sorted(messages, key=lambda each: each.delivery == 1):
            if message.delivery == 1:
                assert self.let_go.wait(WAIT)
            yield message, Accepted()

    def close(self) -> None: ...


def collect(slots: Slots, count: int) -> list[int]:
    """The deliveries of the next outcomes."""
    found: list[int] = []
    while len(found) < count:
        found += [message.delivery for message, _ in slots.landed(WAIT)]
    return found


def test_one_that_hangs_keeps_its_slot_while_the_others_come_and_go() -> None:
    channel = Hanging()
    slots = Slots(channel, 2)
    slots.launch([a_message(1)], CLOCK)
    for number in range(2, 30):
        assert slots.free == 1
        slots.launch([a_message(number)], CLOCK)
        assert collect(slots, 1) == [number]
    assert not slots.idle
    channel.let_go.set()
    assert collect(slots, 1) == [1]
    assert (slots.idle, slots.free) == (True, 2)
    slots.close()


def test_one_that_hangs_does_not_keep_the_slots_of_its_wave() -> None:
    channel = Hanging()
    slots = Slots(channel, 3)
    slots.launch([a_message(1), a_message(2), a_message(3)], CLOCK)
    assert slots.free == 0
    assert sorted(collect(slots, 2)) == [2, 3]
    slots.launch([a_message(4), a_message(5)], CLOCK)
    assert sorted(collect(slots, 2)) == [4, 5]
    assert (slots.idle, slots.free) == (False, 2)
    channel.let_go.set()
    assert collect(slots, 1) == [1]
    slots.close()


def test_whoever_waits_for_outcomes_can_be_woken() -> None:
    slots = Slots(Hanging(), 2)
    timer = threading.Timer(0.05, slots.wake)
    timer.start()
    assert slots.landed(WAIT) == []
    timer.join()
    slots.wake()
    slots.wake()
    assert slots.landed(WAIT) == []
    assert slots.landed(0) == []


def test_launching_nothing_starts_nothing_and_closing_is_allowed_at_any_time() -> None:
    before = threading.active_count()
    slots = Slots(Hanging(), 2)
    slots.launch([], CLOCK)
    assert threading.active_count() == before
    slots.close()
    slots.launch([a_message(2)], CLOCK)
    slots.close()
    assert collect(slots, 1) == [2]
    assert threading.active_count() == before


def test_a_channel_that_raises_owes_unknown(caplog: pytest.LogCaptureFixture) -> None:
    def breaks(message: Message) -> Outcome:
        raise RuntimeError(message.address)

    message = a_message(1)
    assert list(outcomes(ScriptedChannel(ChannelName.SMS, breaks), [message], CLOCK)) == [
        (message, Unknown("the channel broke off"))
    ]
    assert "channel sms broke: RuntimeError" in caplog.text


def test_a_channel_that_answers_twice_for_a_message_is_heard_once() -> None:
    class Stuttering(ScriptedChannel):
        def send(self, messages: Sequence[Message], now: datetime) -> Iterator[tuple[Message, Outcome]]:
            yield from super().send([*messages, *messages], now)

    message = a_message(1)
    assert len(list(outcomes(Stuttering(ChannelName.SMS), [message], CLOCK))) == 1


def test_a_thread_that_cannot_be_started_frees_its_slot_and_its_message_is_not_sent_later(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def no_room(_: threading.Thread) -> None:
        raise RuntimeError("can't start new thread")

    channel = ScriptedChannel(ChannelName.SMS)
    slots = Slots(channel, 2)
    with monkeypatch.context() as patch:
        patch.setattr(threading.Thread, "start", no_room)
        slots.launch([a_message(1), a_message(2)], CLOCK)
    assert [outcome for _, outcome in slots.landed(0)] == [
        RetryAfter("no thread could be started for it", shared=True)
    ] * 2
    assert (slots.idle, slots.free) == (True, 2)
    slots.launch([a_message(3)], CLOCK)
    assert collect(slots, 1) == [3]
    slots.close()
    assert [message.delivery for message in channel.given] == [3]
