"""The clock watch: every instant at which something is decided or sent has passed it."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from datetime import datetime, timedelta
from threading import Lock

from scheduler.clock import Clock
from scheduler.delivery.ports import Outbox
from scheduler.delivery.timekeeping import ClockHold, Motion, Reading, hold_at_start, is_over, motion

log = logging.getLogger("legup.clock")

WAIT = timedelta(minutes=5)
"""After the clock was set back no lease, retry or breaker lasts longer; none does otherwise, or hardly."""

_AT_ONCE = timedelta(seconds=0.1)
"""Both times of a reading are read within it, or again: the machine may be suspended between the two."""


@dataclass(frozen=True, slots=True)
class Look:
    """What the clock shows, and whether it is believed."""

    wall: datetime
    hold: ClockHold | None = None

    @property
    def believed(self) -> bool:
        return self.hold is None

    @property
    def now(self) -> datetime:
        """The time to record things by; while the clock is not believed, the last instant at which it was."""
        return self.wall if self.hold is None else self.hold.trusted_at


class ClockWatch:
    """Compares the wall clock with the time that really passed, at every look; for any number of threads.

    What it finds is in the outbox before `look` returns: a hold, or everything set back that waited for a time which
    was taken back. Looks raise what the outbox raises, and the next one finds the same again.
    """

    def __init__(self, outbox: Outbox, clock: Clock) -> None:
        self._outbox = outbox
        self._clock = clock
        self._lock = Lock()
        self._last: Reading | None = None
        """The last reading that was believed; None before there was one."""
        self._seen: Reading | None = None
        """The last reading of a clock that was not believed from the start."""
        self._hold: ClockHold | None = None

    def look(self) -> Look:
        """The time, and whether it is believed."""
        with self._lock:
            reading = _read(self._clock)
            if self._hold is not None:
                self._look_on_hold(self._hold, reading)
            elif self._last is not None:
                self._compare(self._last, reading)
            else:
                self._start(reading)
            return Look(reading.wall, self._hold)

    def _start(self, reading: Reading) -> None:
        record = self._outbox.clock_record()
        hold = hold_at_start(reading.wall, record)
        if hold is not None:
            self._begin(hold)
            self._seen = reading
            return
        if record.hold is not None:
            self._end(reading)
        elif record.newest is not None and motion(reading.wall - record.newest) is Motion.BACK:
            self._outbox.rewind(reading.wall, WAIT)
        self._last = reading

    def _compare(self, last: Reading, reading: Reading) -> None:
        step = reading.wall - last.expected(reading)
        moved = motion(step)
        if moved is Motion.FAR:
            self._begin(ClockHold(last.wall, reading.wall))
            return
        if moved is Motion.BACK:
            self._outbox.rewind(reading.wall, WAIT)
        if moved is not Motion.STEADY:
            log.warning("the clock was set %s by %s", moved.value, abs(_whole_seconds(step)))
        self._last = reading

    def _look_on_hold(self, hold: ClockHold, reading: Reading) -> None:
        if self._outbox.clock_record().hold is None:
            log.warning("the clock was confirmed; going on from %s UTC", _shown(reading.wall))
            self._hold, self._last = None, reading
        elif self._came_back(hold, reading):
            self._end(reading)

    def _came_back(self, hold: ClockHold, reading: Reading) -> bool:
        """A clock that was wrong from the start must be set before it is believed: time that passes mends nothing."""
        if self._last is not None:
            return is_over(hold, reading.wall, self._last.expected(reading))
        seen, self._seen = self._seen, reading
        was_set = seen is not None and motion(reading.wall - seen.expected(reading)) is not Motion.STEADY
        return was_set and is_over(hold, reading.wall)

    def _begin(self, hold: ClockHold) -> None:
        self._outbox.hold_clock(hold)
        self._hold = hold
        log.error(
            "the clock shows %s UTC and was at %s UTC before: nothing is sent until it is set right. "
            "If it is right now: `legup clock confirm`",
            _shown(hold.shown_at),
            _shown(hold.trusted_at),
        )

    def _end(self, reading: Reading) -> None:
        self._outbox.release_clock(reading.wall, WAIT)
        self._hold, self._last = None, reading
        log.warning("the clock came back; going on from %s UTC", _shown(reading.wall))


def time_of_record(outbox: Outbox, clock: Clock) -> datetime:
    """What the clock shows if a start would believe it, or else the last instant on record."""
    wall = clock.now()
    hold = hold_at_start(wall, outbox.clock_record())
    return wall if hold is None else hold.trusted_at


def _read(clock: Clock) -> Reading:
    while True:
        before, wall, after = clock.uptime(), clock.now(), clock.uptime()
        if after - before < _AT_ONCE:
            return Reading(wall, after)


def _shown(instant: datetime) -> str:
    return f"{instant:%Y-%m-%d %H:%M}"


def _whole_seconds(duration: timedelta) -> timedelta:
    return timedelta(seconds=round(duration.total_seconds()))
