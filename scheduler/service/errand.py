"""What the service does beside planning and sending, each on a thread of its own, because it waits for somebody."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable

from scheduler.service.trouble import Trouble
from scheduler.storage.errors import StorageError

log = logging.getLogger("legup.errand")


class Errand(threading.Thread):
    """Runs when kicked, until it is stopped. Whatever it raises is told, and the next kick runs it all the same."""

    def __init__(self, what: str, run: Callable[[], object], stopping: threading.Event, trouble: Trouble) -> None:
        """`what` it does, in words: "looking up unknown deliveries"."""
        super().__init__(name=f"legup: {what}")
        self._what = what
        self._run = run
        self._stopping = stopping
        self._trouble = trouble
        self._kicked = threading.Event()

    def kick(self) -> None:
        """There may be something to do, or it is time to stop."""
        self._kicked.set()

    def run(self) -> None:
        while not self._stopping.is_set():
            self._kicked.wait()
            self._kicked.clear()
            try:
                self._run()
            except StorageError as error:
                self._trouble.met(error)
            except Exception:
                log.exception("%s failed; trying again", self._what)
