"""The whole of legup's sending on a SQLite file: the real clockwork with its threads, and people who are due."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

from bench._crowd import UNBOUNDED, crowd, unwelcomed
from config.accounts import Limits
from config.person import ChannelName
from messages.rendering import Renderer
from scheduler.clock import SystemClock
from scheduler.delivery.composing import Wording
from scheduler.delivery.delivery import State
from scheduler.delivery.ports import Channel
from scheduler.delivery.routines import Routines
from scheduler.service.clockwork import Clockwork
from scheduler.service.defaults import nudge_defaults
from scheduler.service.garbage import settled
from scheduler.service.lane import Lane
from scheduler.service.pump import Pump
from scheduler.storage.outbox import SqlOutbox
from scheduler.storage.sqlite import open_sqlite

BEFORE = timedelta(hours=3)
"""So long before the first nudge is due everyone is enrolled."""

CLOCK = SystemClock()
_YEAR = timedelta(days=365)
GLANCE = 0.05
"""Seconds between two looks at whether all is done: five times as many took a tenth of what was measured."""


@contextmanager
def outbox() -> Iterator[SqlOutbox]:
    """On a file that is gone afterwards, as `legup run` opens it: write-ahead log, synchronous=FULL."""
    with TemporaryDirectory() as folder:
        opened = open_sqlite(Path(folder) / "legup.db", contact_key=b"bench")
        try:
            yield opened
        finally:
            opened.close()


def enrolled(
    record: SqlOutbox,
    people: int,
    *due: datetime,
    channel: ChannelName = ChannelName.SMS,
    prefix: str = "p",
    first: datetime | None = None,
) -> None:
    """Enrol so many more people with a nudge at each of these times, before the first. With `first` they are looked at
    then: schedules know whole minutes, and nobody wants to wait for one."""
    before = min(due) - BEFORE
    record.enrol(unwelcomed(crowd(people, *due, channel=channel, prefix=prefix), first), before, whole=False)


def pump(record: SqlOutbox, channel: Channel, limits: Limits = UNBOUNDED) -> Pump:
    wording = Wording(Renderer(), b"bench")
    return Pump(record, {channel.name: Lane(channel, limits)}, Routines(nudge_defaults()), wording, CLOCK)


@contextmanager
def running(record: SqlOutbox, channel: Channel, limits: Limits = UNBOUNDED) -> Iterator[Clockwork]:
    """The clockwork as `legup run` has it, started."""
    clockwork = Clockwork(pump(record, channel, limits), CLOCK, _YEAR, lambda: None)
    with settled():
        clockwork.start()
        try:
            yield clockwork
        finally:
            clockwork.stop()


def carried(record: SqlOutbox, channel: Channel, expected: int, limits: Limits = UNBOUNDED) -> float:
    """Seconds from the start of the clockwork until every due nudge is sent, and recorded as sent.

    Raises AssertionError when fewer were sent, or more.
    """
    began = time.perf_counter()
    with running(record, channel, limits):
        while is_busy(record):
            time.sleep(GLANCE)
        took = time.perf_counter() - began
    sent = record.overview(datetime.now(UTC) - _YEAR).states.get(State.SENT, 0)
    if sent != expected:
        raise AssertionError(f"{sent} of {expected} nudges were sent")
    return took


def is_busy(record: SqlOutbox) -> bool:
    """Whether anything is due, waits, or is under way."""
    event = record.next_event_at()
    return event is not None and event < datetime.now(UTC) + timedelta(hours=1)
