"""Overlapping the sends of a batch: up to so many at once, each in a thread of our own."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor, wait
from datetime import datetime, timedelta
from pathlib import Path
from queue import SimpleQueue
from threading import Lock
from typing import TypeAlias

from scheduler.channels.deadline import LONGEST, Deadline, steady
from scheduler.delivery.delivery import Message
from scheduler.delivery.outcome import Outcome, RetryAfter, Unknown

TryOne: TypeAlias = Callable[[Message, datetime, Deadline], Outcome]
"""Try one message once; the instant is the moment at which its turn came. After the deadline it is not sent."""


class Overlap:
    """Runs the sends of a channel. The threads are not daemons: a send that began is finished, also at exit."""

    def __init__(self, concurrency: int, name: str) -> None:
        self._concurrency = concurrency
        self._name = name
        self._lock = Lock()
        self._threads: ThreadPoolExecutor | None = None
        self._batches: set[_Batch] = set()

    def each(self, messages: Sequence[Message], now: datetime, try_one: TryOne) -> Iterator[tuple[Message, Outcome]]:
        """Yield every message once, with its outcome, as the outcomes come.

        A consumer that stops early stops the rest from beginning; those under way are finished before this returns.
        A message whose life has ended when its turn comes is not begun either.
        """
        if not messages:
            return
        batch = _Batch(messages, now)
        if len(messages) == 1:
            batch.work(try_one)  # in the caller's own thread: there is nothing to overlap with
            yield batch.done.get()
            return
        with self._lock:
            threads = self._threads = self._threads or ThreadPoolExecutor(self._concurrency, self._name)
            self._batches.add(batch)
            workers = [threads.submit(batch.work, try_one) for _ in messages[: self._concurrency]]
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


class _Batch:
    """The messages of one call: those that wait for a thread, and the outcomes that wait for the consumer."""

    def __init__(self, messages: Sequence[Message], now: datetime) -> None:
        self.done: SimpleQueue[tuple[Message, Outcome]] = SimpleQueue()
        self._waiting = deque(messages)
        self._now = now
        self._started = steady()

    def work(self, try_one: TryOne) -> None:
        while (message := self._next()) is not None:
            self.done.put((message, self._outcome(message, try_one)))

    def hand_back(self) -> None:
        while (message := self._next()) is not None:
            self.done.put((message, RetryAfter("stopped before its turn came")))

    def _next(self) -> Message | None:
        # One atomic step: whoever gets the message is the only one to begin it or to hand it back.
        try:
            return self._waiting.popleft()
        except IndexError:
            return None

    def _outcome(self, message: Message, try_one: TryOne) -> Outcome:
        life = (message.expires_at - self._now).total_seconds()
        deadline = Deadline(self._started + min(life, LONGEST))
        if deadline.passed:
            return RetryAfter("its time ran out before its turn came")
        try:
            return try_one(message, self._now + timedelta(seconds=steady() - self._started), deadline)
        except Exception as fault:  # noqa: BLE001  a fault of ours must cost one message its certainty, not the batch
            return Unknown(f"fault in legup: {type(fault).__name__} at {_place(fault)}")


def _place(fault: Exception) -> str:
    """Where a fault arose, by file and line; its text may hold a number or a body and stays out."""
    trace = fault.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    return f"{Path(trace.tb_frame.f_code.co_filename).name}:{trace.tb_lineno}" if trace is not None else "?"
