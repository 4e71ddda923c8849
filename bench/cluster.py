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

from pydantic import SecretStr

from bench._crowd import crowd, now_due, unwelcomed
from bench._plant import BEFORE, is_busy
from bench._workers import begun
from config.settings import Config, Service
from scheduler.delivery.delivery import State
from scheduler.service.assembly import open_outbox, upgrade
from tests.standins.postgres import PostgresServer, new_database

NUDGES = 10_000
WORKERS = 2
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
    workers = [begun(config) for _ in range(WORKERS)]
    try:
        yield
    finally:
        for each in workers:
            each.terminate()
            each.join()


if __name__ == "__main__":
    print(json.dumps(main(*(int(argument) for argument in sys.argv[1:]))))
