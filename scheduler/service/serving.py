"""The desk on its own: `legup web`, a process that people and providers reach, beside the one that sends."""

from __future__ import annotations

import logging
from collections.abc import Callable
from contextlib import ExitStack

from config.settings import Config
from scheduler.clock import Clock
from scheduler.delivery.ports import Outbox
from scheduler.service.assembly import open_for_worker, open_outbox
from scheduler.service.doorbell import ring
from scheduler.service.program import Program
from scheduler.service.running import Door, Ear
from scheduler.service.state import database_path
from scheduler.service.two_way import build_desk, build_registry
from scheduler.storage.errors import StorageError

log = logging.getLogger("legup.web")


class Serving(Program):
    """Entered: database open, address taken. Started: whoever asks is answered. Left: nobody is any more.

    It enrols nobody and sends nothing; what is to be sent waits for whoever does, who is woken. Entering raises
    ServiceError and StorageError, and what `door` raises.
    """

    def __init__(self, config: Config, clock: Clock, door: Door) -> None:
        super().__init__()
        self._config = config
        self._clock = clock
        self._door = door
        self._ear: Ear | None = None

    def _enter(self, opening: ExitStack) -> None:
        outbox, wake = self._database(opening)
        desk = build_desk(self._config, outbox, self._clock, wake)
        self._ear = self._door(desk, build_registry(self._config, outbox, self._clock, wake))
        opening.callback(self._ear.stop)

    def start(self) -> None:
        """Answer, and tell systemd."""
        if self._ear is None:
            raise RuntimeError("enter Serving first")
        self._ear.start()
        self._ready()

    def _database(self, opening: ExitStack) -> tuple[Outbox, Callable[[], None]]:
        """The outbox, and what wakes whoever sends from it."""
        service = self._config.service
        if service.shared:
            shared = open_for_worker(service)
            opening.callback(shared.outbox.close)
            return shared.outbox, lambda: _wake(shared.commons.ring)
        outbox = open_outbox(service)
        opening.callback(outbox.close)
        database = database_path(service)
        return outbox, lambda: _wake(lambda: ring(database))


def _wake(wake: Callable[[], object]) -> None:
    """What was asked for is recorded by now: a bell that does not ring only delays it, by 30 seconds at most."""
    try:
        wake()
    except StorageError:
        log.warning("the workers could not be woken; they look again soon")
