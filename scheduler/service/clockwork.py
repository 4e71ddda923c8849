"""The clockwork: APScheduler looks at what is due at its instant and at least every 30 seconds; one thread per channel
does the sending, so that a slow provider delays nobody else, and one looks up what may or may not have gone out.

APScheduler only ticks. Its jobs hold no schedule of anybody's, live in memory, coalesce and never run twice at once;
what is due is in the outbox, so a tick that comes late, early or twice does no harm.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from types import MappingProxyType

from apscheduler.executors.pool import ThreadPoolExecutor
from apscheduler.schedulers.background import BackgroundScheduler
from apscheduler.triggers.base import BaseTrigger

from scheduler.clock import Clock
from scheduler.service.errand import Errand
from scheduler.service.lane_thread import LaneThread
from scheduler.service.pump import Pump
from scheduler.service.trouble import Trouble
from scheduler.storage.errors import FatalStorageError, StorageError

log = logging.getLogger("legup.clockwork")

LOOK = timedelta(seconds=30)
"""The wall clock is looked at this often, whatever is due: it may have been stepped, or the machine asleep."""

_FALLBACK = LOOK + timedelta(seconds=1)
"""The next look by APScheduler's wall clock, when nothing falls due sooner: the minder's comes first, so that an idle
service wakes once in 30 s and not twice."""

_SOON = timedelta(seconds=0.5)
"""What is due sooner than this is waited for where one looks: APScheduler drops a run that falls due before the last
one has returned, to come again in 31 s."""

_HELD = timedelta(seconds=1)
"""What stays due is held back by a rate limit, of which its lane takes care; it is looked at again after so long."""

_AFTER_TROUBLE = timedelta(seconds=5)
"""A database that was locked or full is tried again so soon, so that nothing waits longer than the trouble lasts."""

_PURGE = timedelta(hours=1)
_FIRST_PURGE = timedelta(minutes=5)
"""After the start; or a laptop that never runs for an hour would keep everything for ever."""
_PURGE_STEP = 1000
_PURGE_PAUSE = 0.05
"""Seconds in which others get their turn at the database."""


class _FromNow(BaseTrigger):  # type: ignore[misc]  # APScheduler has no types
    """So long after the present time. APScheduler's own interval counts from the last run: after a leap of 70 years it
    would list the 74 million runs in between before it started one."""

    def __init__(self, interval: timedelta) -> None:
        self.interval = interval

    def get_next_fire_time(self, previous_fire_time: datetime | None, now: datetime) -> datetime:  # noqa: ARG002 - APScheduler's
        return now + self.interval


def _unattended(error: FatalStorageError) -> None:
    log.critical("%s", error)


class Clockwork:
    """Drives a pump until it is stopped."""

    def __init__(
        self,
        pump: Pump,
        clock: Clock,
        retention: timedelta,
        after_tick: Callable[[], None],
        end: Callable[[FatalStorageError], None] = _unattended,
        errands: Mapping[str, Callable[[], object]] = MappingProxyType({}),
    ) -> None:
        """`after_tick` is called after each look but one that ended in an error nobody foresaw; `end`, once, when the
        database is lost and going on would do harm. `errands`, by what they do, are run after each look."""
        self.pump = pump
        self.failed_ticks = 0
        self._clock = clock
        self._retention = retention
        self._after_tick = after_tick
        self.trouble = Trouble(clock, end)
        """Shared with whatever else uses the database while this runs."""
        self._stopping = threading.Event()
        self._kicked = threading.Event()
        self._looking = threading.Lock()
        errands = {"looking up unknown deliveries": pump.resolve, **errands}
        self._threads: list[LaneThread | Errand] = [
            *(LaneThread(pump, channel, clock, self._stopping, self.trouble) for channel in pump.lanes),
            *(Errand(what, run, self._stopping, self.trouble) for what, run in errands.items()),
        ]
        self._minder = threading.Thread(target=self._mind, name="legup-clock")
        self._looked_at = clock.uptime()
        self._scheduler = BackgroundScheduler(
            timezone="UTC",
            executors={"default": ThreadPoolExecutor(2)},
            job_defaults={"coalesce": True, "max_instances": 1, "misfire_grace_time": None},
        )

    def start(self) -> None:
        """Plan once in this thread, so that whoever waits for READY knows that it worked, then keep going."""
        self.pump.resume()
        self.pump.plan()
        self.pump.tick()  # before anything is sent: a record that ends sooner could not tell a later start in the past
        for thread in self._threads:
            thread.start()
        self._scheduler.add_job(self._tick, _FromNow(_FALLBACK), id="tick")
        first_purge = self._clock.now() + _FIRST_PURGE
        self._scheduler.add_job(self._purge, _FromNow(_PURGE), id="purge", next_run_time=first_purge)
        self._scheduler.start()
        self._scheduler.modify_job("tick", next_run_time=self._clock.now())
        self._minder.start()

    def stop(self) -> None:
        """Begin nothing more, finish and settle what is in flight, and return when all threads have ended."""
        self.pump.stop()
        self._stopping.set()
        self._kicked.set()
        self._kick_threads()
        with self._looking:
            pass  # shutdown holds a lock of APScheduler's while it waits, and a look ends by asking for that lock
        self._scheduler.shutdown(wait=True)
        self._minder.join()
        for thread in self._threads:
            thread.join()

    def kick(self) -> None:
        """Look at once: something has come that does not wait. From any thread."""
        self._kicked.set()

    def _mind(self) -> None:
        """Look when kicked, and at least every 30 s of time that really passes. APScheduler waits for instants of the
        wall clock: set back by an hour, it would wait an hour longer, and asleep for one it would not notice."""
        while not self._stopping.is_set():
            kicked = self._kicked.wait(self._spare())
            self._kicked.clear()
            with self._looking:
                if kicked or not self._spare():
                    self._look_on()

    def _spare(self) -> float:
        """Seconds until a look is due, whatever else is."""
        return max((self._looked_at + LOOK - self._clock.uptime()).total_seconds(), 0.0)

    def _tick(self) -> None:
        with self._looking:
            self._look_on()

    def _look_on(self) -> None:
        """Look, and go on looking while the next time is too near for APScheduler; then leave it to that."""
        while not self._stopping.is_set():
            wake = self._look()
            pause = wake - self._clock.now()
            if pause >= _SOON:
                self._scheduler.modify_job("tick", next_run_time=wake)
                break
            self._stopping.wait(max(pause.total_seconds(), 0.0))

    def _look(self) -> datetime:
        """One look; returns when the next is due. Whatever it raises is logged and counted, and the next one comes
        all the same."""
        self._looked_at = self._clock.uptime()
        wake = self._clock.now() + _FALLBACK
        try:
            self.pump.plan(self._kick_threads)
            look = self.pump.tick()
            self._kick_threads()
            if look.believed:
                wake = self._next_look()
            self.trouble.past()
            self._after_tick()
        except StorageError as error:
            self.failed_ticks += 1
            self.trouble.met(error)
            wake = self._clock.now() + _AFTER_TROUBLE
            # A restart cures neither a lock nor a full disk, and systemd's few restarts would be used up by one.
            self._after_tick()
        except Exception:
            self.failed_ticks += 1
            log.exception("a look at what is due failed (%d so far); trying again", self.failed_ticks)
        return wake

    def _kick_threads(self) -> None:
        for thread in self._threads:
            thread.kick()

    def _next_look(self) -> datetime:
        now = self._clock.now()
        event = self.pump.outbox.next_event_at()
        if event is None:
            return now + _FALLBACK
        return min(event if event > now else now + _HELD, now + _FALLBACK)

    def _purge(self) -> None:
        """Old finished deliveries go in small steps, so that no nudge waits for it."""
        try:
            while not self._stopping.is_set():
                look = self.pump.watch.look()
                if not look.believed or self.pump.outbox.purge(look.now - self._retention, _PURGE_STEP) < _PURGE_STEP:
                    break
                self._stopping.wait(_PURGE_PAUSE)
        except StorageError as error:
            self.trouble.met(error)
        except Exception:
            log.exception("removing old deliveries failed; trying again in an hour")
