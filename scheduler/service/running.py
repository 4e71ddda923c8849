"""The service running: one process on one database, from the lock to a clean stop."""

from __future__ import annotations

import os
from collections.abc import Callable
from contextlib import AbstractContextManager, ExitStack
from types import TracebackType
from typing import Self, TextIO

from config.settings import Config
from scheduler.clock import Clock
from scheduler.delivery.ports import Outbox, RosterChange
from scheduler.service.assembly import build_pump, enrol, open_outbox
from scheduler.service.clockwork import Clockwork
from scheduler.service.heartbeat import Heartbeat
from scheduler.service.lock import RunLock
from scheduler.service.restored import accept, pass_over
from scheduler.service.state import database_path
from scheduler.service.stop import Stop
from scheduler.service.systemd import notify
from scheduler.service.watch import watch


class Running:
    """Entered: locked, database open, people enrolled. Started: nudges go out. Left: everything stopped and settled.

    Entering raises ServiceError (another one is running, the database cannot be used by this version) and
    StorageError.
    """

    def __init__(self, config: Config, clock: Clock, console: TextIO) -> None:
        self._config = config
        self._clock = clock
        self._console = console
        self._open = ExitStack()
        self._stop = Stop()
        self._outbox: Outbox | None = None
        self.enrolled = RosterChange()

    def __enter__(self) -> Self:
        with ExitStack() as opening:
            opening.enter_context(RunLock(database_path(self._config.service)))
            outbox = open_outbox(self._config.service)
            opening.callback(outbox.close)
            pass_over(outbox, self._clock)
            self.enrolled = enrol(self._config, outbox, self._clock)
            accept(outbox, self._clock)
            self._outbox = outbox
            self._open = opening.pop_all()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._outbox = None
        self._open.close()

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
        clockwork = Clockwork(pump, self._clock, self._config.service.retention, _after_tick(), self._stop.end)
        clockwork.start()
        self._open.callback(clockwork.stop)
        self._open.callback(notify, "STOPPING=1")
        self._start_heartbeat()
        notify("READY=1")

    def _start_heartbeat(self) -> None:
        service = self._config.service
        if service.heartbeat_url is None:
            return
        heartbeat = Heartbeat(service.heartbeat_url, lambda now: watch(service, now)[1], self._clock)
        heartbeat.start()
        self._open.callback(heartbeat.stop)

    def stop(self) -> None:
        """Let `wait` return. May be called from any thread and from a signal handler."""
        self._stop.ask()

    def wait(self) -> None:
        """Until someone asks to stop. Raises FatalStorageError when the database is lost."""
        self._stop.wait()

    def stopped_by_signals(self) -> AbstractContextManager[None]:
        """SIGTERM and SIGINT ask to stop, however often they come. Main thread only."""
        return self._stop.asked_by_signals()


def _after_tick() -> Callable[[], None]:
    """The watchdog is fed by a look that came to its end: it went well, or the database said why it could not."""
    if "WATCHDOG_USEC" not in os.environ:
        return lambda: None
    return lambda: notify("WATCHDOG=1")
