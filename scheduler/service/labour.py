"""What a worker of a cluster does when it is told to look."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from datetime import timedelta

from scheduler.clock import Clock
from scheduler.service.cluster import MOST_JOBS
from scheduler.service.pump import CLAIM, Pump
from scheduler.service.trouble import Trouble
from scheduler.storage.commons import Commons
from scheduler.storage.errors import StorageError

log = logging.getLogger("legup.cluster")

_LONGEST = timedelta(seconds=5)
"""A claiming job goes on for so long and leaves the rest to the next ones: a stop must not wait for it."""
_PURGE_STEP = 1000
_PURGE_PAUSE = 0.05
"""Seconds in which others get their turn at the database."""


class PumpLabour:
    """Implements `cluster.Labour` with a pump."""

    def __init__(self, pump: Pump, commons: Commons, clock: Clock, trouble: Trouble, retention: timedelta) -> None:
        self._pump = pump
        self._commons = commons
        self._clock = clock
        self._trouble = trouble
        self._retention = retention
        self._stopping = threading.Event()

    def stop(self) -> None:
        """Bring what is being done to an end soon. From any thread."""
        self._stopping.set()

    def look(self) -> int:
        """See `cluster.Labour`. It rings as well, for retries and look-ups whose time has come."""
        return self._tried(self._look) or 0

    def claim(self) -> None:
        """See `cluster.Labour`."""
        self._tried(self._claim)

    def purge(self) -> None:
        """See `cluster.Labour`."""
        self._tried(self._purge)

    def _look(self) -> int:
        self._pump.expire()
        look = self._pump.tick()
        self._commons.ring()
        return self._commons.due(look.now, MOST_JOBS * CLAIM) if look.believed else 0

    def _claim(self) -> int:
        until = self._clock.uptime() + _LONGEST
        claimed = 0
        while not self._stopping.is_set() and self._clock.uptime() < until:
            batch = self._pump.claim()
            claimed += batch
            if batch:
                self._commons.ring()
            if batch < CLAIM:
                break
        return claimed

    def _purge(self) -> int:
        removed = 0
        while not self._stopping.is_set():
            look = self._pump.watch.look()
            step = self._pump.outbox.purge(look.now - self._retention, _PURGE_STEP) if look.believed else 0
            removed += step
            if step < _PURGE_STEP:
                break
            self._stopping.wait(_PURGE_PAUSE)
        return removed

    def _tried(self, work: Callable[[], int]) -> int | None:
        try:
            done = work()
            self._trouble.past()
        except StorageError as error:
            self._trouble.met(error)
        except Exception:
            log.exception("a job failed; the next one tries again")
        else:
            return done
        return None
