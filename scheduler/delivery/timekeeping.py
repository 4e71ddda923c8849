"""Whether the wall clock may be believed. A step is what it moved by beyond the time that really passed. Pure.

Sleep and downtime are no steps, however long: the time that really passed counts them. See TIME_RULES, "late, asleep,
down".
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum
from typing import Protocol

STEADY = timedelta(seconds=2)
"""Two clocks read one after the other, and a clock being disciplined, differ by less."""
FAR = timedelta(hours=24)
"""A step this long is rather a fault than a correction: everything is held until someone has looked at it."""
NEAR = FAR / 2
"""A clock that comes so close is back. Not FAR itself: no two readings are equal, and a step of just a day would be
held at one look and over at the next."""


@dataclass(frozen=True, slots=True)
class Reading:
    """Both times of a `Clock`, read at once."""

    wall: datetime
    uptime: timedelta

    def expected(self, later: Reading) -> datetime:
        """What the wall clock should show at a later reading."""
        return self.wall + (later.uptime - self.uptime)


class Motion(Enum):
    """How the wall clock moved between two readings."""

    STEADY = "steady"
    FORWARD = "forward"
    BACK = "back"
    FAR = "far"


def motion(step: timedelta) -> Motion:
    """A step forward is like sleep; after one back, due times are derived again; a far one holds everything."""
    if abs(step) >= FAR:
        return Motion.FAR
    if step < -STEADY:
        return Motion.BACK
    return Motion.FORWARD if step > STEADY else Motion.STEADY


@dataclass(frozen=True, slots=True)
class ClockHold:
    """Nothing is decided and nothing begins, because the wall clock is not believed."""

    trusted_at: datetime
    """The last instant at which it was."""
    shown_at: datetime
    """What it showed when the hold began."""


@dataclass(frozen=True, slots=True)
class ClockRecord:
    """What an outbox remembers of the wall clock."""

    newest: datetime | None = None
    """The newest instant it was told while the clock was believed."""
    hold: ClockHold | None = None


def hold_at_start(wall: datetime, record: ClockRecord) -> ClockHold | None:
    """The hold to begin with: one that was left and is not over, or a wall clock far behind what is on record."""
    if record.hold is not None and not is_over(record.hold, wall):
        return record.hold
    if record.newest is not None and record.newest - wall > FAR:
        return ClockHold(record.newest, wall)
    return None


def is_over(hold: ClockHold, wall: datetime, expected: datetime | None = None) -> bool:
    """Whether the wall clock came back.

    `expected` is what it should show, known only to the process that saw the step. Without it: time only goes on, so a
    clock that had jumped ahead came back when it shows less than it did then, and one that had fallen behind when it
    has reached the last instant on record.
    """
    if expected is not None:
        return abs(wall - expected) < NEAR
    back = wall > hold.trusted_at - FAR
    return back and wall < hold.shown_at if hold.shown_at > hold.trusted_at else back


class Timekeeping(Protocol):
    """What watching the clock asks of an outbox; a part of `ports.Outbox`."""

    def tick(self, now: datetime, *, believed: bool = True) -> None:
        """Note that the service is alive; `status` reads it. A believed `now` that is newer than all before is kept."""
        ...

    def clock_record(self) -> ClockRecord:
        """What is known of the wall clock."""
        ...

    def hold_clock(self, hold: ClockHold) -> None:
        """Remember that the wall clock is not believed, so that every command and the next start know."""
        ...

    def release_clock(self, now: datetime, wait: timedelta) -> None:
        """The clock came back: forget the hold and do as `rewind` does, in one transaction."""
        ...

    def confirm_clock(self, now: datetime, wait: timedelta) -> None:
        """Someone says that this time is right: forget the hold and the newest instant, decide every nudge on from
        `now`, at most FAR back, and do as `rewind` does, in one transaction."""
        ...

    def rewind(self, now: datetime, wait: timedelta) -> None:
        """The wall clock shows `now`, and showed more before; in one transaction nothing that is recorded keeps waiting
        for the time that was taken back.

        Every nudge looks due, so that the next claim derives it again; none is decided further than `now`, or `now` +
        EDIT_GUARD if it was edited since its last claim. Slots due after that which were passed over without an attempt
        are forgotten, for their time is yet to come; those sent or still pending stay, so that nothing repeats, and so
        do those a restored copy withdrew. No lease and no breaker lasts longer than
        `wait`, no delivery waits longer than that, nor than until it is due.
        """
        ...
