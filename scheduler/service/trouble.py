"""Trouble with the database while the service runs: said once and not at every try, said when it is over, and brought
before whoever ends the service when it will not come right by itself."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from datetime import datetime, timedelta

from scheduler.clock import Clock
from scheduler.storage.errors import FatalStorageError, StorageError

log = logging.getLogger("legup.database")

AGAIN = timedelta(minutes=15)
"""The same trouble is said again after so long."""

_QUIET = timedelta(minutes=1)
"""Without trouble for so long, it is over: a disk that is full for big writes only must not fill the log."""


class Trouble:
    """Shared by all threads that use the database."""

    def __init__(self, clock: Clock, end: Callable[[FatalStorageError], None]) -> None:
        """`end` is told once of what is fatal."""
        self._clock = clock
        self._end = end
        self._lock = threading.Lock()
        self._said: dict[str, datetime] = {}
        self._began: datetime | None = None
        self._last: datetime | None = None
        self._ended = False

    def met(self, error: StorageError) -> None:
        """The database could not be used just now; nothing was sent for it."""
        now = self._clock.now()
        with self._lock:
            self._began, self._last = self._began or now, now
            said = self._said.get(str(error))
            first_fatal = isinstance(error, FatalStorageError) and not self._ended
            if first_fatal:
                self._ended = True
            elif not self._ended and (said is None or not said <= now < said + AGAIN):
                self._said[str(error)] = now
                log.error("%s Nothing is sent meanwhile; trying again.", error)
        if isinstance(error, FatalStorageError) and first_fatal:
            self._end(error)

    def past(self) -> None:
        """The database could be used just now."""
        if self._last is None:
            return
        now = self._clock.now()
        with self._lock:
            if self._began is not None and self._last is not None and not self._last <= now < self._last + _QUIET:
                lasted = (self._last - self._began).total_seconds()
                log.warning("the database can be used again, after %d s of trouble", lasted)
                self._began = self._last = None
                self._said.clear()
