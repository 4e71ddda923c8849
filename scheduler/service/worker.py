"""A worker: one of any number of processes, on any machines, that share a PostgreSQL database."""

from __future__ import annotations

import logging
import secrets
import threading
from collections.abc import Callable
from contextlib import ExitStack
from datetime import datetime, timedelta
from typing import TextIO

from config.settings import Config
from scheduler.clock import Clock
from scheduler.delivery.ports import RosterChange
from scheduler.delivery.sharing import RENEWED, Sharing
from scheduler.service.assembly import build_pump, dossiers, enrol, open_for_worker
from scheduler.service.cluster import Cluster
from scheduler.service.errand import Errand
from scheduler.service.forgetter import Forgetter
from scheduler.service.heartbeat import beating
from scheduler.service.labour import PumpLabour
from scheduler.service.lane_thread import LaneThread
from scheduler.service.overruling import tell_overruled
from scheduler.service.program import Program
from scheduler.service.pump import LEASE, Pump
from scheduler.service.shared_clock import SharedClock
from scheduler.service.systemd import notify
from scheduler.service.trouble import Trouble
from scheduler.service.two_way import build_desk, build_inbox
from scheduler.storage.errors import StorageError
from scheduler.storage.postgres import Shared

log = logging.getLogger("legup.cluster")

_AFTER_TROUBLE = 2.0
_EAR = 1.0
"""Seconds after which who listens looks whether it is time to stop."""


class Worker(Program):
    """Entered: database open, people enrolled. Started: it takes its part. Left: everything stopped and settled.

    Entering raises ServiceError and StorageError (a database of another version among them).
    """

    def __init__(
        self, config: Config, changed_at: datetime, machine: Clock, console: TextIO, lease: timedelta = LEASE
    ) -> None:
        """`changed_at` is when the config file was changed: of two, the people of the newer one count. `lease` is the
        pump's."""
        super().__init__()
        self._config = config
        self._changed_at = changed_at
        self._machine = machine
        self._console = console
        self._lease = lease
        self._shared: Shared | None = None
        self.enrolled: RosterChange | None = None
        """None: the people of a newer file are enrolled, and stay."""

    def _enter(self, opening: ExitStack) -> None:
        shared = open_for_worker(self._config.service)
        opening.callback(shared.outbox.close)
        self._clock = SharedClock(shared.commons.now, self._machine)
        self.enrolled = self._enrol(shared)
        self._shared = shared

    def start(self) -> None:
        """Take part, and tell systemd that we are ready."""
        if self._shared is None:
            raise RuntimeError("enter Worker first")
        pump = build_pump(self._config, self._shared.outbox, self._clock, self._console, self._lease)
        for lane in pump.lanes.values():
            self._open.callback(lane.channel.close)
        crew = _Crew(self._shared, pump, self._clock, Trouble(self._clock, self._stop.end), self._config)
        crew.start()
        self._open.callback(crew.stop)
        self._open.enter_context(beating(self._config.service, self._clock))
        self._ready()

    def _enrol(self, shared: Shared) -> RosterChange | None:
        """The people of our file, unless those of a newer one are enrolled: in a rolling restart an old worker that is
        started once more must not bring back what was changed."""
        commons = shared.commons
        with commons.turn_at_roster():
            newest = commons.newest_roster()
            if newest is not None and newest > self._changed_at:
                log.warning("the people of a newer config file are enrolled already; those of this one are left out")
                return None
            change = enrol(self._config, shared.outbox, self._clock)
            tell_overruled(change.overruled)
            commons.note_roster(self._changed_at)
            return change


class _Crew:
    """The threads of a worker."""

    def __init__(self, shared: Shared, pump: Pump, clock: SharedClock, trouble: Trouble, config: Config) -> None:
        self._shared = shared
        self._pump = pump
        self._clock = clock
        self._trouble = trouble
        self._name = secrets.token_hex(8)
        self._sharing = Sharing()
        self._stopping = threading.Event()
        self._labour = PumpLabour(pump, shared.commons, clock, trouble, config.service.retention)
        self._cluster = Cluster(shared.conninfo, self._labour)
        for lane in pump.lanes.values():
            lane.part = self._part
        service = config.service
        forgetter = Forgetter(shared.outbox, lambda: dossiers(service), None, clock)
        errands: dict[str, Callable[[], object]] = {
            "looking up unknown deliveries": pump.resolve,
            "forgetting who asked for it": forgetter,
        }
        self._senders: list[LaneThread | Errand] = [
            *(LaneThread(pump, channel, clock, self._stopping, trouble) for channel in pump.lanes),
            *(Errand(what, self._if_first(run), self._stopping, trouble) for what, run in errands.items()),
        ]
        desk = build_desk(config, shared.outbox, clock, self._shared.commons.ring)
        self._inbox = build_inbox(service, desk, shared.outbox, clock, trouble, self._first)
        self._others = [
            threading.Thread(target=self._keep, name="legup-keeper"),
            threading.Thread(target=self._listen, name="legup-ear"),
        ]

    def start(self) -> None:
        """Say that we are there, and begin."""
        self._renew()
        self._pump.resume()
        for thread in (*self._senders, *self._others, self._cluster):
            thread.start()
        if self._inbox is not None:
            self._inbox.start()

    def stop(self) -> None:
        """Begin nothing more, finish and settle what is in flight, and return when all threads have ended."""
        self._pump.stop()
        self._labour.stop()
        self._cluster.stop()
        self._stopping.set()
        self._kick()
        if self._inbox is not None:
            self._inbox.stop()
        for thread in (*self._senders, *self._others, self._cluster):
            thread.join()
        try:
            self._shared.commons.leave(self._name, self._clock.now())
        except StorageError as error:
            self._trouble.met(error)  # the others notice within some seconds

    def _kick(self) -> None:
        for thread in self._senders:
            thread.kick()

    def _first(self) -> bool:
        """Whether we are to do what one worker is enough for. Two who both think so do no harm."""
        return self._sharing.is_first(self._clock.uptime())

    def _if_first(self, run: Callable[[], object]) -> Callable[[], object]:
        return lambda: run() if self._first() else None

    def _part(self, per_second: float) -> float:
        return self._sharing.part(per_second, self._clock.uptime())

    def _renew(self) -> None:
        self._clock.synchronise()
        asked = self._clock.uptime()  # before, not after: a suspended process must not take a late answer for a new one
        place = self._shared.commons.renew(self._name, self._clock.now())
        self._sharing = self._sharing.renewed(place, asked)

    def _keep(self) -> None:
        """Stay one of the workers, on the common clock; and see to what waits even when nobody rings."""
        while not self._stopping.wait(RENEWED.total_seconds()):
            try:
                self._renew()
                self._trouble.past()
                self._kick()
                notify("WATCHDOG=1")
            except StorageError as error:
                self._trouble.met(error)
                notify("WATCHDOG=1")  # a restart would not bring the server back
            except Exception:
                log.exception("keeping one's place failed; trying again")

    def _listen(self) -> None:
        while not self._stopping.is_set():
            try:
                with self._shared.bell() as bell:
                    while not self._stopping.is_set():
                        if bell.heard(_EAR):
                            self._kick()
            except StorageError as error:
                self._trouble.met(error)
                self._stopping.wait(_AFTER_TROUBLE)
            except Exception:
                log.exception("listening for the bell failed; trying again")
                self._stopping.wait(_AFTER_TROUBLE)
