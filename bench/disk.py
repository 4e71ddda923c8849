"""What a person and a delivery take on disk, with every index, and how fast what is old is removed again.

On a SQLite file and on PostgreSQL: people with four nudges each are enrolled, each nudge is sent, again and again with
a vacuum in between, and then all of it is purged. Run `python -m bench.disk [PEOPLE]`.
"""

from __future__ import annotations

import json
import sqlite3
import sys
import time
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

import psycopg

from bench._crowd import NullChannel, now_due
from bench._plant import enrolled, pump
from config.person import ChannelName
from scheduler.storage.outbox import SqlOutbox
from scheduler.storage.postgres import open_postgres, upgrade_postgres
from scheduler.storage.sqlite import open_sqlite
from tests.standins.postgres import PostgresServer, new_database

PEOPLE = 1_000
ROUNDS = 4
TIMES = 4
STEP = 1_000
"""Deliveries removed in one transaction, as the service does."""

Size = Callable[[bool], int]
"""Bytes that the database takes; told whether to leave out what was overwritten and not filled again."""


def main(people: int = PEOPLE) -> dict[str, object]:
    """Bytes and rows a second."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / "legup.db"
        with closing(open_sqlite(path, contact_key=b"bench")) as record:
            sqlite = _figures("sqlite", record, lambda packed: _sqlite_size(path, packed=packed), people)
    with PostgresServer(durable=True) as server:
        url = new_database(server.url)
        upgrade_postgres(url)
        with closing(open_postgres(url, contact_key=b"bench")) as record:
            postgres = _figures("postgres", record, lambda packed: _postgres_size(url, packed=packed), people)
    return {"bench": "disk", "people": people, "rounds": ROUNDS, "nudges_each": TIMES, **sqlite, **postgres}


def _figures(name: str, record: SqlOutbox, size: Size, people: int) -> dict[str, int]:
    empty = size(True)
    _enrol(record, people, 0)
    persons = size(True) - empty
    grown: list[int] = []
    for number in range(ROUNDS):
        if number:
            _enrol(record, people, number)
        before, deliveries = size(False), _send_all(record)
        grown.append((size(False) - before) // deliveries)
    packed = size(True) - empty - ROUNDS * persons
    removed, took = _purge_all(record)
    return {
        f"{name}_bytes_per_person": persons // people,
        f"{name}_bytes_per_delivery_at_first": grown[0],
        f"{name}_bytes_per_delivery_later": grown[-1],
        f"{name}_bytes_per_delivery_packed": packed // removed,
        f"{name}_removed_per_s": round(removed / took),
    }


def _enrol(record: SqlOutbox, people: int, number: int) -> None:
    due = now_due()
    times = (due - timedelta(minutes=minute) for minute in range(TIMES))
    enrolled(record, people, *times, prefix=f"r{number}-")


def _send_all(record: SqlOutbox) -> int:
    """Send what is due; returns how many."""
    working = pump(record, NullChannel())
    while working.claim():
        pass
    sent = 0
    while begun := working.send(ChannelName.SMS):
        sent += begun
    return sent


def _purge_all(record: SqlOutbox) -> tuple[int, float]:
    """How many were removed, and in how many seconds."""
    began, removed = time.perf_counter(), 0
    while step := record.purge(datetime.now(UTC) + timedelta(days=1), STEP):
        removed += step
    return removed, time.perf_counter() - began


def _sqlite_size(path: Path, *, packed: bool) -> int:
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        if packed:
            connection.execute("VACUUM")
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    return path.stat().st_size


def _postgres_size(url: str, *, packed: bool) -> int:
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("VACUUM FULL" if packed else "VACUUM")
        tables = "SELECT sum(pg_total_relation_size(oid)) FROM pg_class WHERE relnamespace = 'public'::regnamespace"
        row = connection.execute(f"{tables} AND relkind = 'r'".encode()).fetchone()
    if row is None:
        raise LookupError(tables)
    return int(row[0])


if __name__ == "__main__":
    print(json.dumps(main(*(int(argument) for argument in sys.argv[1:]))))
