"""How long 10,000 nudges take that are due in the same second, in a cluster: two of `legup worker` on one PostgreSQL,
each a process of its own, with a null channel.

Counted from the due instant, two seconds after workers have looked and so eight before they look again, until every
nudge is recorded as sent. Run `python -m bench.cluster [NUDGES]`.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime, timedelta
from multiprocessing import get_context
from multiprocessing.synchronize import Event, Semaphore
from typing import TextIO
from unittest import mock

from pydantic import SecretStr

from bench._crowd import NullChannel, crowd, now_due, unwelcomed
from bench._plant import BEFORE, is_busy
from config.accounts import Limits
from config.settings import Config, Service
from scheduler.clock import Clock, SystemClock
from scheduler.delivery.delivery import State
from scheduler.delivery.ports import Outbox
from scheduler.delivery.routines import Routines
from scheduler.service import worker
from scheduler.service.assembly import build_wording, open_outbox, upgrade
from scheduler.service.defaults import nudge_defaults
from scheduler.service.lane import Lane
from scheduler.service.pump import Pump
from tests.standins.postgres import PostgresServer, new_database

NUDGES = 10_000
WORKERS = 2
LIMITS = Limits(messages_per_second=10_000, concurrency=500)
AHEAD = timedelta(seconds=25)
"""Enough for workers to start, and to have known each other for the ten seconds before which they send nothing."""


def main(nudges: int = NUDGES) -> dict[str, object]:
    with PostgresServer(durable=True) as server:
        config = _config(new_database(server.url))
        upgrade(config.service)
        with closing(open_outbox(config.service)) as record:
            due = _just_after_a_look(datetime.now(UTC) + AHEAD + timedelta(seconds=nudges / 2_000))
            people = unwelcomed(crowd(nudges, now_due()), first=due)
            record.enrol(people, now_due() - BEFORE, origin="roster", whole=False)
            with _workers(config):
                if datetime.now(UTC) > due - timedelta(seconds=12):
                    raise AssertionError("enrolling took too long; give it more time")
                while is_busy(record):
                    time.sleep(0.05)
                recorded_at = datetime.now(UTC)
            sent = record.overview(due).states.get(State.SENT, 0)
    if sent != nudges:
        raise AssertionError(f"{sent} of {nudges} nudges were sent")
    return {
        "bench": "cluster",
        "nudges": nudges,
        "workers": WORKERS,
        "all_recorded_s": round((recorded_at - due).total_seconds(), 1),
    }


def _just_after_a_look(when: datetime) -> datetime:
    """Workers look at every tenth second of the clock, or up to a second later."""
    return when.replace(second=when.second // 10 * 10, microsecond=0) + timedelta(seconds=12)


def _config(database: str) -> Config:
    return Config((), Service(database, secret_key=SecretStr("only for benches, and long enough to be taken")))


@contextmanager
def _workers(config: Config) -> Iterator[None]:
    context = get_context("spawn")
    ready, end = context.Semaphore(0), context.Event()
    processes = [context.Process(target=_work, args=(config, ready, end)) for _ in range(WORKERS)]
    for each in processes:
        each.start()
    try:
        for _ in processes:
            if not ready.acquire(timeout=30):
                raise TimeoutError("a worker did not begin")
        yield
    finally:
        end.set()
        for each in processes:
            each.join()


def _work(config: Config, ready: Semaphore, end: Event) -> None:
    with (
        mock.patch.object(worker, "build_pump", _pump),  # a null channel is none that a config file may ask for
        worker.Worker(config, now_due(), SystemClock(), sys.stdout) as working,
    ):
        working.start()
        ready.release()
        end.wait()


def _pump(config: Config, outbox: Outbox, clock: Clock, _console: TextIO, lease: timedelta) -> Pump:
    channel = NullChannel()
    lanes, wording = {channel.name: Lane(channel, LIMITS)}, build_wording(config.service)
    return Pump(outbox, lanes, Routines(nudge_defaults()), wording, clock, lease)


if __name__ == "__main__":
    print(json.dumps(main(*(int(argument) for argument in sys.argv[1:]))))
