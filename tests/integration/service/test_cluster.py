"""Handing out work on a real PostgreSQL: what jobs do, what the dead left, and that it ends whenever it is stopped."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager

import psycopg
import pytest

from scheduler.service.cluster import Cluster, make_tables
from scheduler.service.pump import CLAIM
from scheduler.storage.postgres import conninfo
from tests.standins.gathering import Gathering


class Labour:
    """Notes what it is told to do."""

    def __init__(self, due: int = 0) -> None:
        self.looks: Gathering[None] = Gathering()
        self.claims: Gathering[None] = Gathering()
        self._due = due

    def look(self) -> int:
        self.looks.add(None)
        due, self._due = self._due, 0
        return due

    def claim(self) -> None:
        self.claims.add(None)

    def purge(self) -> None: ...


@pytest.fixture
def address(postgres_database: str) -> str:
    address = conninfo(postgres_database, None)
    make_tables(address)
    return address


@contextmanager
def at_work(address: str, labour: Labour) -> Iterator[None]:
    cluster = Cluster(address, labour)
    cluster.start()
    try:
        yield
    finally:
        cluster.stop()
        cluster.join(30)
    assert not cluster.is_alive()


def test_it_looks_by_itself_and_claims_once_for_every_batch_that_is_due(address: str) -> None:
    labour = Labour(due=2 * CLAIM + 1)
    with at_work(address, labour):
        labour.claims.wait_for(3, 30)
    assert len(labour.claims.all()) == 3


def test_what_a_dead_worker_was_doing_is_removed(address: str) -> None:
    with psycopg.connect(address, autocommit=True) as connection:
        connection.execute("INSERT INTO procrastinate_workers (last_heartbeat) VALUES (now() - interval '1 hour')")
        connection.execute(
            "INSERT INTO procrastinate_jobs (queue_name, task_name, status, worker_id) "
            "SELECT 'legup', 'legup.claim', 'doing', id FROM procrastinate_workers"
        )
        with at_work(address, Labour()):
            left = "SELECT 1 FROM procrastinate_jobs WHERE status = 'doing' AND task_name = 'legup.claim'"
            for _ in range(600):
                if connection.execute(left).fetchone() is None:
                    return
                connection.execute("SELECT pg_sleep(0.05)")  # the rescue comes once a minute, and at the start
    pytest.fail("it is still there")


def test_stopped_in_the_middle_of_its_start_it_ends(address: str) -> None:
    pause = threading.Event()
    for moment in range(20):
        with at_work(address, Labour()):
            pause.wait(moment / 1000)  # some moment of its start: nothing tells of them
