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
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from multiprocessing import get_context
from time import perf_counter

import psycopg

from bench._crowd import UNBOUNDED
from bench._plant import GLANCE, is_busy
from bench._rivals import redis, rival
from config.person import ChannelName, Contacts, NudgePreference, Person, Preferences
from config.phrase import parse_schedule
from messages.rendering import Renderer
from scheduler.clock import SystemClock
from scheduler.delivery.composing import Wording
from scheduler.delivery.delivery import Message, State
from scheduler.delivery.outcome import Accepted, Outcome
from scheduler.delivery.routines import Routines
from scheduler.service.defaults import nudge_defaults
from scheduler.service.garbage import settled
from scheduler.service.lane import Lane
from scheduler.service.lane_thread import LaneThread
from scheduler.service.pump import Pump
from scheduler.service.roster import enrolments
from scheduler.service.trouble import Trouble
from scheduler.storage.postgres import open_postgres, upgrade_postgres
from tests.standins.postgres import PostgresServer, new_database

NUDGES = 20_000
JOBS = 10_000
"""Of a rival that is quick; of the others as many as take about as long."""
KEY = b"the key of the bench"


class NullChannel:
    """Takes everything and does nothing."""

    name = ChannelName.SMS

    def send(self, messages: Sequence[Message], now: datetime) -> Iterator[tuple[Message, Outcome]]:  # noqa: ARG002 - the port's
        for each in messages:
            yield each, Accepted(f"SM{each.delivery}")

    def close(self) -> None: ...


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
    url = new_database(server)
    upgrade_postgres(url)
    outbox = open_postgres(url, contact_key=KEY)
    then = datetime.now(UTC) - timedelta(minutes=20)
    outbox.enrol(enrolments(_people(nudges, then), Routines(nudge_defaults()), then), then)
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("DELETE FROM deliveries")  # the welcomes
        connection.execute("VACUUM ANALYZE")
    context = get_context("spawn")
    ready, start = context.Semaphore(0), context.Event()
    workers = [context.Process(target=_work, args=(url, ready, start)) for _ in range(number)]
    for each in workers:
        each.start()
    for _ in workers:
        if not ready.acquire(timeout=60):
            raise TimeoutError("a worker did not begin")
    took = _timed(lambda: _run(start, workers))
    sent = outbox.overview(then).states.get(State.SENT, 0)
    outbox.close()
    if sent != nudges:
        raise AssertionError(f"{sent} of {nudges} nudges were sent")
    return nudges / took


def _run(start: object, workers: Sequence[object]) -> None:
    start.set()  # type: ignore[attr-defined]
    for each in workers:
        each.join()  # type: ignore[attr-defined]


def _work(url: str, ready: object, start: object) -> None:
    """One worker, as `legup worker` has it: what is due is claimed in one thread and sent by another."""
    outbox, clock = open_postgres(url, contact_key=KEY), SystemClock()
    lane = Lane(NullChannel(), UNBOUNDED)
    wording = Wording(Renderer(), KEY, replies=False)
    pump = Pump(outbox, {ChannelName.SMS: lane}, Routines(nudge_defaults()), wording, clock)
    stopping = threading.Event()
    sender = LaneThread(pump, ChannelName.SMS, clock, stopping, Trouble(clock, lambda _: None))
    outbox.next_event_at()
    ready.release()  # type: ignore[attr-defined]
    start.wait()  # type: ignore[attr-defined]
    with settled():
        sender.start()
        while pump.claim():
            sender.kick()
        while is_busy(outbox):
            sender.kick()
            time.sleep(GLANCE)
    stopping.set()
    sender.kick()
    sender.join()
    outbox.close()


def _people(number: int, then: datetime) -> Iterator[Person]:
    when = parse_schedule(f"at {then + timedelta(minutes=10):%H:%M}")
    nudges = (NudgePreference("hydration", schedule=when),)
    preferences = Preferences("UTC", channels=(ChannelName.SMS,), nudges=nudges, quiet_hours=())
    for index in range(number):
        yield Person(f"p{index}", preferences, Contacts(phone=f"+4479{index:08}"))


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


def _timed(work: Callable[[], None]) -> float:
    began = perf_counter()
    work()
    return perf_counter() - began


if __name__ == "__main__":
    print(json.dumps(main(*(int(argument) for argument in sys.argv[1:]))))
