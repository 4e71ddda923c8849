"""Handing out work on a real PostgreSQL: that it does what is asked, and ends at whatever moment it is stopped."""

from __future__ import annotations

import threading

from scheduler.service.cluster import Cluster, make_tables
from scheduler.storage.postgres import conninfo
from tests.standins.gathering import Gathering


class Labour:
    """Notes what it is told to do; nothing is ever due."""

    def __init__(self) -> None:
        self.looks: Gathering[None] = Gathering()

    def look(self) -> int:
        self.looks.add(None)
        return 0

    def claim(self) -> None: ...

    def purge(self) -> None: ...


def test_it_looks_by_itself(postgres_database: str) -> None:
    address, labour = conninfo(postgres_database, None), Labour()
    make_tables(address)
    cluster = Cluster(address, labour)
    cluster.start()
    labour.looks.wait_for(1, 30)
    cluster.stop()
    cluster.join(30)
    assert not cluster.is_alive()


def test_stopped_in_the_middle_of_its_start_it_ends(postgres_database: str) -> None:
    address, pause = conninfo(postgres_database, None), threading.Event()
    make_tables(address)
    for moment in range(20):
        cluster = Cluster(address, Labour())
        cluster.start()
        pause.wait(moment / 1000)  # some moment of its start: nothing tells of them
        cluster.stop()
        cluster.join(30)
        assert not cluster.is_alive()
