"""Overlapping the sends of a batch: up to so many at once, each in a thread of our own."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from threading import Lock
from typing import TypeAlias
from weakref import WeakSet

from scheduler.channels.batch import Batch, fault_of_ours
from scheduler.channels.deadline import Deadline
from scheduler.delivery.delivery import Message
from scheduler.delivery.outcome import Outcome, RetryAfter

TryOne: TypeAlias = Callable[[Message, datetime, Deadline], Outcome]
"""Try one message once; the instant is the moment at which its turn came. After the deadline it is not sent."""

_NO_THREAD = RetryAfter("no thread could be started for it", shared=True)


class Overlap:
    """Runs the sends of a channel. The threads are not daemons: a send that began is finished, also at exit."""

    def __init__(self, concurrency: int, name: str) -> None:
        self._concurrency = concurrency
        self._name = name
        self._lock = Lock()
        self._threads: ThreadPoolExecutor | None = None
        self._batches: WeakSet[Batch] = WeakSet()

    def each(self, messages: Sequence[Message], now: datetime, try_one: TryOne) -> Iterator[tuple[Message, Outcome]]:
        """Yield every message once, with its outcome, as `Batch.outcomes` does.

        A message whose life has ended when its turn comes is not begun.
        """
        batch = Batch(messages, now)
        if len(messages) > 1:
            self._begin(batch, min(len(messages), self._concurrency), try_one)
        else:
            _work(batch, try_one)  # in the caller's own thread: there is nothing to overlap with
        yield from batch.outcomes()

    def close(self) -> None:
        """Let the threads go. Sends under way are finished; messages not yet begun come back as RetryAfter."""
        with self._lock:
            threads, self._threads = self._threads, None
            for batch in self._batches:
                batch.hand_back()
        if threads is not None:
            threads.shutdown()

    def _begin(self, batch: Batch, most: int, try_one: TryOne) -> None:
        with self._lock:
            threads = self._threads = self._threads or ThreadPoolExecutor(self._concurrency, self._name)
            self._batches.add(batch)
            try:
                for _ in range(most):
                    threads.submit(_work, batch, try_one)
            except RuntimeError:  # those that did start give back what they took a turn for
                batch.hand_back(_NO_THREAD)


def _work(batch: Batch, try_one: TryOne) -> None:
    while (turn := batch.turn()) is not None:
        try:
            outcome = try_one(turn.message, turn.at, turn.deadline)
        except Exception as fault:  # noqa: BLE001  it must cost one message its certainty, not the batch
            outcome = fault_of_ours(fault)
        batch.done.put((turn.message, outcome))
