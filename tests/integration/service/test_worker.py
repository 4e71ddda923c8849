"""A worker in this process, on a real PostgreSQL: whose people count, what it refuses, and that it works and stops."""

from __future__ import annotations

import io
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import psycopg
import pytest

from config.settings import Config
from scheduler.cli.configuration import read
from scheduler.clock import SystemClock
from scheduler.delivery.delivery import State
from scheduler.delivery.ports import RosterChange
from scheduler.service.assembly import open_outbox, upgrade
from scheduler.service.errors import ServiceError
from scheduler.service.worker import Worker
from scheduler.storage.errors import FatalStorageError

NOW = datetime.now(UTC)
HOUR = timedelta(hours=1)


@pytest.fixture
def home(tmp_path: Path, postgres_database: str) -> Path:
    file = tmp_path / "legup.yaml"
    upgrade(settings(file, postgres_database, "sam").service)
    return file


def settings(file: Path, database: str, *people: str) -> Config:
    listed = "".join(f"\n  - {{id: {each}, nudges: {{hydration: at 09:00}}}}" for each in people)
    text = f"timezone: Europe/London\nquiet_hours: []\ndatabase: {database}\nsecret_key: {'k' * 40}\npeople:{listed}\n"
    file.write_text(text, encoding="utf-8")
    return read(file)


def worker(config: Config, changed_at: datetime = NOW) -> Worker:
    return Worker(config, changed_at, SystemClock(), io.StringIO())


def known(config: Config, *people: str) -> list[bool]:
    with closing(open_outbox(config.service)) as outbox:
        return [outbox.person(each) is not None for each in people]


def test_of_two_files_the_newer_ones_people_count_whoever_starts_last(home: Path, postgres_database: str) -> None:
    old = settings(home, postgres_database, "sam", "ann")
    new = settings(home, postgres_database, "sam", "kim")
    with worker(old, NOW - HOUR) as first:
        assert first.enrolled == RosterChange(added=2)
    with worker(new) as second:
        assert second.enrolled == RosterChange(added=1, removed=1)
    with worker(old, NOW - HOUR) as once_more:
        assert once_more.enrolled is None
    with worker(new) as again:
        assert again.enrolled == RosterChange()
    assert known(new, "sam", "ann", "kim") == [True, False, True]


def test_a_worker_sends_what_waits_and_leaves_its_place_when_it_stops(home: Path, postgres_database: str) -> None:
    config = settings(home, postgres_database, "sam")
    console = io.StringIO()
    with Worker(config, NOW, SystemClock(), console) as working:
        working.start()
        with closing(open_outbox(config.service)) as outbox, psycopg.connect(postgres_database) as listening:
            while not outbox.overview(NOW - HOUR).states.get(State.SENT):
                listening.execute("SELECT pg_sleep(0.05)")  # the worker's own thread sends it
        working.stop()
        working.wait()
    assert "to sam" in console.getvalue()
    with psycopg.connect(postgres_database) as connection:
        assert connection.execute("SELECT count(*) FROM procrastinate_workers").fetchone() == (0,)


def test_it_refuses_a_file_a_missing_key_and_tables_of_another_version(home: Path, postgres_database: str) -> None:
    config = settings(home, postgres_database, "sam")
    with pytest.raises(ServiceError, match="needs `database: postgresql"), worker(moved(config, database="legup.db")):
        pass
    with pytest.raises(ServiceError, match="`secret_key` is missing"), worker(moved(config, secret_key=None)):
        pass
    with psycopg.connect(postgres_database, autocommit=True) as connection:
        connection.execute("DROP TABLE legup_schema CASCADE")
    with pytest.raises(Exception, match="belongs to another program"), worker(config):
        pass


def test_it_is_to_be_entered_before_it_is_started(home: Path, postgres_database: str) -> None:
    with pytest.raises(RuntimeError, match="enter Worker first"):
        worker(settings(home, postgres_database, "sam")).start()


def test_a_worker_whose_database_is_lost_says_so(home: Path, postgres_database: str) -> None:
    with worker(settings(home, postgres_database, "sam")) as working:
        working.start()
        with psycopg.connect(postgres_database, autocommit=True) as connection:
            connection.execute("ALTER TABLE workers RENAME TO idlers")
        with pytest.raises(FatalStorageError, match="a table is missing"):
            working.wait()


def moved(config: Config, **changes: str | None) -> Config:
    return replace(config, service=replace(config.service, **changes))  # type: ignore[arg-type]
