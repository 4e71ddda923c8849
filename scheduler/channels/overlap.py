"""Overlapping the sends of a batch: up to so many at once, each in a thread of our own."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor, wait
from datetime import datetime
from threading import Lock
from typing import TypeAlias

from scheduler.channels.batch import Batch, fault_of_ours
from scheduler.channels.deadline import Deadline
from scheduler.delivery.delivery import Message
from scheduler.delivery.outcome import Outcome

TryOne: TypeAlias = Callable[[Message, datetime, Deadline], Outcome]
"""Try one message once; the instant is the moment at which its turn came. After the deadline it is not sent."""


class Overlap:
    """Runs the sends of a channel. The threads are not daemons: a send that began is finished, also at exit."""

    def __init__(self, concurrency: int, name: str) -> None:
        self._concurrency = concurrency
        self._name = name
        self._lock = Lock()
        self._threads: ThreadPoolExecutor | None = None
        self._batches: set[Batch] = set()

    def each(self, messages: Sequence[Message], now: datetime, try_one: TryOne) -> Iterator[tuple[Message, Outcome]]:
        """Yield every message once, with its outcome, as the outcomes come.

        A consumer that stops early stops the rest from beginning; those under way are finished before this returns.
        A message whose life has ended when its turn comes is not begun either.
        """
        if not messages:
            return
        batch = Batch(messages, now)
        if len(messages) == 1:
            _work(batch, try_one)  # in the caller's own thread: there is nothing to overlap with
            yield batch.done.get()
            return
        with self._lock:
            threads = self._threads = self._threads or ThreadPoolExecutor(self._concurrency, self._name)
            self._batches.add(batch)
            workers = [threads.submit(_work, batch, try_one) for _ in messages[: self._concurrency]]
        try:
            for _ in messages:
                yield batch.done.get()
        finally:
            batch.hand_back()
            wait(workers)
            with self._lock:
                self._batches.discard(batch)

    def close(self) -> None:
        """Let the threads go. Sends under way are finished; messages not yet begun come back as RetryAfter."""
        with self._lock:
            threads, self._threads = self._threads, None
            for batch in self._batches:
                batch.hand_back()
        if threads is not None:
            threads.shutdown()


def _work(batch: Batch, try_one: TryOne) -> None:
    while (turn := batch.turn()) is not None:
        try:
            outcome = try_one(turn.message, turn.at, turn.deadline)
        except Exception as fault:  # noqa: BLE001  it must cost one message its certainty, not the batch
            outcome = fault_of_ours(fault)
        batch.done.put((turn.message, outcome))
