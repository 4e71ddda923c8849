"""A bell that wakes one waiting thread, from any thread and by any signal, without waking it for anything else."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from weakref import finalize


class Bell:
    """A pipe, because it is what a signal reaches whichever thread the kernel hands it to: Python runs a signal's
    handler in the main thread when that wakes next, which after a stop with Ctrl-Z could be never."""

    def __init__(self) -> None:
        self._ear, self._hand = os.pipe()
        os.set_blocking(self._hand, False)
        # Not closed before it is forgotten: a late signal must not write into a file that was opened in its place.
        finalize(self, _close, self._ear, self._hand)

    def ring(self) -> None:
        """Let `wait` return, now or the next time. May be called from a signal handler."""
        with suppress(BlockingIOError):  # it has been rung thousands of times, and once is enough
            os.write(self._hand, b"\0")

    def wait(self) -> None:
        """Until it is rung, which a signal may do that has nothing to say: look, and wait again."""
        os.read(self._ear, 4096)

    @contextmanager
    def rung_by_signals(self) -> Iterator[None]:
        """Every signal that has a handler rings it. Main thread only."""
        before = signal.set_wakeup_fd(self._hand, warn_on_full_buffer=False)
        try:
            yield
        finally:
            signal.set_wakeup_fd(before)


def _close(*descriptors: int) -> None:
    for each in descriptors:
        os.close(each)
