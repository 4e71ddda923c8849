"""`legup worker` in processes of their own, with a channel that does nothing."""

from __future__ import annotations

import sys
from datetime import UTC, datetime, timedelta
from multiprocessing import get_context
from multiprocessing.process import BaseProcess
from multiprocessing.synchronize import Event
from threading import Thread
from typing import TextIO
from unittest import mock

from bench._crowd import UNBOUNDED, NullChannel
from config.settings import Config
from scheduler.clock import Clock, SystemClock
from scheduler.delivery.ports import Outbox
from scheduler.delivery.routines import Routines
from scheduler.service import worker
from scheduler.service.assembly import build_wording
from scheduler.service.cluster import Cluster
from scheduler.service.defaults import nudge_defaults
from scheduler.service.lane import Lane
from scheduler.service.pump import Pump

_START = 60.0


def begun(config: Config, engine: type[Thread] = Cluster) -> BaseProcess:
    """One that takes part; it ends when it is terminated. The engine is what tells it to look. Raises TimeoutError."""
    context = get_context("spawn")
    ready = context.Event()
    process = context.Process(target=_work, args=(config, engine, ready))
    process.start()
    if not ready.wait(_START):
        process.kill()
        raise TimeoutError("a worker did not begin")
    return process


def _work(config: Config, engine: type[Thread], ready: Event) -> None:
    with (
        mock.patch.object(worker, "build_pump", _pump),  # no config file asks for a channel that does nothing
        mock.patch.object(worker, "Cluster", engine),
    ):
        working = worker.Worker(config, datetime.now(UTC), SystemClock(), sys.stdout)
        with working.stopped_by_signals(), working:
            working.start()
            ready.set()
            working.wait()


def _pump(config: Config, outbox: Outbox, clock: Clock, _console: TextIO, lease: timedelta) -> Pump:
    channel = NullChannel()
    lanes, wording = {channel.name: Lane(channel, UNBOUNDED)}, build_wording(config.service)
    return Pump(outbox, lanes, Routines(nudge_defaults()), wording, clock, lease)
