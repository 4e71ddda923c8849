"""Overlapping the sends of a batch as `Overlap` does, as tasks of one event loop: up to so many at once, one thread."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Awaitable, Callable, Coroutine, Iterator, Sequence
from concurrent.futures import Future
from datetime import datetime
from typing import Any, TypeAlias
from weakref import WeakSet

from scheduler.channels.batch import Batch, fault_of_ours
from scheduler.channels.deadline import Deadline
from scheduler.delivery.delivery import Message
from scheduler.delivery.outcome import Outcome, RetryAfter

TryOne: TypeAlias = Callable[[Message, datetime, Deadline], Awaitable[Outcome]]
"""Try one message once; the instant is the moment at which its turn came. After the deadline it is not sent."""

_NO_LOOP = RetryAfter("no event loop could be started for it", shared=True)


class Looping:
    """Runs the sends of a channel on a loop that the first one starts."""

    def __init__(self, concurrency: int, name: str, close: Callable[[], Awaitable[None]]) -> None:
        """`close` is awaited on the loop before it ends: what was opened there can only be closed there."""
        self._concurrency = concurrency
        self._name = name
        self._close = close
        self._lock = threading.Lock()
        self._loop: _Loop | None = None
        self._batches: WeakSet[Batch] = WeakSet()

    def each(self, messages: Sequence[Message], now: datetime, try_one: TryOne) -> Iterator[tuple[Message, Outcome]]:
        """Yield every message once, with its outcome, as `Batch.outcomes` does.

        A message whose life has ended when its turn comes is not begun.
        """
        batch = Batch(messages, now)
        if messages:
            self._begin(batch, min(len(messages), self._concurrency), try_one)
        yield from batch.outcomes()

    def close(self) -> None:
        """Let the loop go. Sends under way are finished; messages not yet begun come back as RetryAfter."""
        with self._lock:
            loop, self._loop = self._loop, None
            for batch in self._batches:
                batch.hand_back()
        if loop is not None:
            loop.end(self._close)

    def _begin(self, batch: Batch, most: int, try_one: TryOne) -> None:
        with self._lock:
            self._batches.add(batch)
            try:
                self._loop = self._loop or _Loop(self._concurrency, self._name)
            except (OSError, RuntimeError):  # no descriptor or no thread is left: certainly nothing has begun
                batch.hand_back(_NO_LOOP)
            else:
                self._loop.run(batch, most, try_one)


class _Loop:
    """An event loop in a thread. That is a daemon, so that the program can end without `end`; what it waits for before
    is whoever takes the outcomes."""

    def __init__(self, concurrency: int, name: str) -> None:
        self._loop = asyncio.new_event_loop()
        self._turns = asyncio.Semaphore(concurrency)
        self._under_way: set[Future[None]] = set()
        self._thread = threading.Thread(target=self._loop.run_forever, name=f"legup-{name}-loop", daemon=True)
        try:
            self._thread.start()
        except RuntimeError:
            self._loop.close()
            raise

    def run(self, batch: Batch, most: int, try_one: TryOne) -> None:
        """Work on a batch with up to `most` at once, together with other batches no more than `concurrency`."""
        work = self._submit(self._work_on(batch, most, try_one))
        self._under_way.add(work)
        work.add_done_callback(self._under_way.discard)

    def end(self, close: Callable[[], Awaitable[None]]) -> None:
        for work in list(self._under_way):
            work.result()
        self._submit(_last(close)).result()
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    async def _work_on(self, batch: Batch, most: int, try_one: TryOne) -> None:
        await asyncio.gather(*(self._work(batch, try_one) for _ in range(most)))

    async def _work(self, batch: Batch, try_one: TryOne) -> None:
        while True:
            async with self._turns:
                if (turn := batch.turn()) is None:
                    return
                try:
                    outcome = await try_one(turn.message, turn.at, turn.deadline)
                except Exception as fault:  # noqa: BLE001  it must cost one message its certainty, not the batch
                    outcome = fault_of_ours(fault)
                batch.done.put((turn.message, outcome))

    def _submit(self, work: Coroutine[Any, Any, None]) -> Future[None]:
        return asyncio.run_coroutine_threadsafe(work, self._loop)


async def _last(close: Callable[[], Awaitable[None]]) -> None:
    await close()
    await asyncio.get_running_loop().shutdown_default_executor()
