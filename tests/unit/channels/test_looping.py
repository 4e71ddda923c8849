"""Overlapping on an event loop: so many at once, each message once, and an end that loses nothing."""

from __future__ import annotations

import asyncio
import threading
from datetime import datetime, timedelta

import pytest

from scheduler.channels.deadline import Deadline
from scheduler.channels.looping import Looping
from scheduler.delivery.delivery import Message
from scheduler.delivery.outcome import Accepted, Outcome, RetryAfter, Unknown
from tests.standins.letters import NOW, a_message

MESSAGES = [a_message(number) for number in range(1, 8)]
WAIT = 5.0
"""Seconds after which a signal that does not come is a failure."""


class Sender:
    """Counts what begins, and finishes nothing before it is let to."""

    def __init__(self) -> None:
        self.begun: list[int] = []
        self.under_way = 0
        self.peak = 0
        self.has_begun = threading.Semaphore(0)
        self.closed = 0
        self._go_on = asyncio.Semaphore(0)
        self._loop: asyncio.AbstractEventLoop | None = None

    async def __call__(self, message: Message, at: datetime, deadline: Deadline) -> Outcome:
        del at, deadline
        self._loop = asyncio.get_running_loop()
        self.begun.append(message.delivery)
        self.under_way += 1
        self.peak = max(self.peak, self.under_way)
        self.has_begun.release()
        try:
            await asyncio.wait_for(self._go_on.acquire(), WAIT)
        finally:
            self.under_way -= 1
        return Accepted(str(message.delivery))

    def wait_for(self, count: int) -> None:
        for _ in range(count):
            assert self.has_begun.acquire(timeout=WAIT)

    def go_on(self, count: int) -> None:
        assert self._loop is not None
        for _ in range(count):
            self._loop.call_soon_threadsafe(self._go_on.release)

    async def close(self) -> None:
        self.closed += 1


async def accept(message: Message, at: datetime, deadline: Deadline) -> Outcome:
    del at, deadline
    return Accepted(str(message.delivery))


async def nothing() -> None: ...


def in_thread(looping: Looping, messages: list[Message], sender: Sender) -> tuple[threading.Thread, list[Message]]:
    """A consumer of its own for these messages, and what it has been told of so far."""
    told: list[Message] = []

    def consume() -> None:
        told.extend(message for message, _ in looping.each(messages, NOW, sender))

    thread = threading.Thread(target=consume)
    thread.start()
    return thread, told


def test_no_more_than_so_many_are_under_way_at_once_over_all_batches() -> None:
    sender = Sender()
    looping = Looping(3, "test", sender.close)
    consumers = [in_thread(looping, MESSAGES[:2], sender), in_thread(looping, MESSAGES[2:], sender)]
    sender.wait_for(3)
    for _ in MESSAGES:
        sender.go_on(1)
    for thread, _ in consumers:
        thread.join(WAIT)
    looping.close()
    assert sender.peak == 3
    assert [len(told) for _, told in consumers] == [2, 5]
    assert sender.closed == 1


def test_closing_hands_back_what_has_not_begun_and_finishes_what_has() -> None:
    sender = Sender()
    looping = Looping(2, "test", sender.close)
    outcomes: dict[int, Outcome] = {}

    def consume() -> None:
        outcomes.update((message.delivery, outcome) for message, outcome in looping.each(MESSAGES, NOW, sender))

    consumer = threading.Thread(target=consume)
    consumer.start()
    sender.wait_for(2)
    closer = threading.Thread(target=looping.close)
    closer.start()
    sender.go_on(len(MESSAGES))
    closer.join(WAIT)
    consumer.join(WAIT)
    assert set(outcomes) == {message.delivery for message in MESSAGES}
    for delivery, outcome in outcomes.items():
        assert isinstance(outcome, Accepted if delivery in sender.begun else RetryAfter)
    assert sender.closed == 1


def test_sending_after_closing_starts_a_new_loop() -> None:
    looping = Looping(2, "test", nothing)
    looping.close()
    for _ in range(2):
        assert len(list(looping.each(MESSAGES, NOW, accept))) == 7
        looping.close()
    assert not [thread for thread in threading.enumerate() if "test-loop" in thread.name]


def test_no_messages_need_no_loop() -> None:
    before = threading.active_count()
    assert list(Looping(2, "test", nothing).each([], NOW, accept)) == []
    assert threading.active_count() == before


def test_without_a_thread_for_the_loop_everything_is_certainly_unsent(monkeypatch: pytest.MonkeyPatch) -> None:
    def no_room(_: threading.Thread) -> None:
        raise RuntimeError("can't start new thread")

    looping = Looping(2, "test", nothing)
    with monkeypatch.context() as patch:
        patch.setattr(threading.Thread, "start", no_room)
        outcomes = [outcome for _, outcome in looping.each(MESSAGES, NOW, accept)]
    assert outcomes == [RetryAfter("no event loop could be started for it", shared=True)] * 7
    assert len(list(looping.each(MESSAGES, NOW, accept))) == 7
    looping.close()


def test_a_fault_of_ours_costs_one_message_and_tells_where_but_not_what() -> None:
    async def fail(message: Message, at: datetime, deadline: Deadline) -> Outcome:
        if message.delivery == 2:
            raise KeyError(message.address)
        return await accept(message, at, deadline)

    looping = Looping(2, "test", nothing)
    outcomes = {message.delivery: outcome for message, outcome in looping.each(MESSAGES, NOW, fail)}
    looping.close()
    unknown = outcomes.pop(2)
    assert isinstance(unknown, Unknown)
    assert unknown.reason.startswith("fault in legup: KeyError at test_looping.py:")
    assert all(isinstance(outcome, Accepted) for outcome in outcomes.values())


def test_a_message_whose_life_is_over_does_not_begin() -> None:
    looping = Looping(1, "test", nothing)
    late = a_message(1, expires_at=NOW - timedelta(minutes=1))
    assert dict(looping.each([late], NOW, accept)) == {late: RetryAfter("its time ran out before its turn came")}
    looping.close()
