"""The thread that sends on one channel: it begins what may begin, waits, and records what became of it."""

from __future__ import annotations

import logging
import threading
import time

from config.person import ChannelName
from scheduler.clock import Clock
from scheduler.service.pump import Pump
from scheduler.service.trouble import Trouble
from scheduler.storage.errors import StorageError

log = logging.getLogger("legup.clockwork")


class LaneThread(threading.Thread):
    """Sends on one channel until it is stopped, and has then settled what was under way."""

    _PAUSE_AFTER_ERROR = 5.0
    _PAUSE_WHEN_STOPPING = 0.1

    def __init__(
        self, pump: Pump, channel: ChannelName, clock: Clock, stopping: threading.Event, trouble: Trouble
    ) -> None:
        super().__init__(name=f"legup-{channel}")
        self._pump = pump
        self._channel = channel
        self._lane = pump.lanes[channel]
        self._clock = clock
        self._stopping = stopping
        self._trouble = trouble

    def kick(self) -> None:
        """Something may be ready, or it is time to stop."""
        self._lane.slots.wake()

    def run(self) -> None:
        while not (self._stopping.is_set() and self._lane.slots.idle):
            try:
                # Once stopping, what is under way is only waited for: an outcome that cannot be recorded must not keep
                # the others from being collected, or this would never end.
                begun = 0 if self._stopping.is_set() else self._pump.begin(self._channel)
                self._pump.collect(self._channel, 0 if begun else self._lane.pause(self._clock.now()))
            except StorageError as error:
                self._trouble.met(error)
                self._rest()
            except Exception:
                log.exception("sending by %s failed; trying again", self._channel)
                self._rest()
        self._lane.slots.close()

    def _rest(self) -> None:
        if self._stopping.wait(self._PAUSE_AFTER_ERROR):
            time.sleep(self._PAUSE_WHEN_STOPPING)
