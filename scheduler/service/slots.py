"""A channel's slots: so many messages under way at once, in waves, and their outcomes as they land.

A wave is what begins together: one call of the channel, in a thread of its own. It ends with the last of its messages,
but each gives its slot back when it lands: a request that hangs keeps one for as long as its timeout, and all others
go on in the next waves.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from queue import Empty, SimpleQueue
from typing import TypeAlias

from scheduler.clock import Clock
from scheduler.delivery.delivery import Message
from scheduler.delivery.outcome import Outcome, RetryAfter, Unknown
from scheduler.delivery.ports import Channel

log = logging.getLogger("legup.channel")

Landed: TypeAlias = tuple[Message, Outcome]


class Slots:
    """Used by one thread, which launches and collects; only `wake` is for others."""

    def __init__(self, channel: Channel, size: int) -> None:
        self._channel = channel
        self._size = size
        self._under_way = 0
        self._landed: SimpleQueue[Landed | None] = SimpleQueue()
        self._threads: ThreadPoolExecutor | None = None

    @property
    def free(self) -> int:
        return self._size - self._under_way

    @property
    def idle(self) -> bool:
        """Nothing is under way, and every outcome has been collected."""
        return self._under_way == 0

    def launch(self, messages: Sequence[Message], clock: Clock) -> None:
        """Send them now, all at once; there must be as many free slots."""
        if not messages:
            return
        if self._threads is None:
            # No daemons: a send that began is finished, also when the program ends. A wave has a message under way, so
            # there are never more of them than slots.
            self._threads = ThreadPoolExecutor(self._size, f"legup-{self._channel.name}-slot")
        self._under_way += len(messages)
        turn = _Turn()
        try:
            self._threads.submit(self._carry, turn, messages, clock)
        except RuntimeError:  # no thread could be started; another may have taken it up all the same
            if turn.take():
                for message in messages:
                    self._landed.put((message, RetryAfter("no thread could be started for it", shared=True)))

    def landed(self, timeout: float | None) -> list[Landed]:
        """The outcomes that have come. Waits for the first, or for `wake`, up to so many seconds (None: for ever)."""
        found: list[Landed | None] = []
        try:
            found.append(self._landed.get(timeout=timeout))
            while True:
                found.append(self._landed.get_nowait())
        except Empty:
            outcomes = [each for each in found if each is not None]
        self._under_way -= len(outcomes)
        return outcomes

    def wake(self) -> None:
        """Let `landed` return, now or the next time. From any thread."""
        self._landed.put(None)

    def close(self) -> None:
        """Let the threads go, once what is under way has ended."""
        if self._threads is not None:
            self._threads.shutdown()
            self._threads = None

    def _carry(self, turn: _Turn, messages: Sequence[Message], clock: Clock) -> None:
        if not turn.take():
            return
        for landed in outcomes(self._channel, messages, clock):
            self._landed.put(landed)


class _Turn:
    """Whoever takes it first has it: the thread that sends the wave, or who could not start one. An executor keeps
    what it was given even when it raises, and would send it much later."""

    def __init__(self) -> None:
        self._free = threading.Lock()

    def take(self) -> bool:
        """False: it was taken before."""
        return self._free.acquire(blocking=False)


def outcomes(channel: Channel, messages: Sequence[Message], clock: Clock) -> Iterator[Landed]:
    """What the channel yields, and Unknown for whatever it owes when it breaks its promise never to raise."""
    owed = {message.delivery: message for message in messages}
    try:
        for message, outcome in channel.send(messages, clock.now()):
            if owed.pop(message.delivery, None) is not None:
                yield message, outcome
    except Exception as error:
        log.exception("channel %s broke: %s", channel.name, type(error).__name__)
    for message in owed.values():
        yield message, Unknown("the channel broke off")
