"""The service running: one process on one database, from the lock to a clean stop."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from contextlib import ExitStack
from typing import Protocol, TextIO, TypeAlias

from config.settings import Config
from scheduler.clock import Clock
from scheduler.delivery.ports import Outbox, RosterChange
from scheduler.service.assembly import build_pump, can_be_reached, dossiers, enrol, open_outbox
from scheduler.service.clockwork import Clockwork
from scheduler.service.desk import Desk
from scheduler.service.doorbell import Doorbell
from scheduler.service.forgetter import Forgetter
from scheduler.service.heartbeat import beating
from scheduler.service.lock import RunLock
from scheduler.service.overruling import tell_overruled
from scheduler.service.program import Program
from scheduler.service.registry import Registry
from scheduler.service.restored import accept, pass_over
from scheduler.service.state import database_path
from scheduler.service.systemd import notify


class Ear(Protocol):
    """A way in, such as the web server: in place when it is made, answering from `start` to `stop`."""

    def start(self) -> None: ...

    def stop(self) -> None: ...


Door: TypeAlias = Callable[[Desk, Registry | None], Ear]
"""Makes the way in by which people and providers reach the desk, and other systems the registry if there is one."""


class Running(Program):
    """Entered: locked, database open, people enrolled. Started: nudges go out. Left: everything stopped and settled.

    Entering raises ServiceError (another one is running, the database cannot be used by this version) and
    StorageError.
    """

    def __init__(self, config: Config, clock: Clock, console: TextIO, door: Door | None = None) -> None:
        """`door` is used where `web` is enabled."""
        super().__init__()
        self._config = config
        self._door = door
        self._clock = clock
        self._console = console
        self._outbox: Outbox | None = None
        self.enrolled = RosterChange()

    def _enter(self, opening: ExitStack) -> None:
        opening.enter_context(RunLock(database_path(self._config.service)))
        outbox = open_outbox(self._config.service)
        opening.callback(outbox.close)
        pass_over(outbox, self._clock)
        self.enrolled = enrol(self._config, outbox, self._clock)
        tell_overruled(self.enrolled.overruled)
        accept(outbox, self._clock)
        self._outbox = outbox

    @property
    def outbox(self) -> Outbox:
        """The open database."""
        if self._outbox is None:
            raise RuntimeError("enter Running first")
        return self._outbox

    def start(self) -> None:
        """Plan once, tell systemd that we are ready, and begin to send."""
        pump = build_pump(self._config, self.outbox, self._clock, self._console)
        for lane in pump.lanes.values():
            self._open.callback(lane.channel.close)
        clockwork = Clockwork(
            pump, self._clock, self._config.service.retention, _after_tick(), self._stop.end, self._errands()
        )
        ears = self._ears(clockwork)  # an address that is taken is told of before anything is sent
        clockwork.start()
        self._open.callback(clockwork.stop)
        for ear in ears:
            self._open.callback(ear.stop)
            ear.start()
        self._open.enter_context(beating(self._config.service, self._clock))
        self._ready()

    def _errands(self) -> Mapping[str, Callable[[], object]]:
        service = self._config.service
        forgetter = Forgetter(self.outbox, lambda: dossiers(service), database_path(service), self._clock)
        return {"forgetting who asked for it": forgetter}

    def _ears(self, clockwork: Clockwork) -> list[Ear]:
        """By which we hear other processes, the provider and people; what they want is looked at at once."""
        service = self._config.service
        ears: list[Ear] = [Doorbell(database_path(service), clockwork.kick)]
        if can_be_reached(service):
            from scheduler.service.two_way import build_desk, build_inbox, build_registry

            desk = build_desk(self._config, self.outbox, self._clock, clockwork.kick)
            inbox = build_inbox(service, desk, self.outbox, self._clock, clockwork.trouble)
            ears += [] if inbox is None else [inbox]
            if self._door is not None and service.web.enabled:
                registry = build_registry(self._config, self.outbox, self._clock, clockwork.kick)
                ears.append(self._door(desk, registry))
        return ears


def _after_tick() -> Callable[[], None]:
    """The watchdog is fed by a look that came to its end: it went well, or the database said why it could not."""
    if "WATCHDOG_USEC" not in os.environ:
        return lambda: None
    return lambda: notify("WATCHDOG=1")
