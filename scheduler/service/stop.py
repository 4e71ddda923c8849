"""Asking a service to stop: from any thread, and by signals."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

from scheduler.service.bell import Bell
from scheduler.storage.errors import FatalStorageError


class Stop:
    """Waited for by one thread."""

    def __init__(self) -> None:
        self._bell = Bell()
        self._asked = False
        self._fatal: FatalStorageError | None = None

    def ask(self) -> None:
        """Let `wait` return. May be called from any thread and from a signal handler."""
        self._asked = True
        self._bell.ring()

    def end(self, fatal: FatalStorageError) -> None:
        """Let `wait` raise this: the database is lost, and going on would do harm."""
        self._fatal = fatal
        self.ask()

    def wait(self) -> None:
        """Until someone asks to stop. Raises FatalStorageError when the database is lost."""
        while not self._asked:
            self._bell.wait()
        if self._fatal is not None:
            raise self._fatal

    @contextmanager
    def asked_by_signals(self) -> Iterator[None]:
        """SIGTERM and SIGINT ask to stop, however often they come. Main thread only."""

        def ask(_number: int, _frame: FrameType | None) -> None:
            self.ask()

        before = {number: signal.signal(number, ask) for number in (signal.SIGTERM, signal.SIGINT)}
        with self._bell.rung_by_signals():
            try:
                yield
            finally:
                for number, handler in before.items():
                    signal.signal(number, handler)
