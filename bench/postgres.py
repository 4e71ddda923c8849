"""How many nudges a second pass through workers on PostgreSQL, every commit durable: claimed, judged, rendered,
`sending`, sent by a channel that does nothing, `sent`. One worker and two workers; beside them, in the same run, what
hands out a job per message that does nothing, on the same PostgreSQL server or on Redis.

Run `python -m bench.postgres [NUDGES [JOBS]]`.
"""

from __future__ import annotations

import json
import sys
import threading
import time
from collections.abc import Mapping
from contextlib import closing
from multiprocessing import get_context
from multiprocessing.synchronize import Event, Semaphore
from time import perf_counter

import psycopg

from bench._crowd import NullChannel, now_due
from bench._plant import CLOCK, GLANCE, enrolled, is_busy, pump
from bench._rivals import redis, rival
from config.person import ChannelName
from scheduler.delivery.delivery import State
from scheduler.service.garbage import settled
from scheduler.service.lane_thread import LaneThread
from scheduler.service.trouble import Trouble
from scheduler.storage.postgres import open_postgres, upgrade_postgres
from tests.standins.postgres import PostgresServer, new_database

NUDGES = 20_000
JOBS = 10_000
"""Of a rival that is quick; of the others as many as take about as long."""
KEY = b"the key of the bench"
_START = 60.0


def main(nudges: int = NUDGES, jobs: int = JOBS) -> dict[str, object]:
    """Figures of one run, in nudges or jobs per second."""
    with PostgresServer(durable=True) as server:
        one = _workers(server.url, nudges, 1)
        two = _workers(server.url, nudges, 2)
        rivals = {**_on_postgres(one, server.url, jobs), **_on_redis(one, jobs)}
        with psycopg.connect(server.url) as connection:
            version = connection.info.parameter_status("server_version")
    return {
        "bench": "postgres",
        "server": f"PostgreSQL {version}",
        "nudges": nudges,
        "one_worker_per_s": round(one),
        "two_workers_per_s": round(two),
        "two_to_one": round(two / one, 2),
        **rivals,
    }


def _workers(server: str, nudges: int, number: int) -> float:
    url, due = new_database(server), now_due()
    upgrade_postgres(url)
    with closing(open_postgres(url, contact_key=KEY)) as record:
        enrolled(record, nudges, due, prefix="w")
        with psycopg.connect(url, autocommit=True) as connection:
            connection.execute("VACUUM ANALYZE")
        took = _taken(url, number)
        sent = record.overview(due).states.get(State.SENT, 0)
    if sent != nudges:
        raise AssertionError(f"{sent} of {nudges} nudges were sent")
    return nudges / took


def _taken(url: str, number: int) -> float:
    """Seconds in which so many workers do all that is due."""
    context = get_context("spawn")
    ready, start = context.Semaphore(0), context.Event()
    workers = [context.Process(target=_work, args=(url, ready, start)) for _ in range(number)]
    for each in workers:
        each.start()
    for _ in workers:
        if not ready.acquire(timeout=_START):
            raise TimeoutError("a worker did not begin")
    began = perf_counter()
    start.set()
    for each in workers:
        each.join()
    return perf_counter() - began


def _work(url: str, ready: Semaphore, start: Event) -> None:
    """One worker, as `legup worker` has it: what is due is claimed in one thread and sent by another."""
    with closing(open_postgres(url, contact_key=KEY)) as record, settled():
        works, stopping = pump(record, NullChannel()), threading.Event()
        sender = LaneThread(works, ChannelName.SMS, CLOCK, stopping, Trouble(CLOCK, lambda _: None))
        record.next_event_at()
        ready.release()
        start.wait()
        sender.start()
        while works.claim():
            sender.kick()
        while is_busy(record):
            sender.kick()
            time.sleep(GLANCE)
        stopping.set()
        sender.kick()
        sender.join()


def _on_postgres(ours: float, server: str, jobs: int) -> Mapping[str, float]:
    by_sqlalchemy = new_database(server).replace("postgresql:", "postgresql+psycopg:")
    return {
        **rival("apscheduler_on_postgres", ours, "apscheduler", by_sqlalchemy, jobs // 20),
        **rival("procrastinate", ours, "procrastinate", new_database(server), jobs // 5),
        **rival("pgqueuer", ours, "pgqueuer", new_database(server), jobs),
    }


def _on_redis(ours: float, jobs: int) -> Mapping[str, float]:
    with redis() as port:
        if port is None:
            return {}
        return {
            **rival("huey_on_redis", ours, "huey", "redis", port, jobs),
            **rival("celery_on_redis", ours, "celery", port, jobs // 2),
        }


if __name__ == "__main__":
    print(json.dumps(main(*(int(argument) for argument in sys.argv[1:]))))
