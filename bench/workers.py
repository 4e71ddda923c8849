"""Workers that Procrastinate tells to look, against the same workers that look by themselves every other second.

Real `legup worker`s on a PostgreSQL whose commits are durable, with a channel that does nothing. How many nudges a
second two of them send, how late a single nudge goes out, what they cost while nothing is due, and how late a nudge
goes out after a kill -9. Run `python -m bench.workers [NUDGES]`; it takes about two minutes.
"""

from __future__ import annotations

import itertools
import json
import os
import signal
import statistics
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import Self

import psycopg
from pydantic import SecretStr

from bench._crowd import now_due
from bench._plant import enrolled
from bench._workers import begun
from config.settings import Config, Service
from scheduler.delivery.sharing import RENEWED, WARM
from scheduler.service.assembly import upgrade
from scheduler.service.cluster import Cluster, Labour
from scheduler.storage.instants import to_micros
from scheduler.storage.outbox import SqlOutbox
from scheduler.storage.postgres import open_postgres
from tests.standins.postgres import PostgresServer, new_database

NUDGES = 10_000
SINGLE = 20
PAUSE = timedelta(seconds=1.13)
"""Between two single nudges."""
EVERY = 2
"""Seconds between two looks of a worker that looks by itself."""
IDLE = 15.0
"""Seconds."""
WORKERS = 2
KEY = "k" * 40
_TICKS = os.sysconf("SC_CLK_TCK")


class Polling(threading.Thread):
    """In the place of `scheduler.service.cluster.Cluster`: claims every other second, and every tenth second sees to
    leases and retries."""

    def __init__(self, conninfo: str, labour: Labour) -> None:
        del conninfo
        super().__init__(name="legup-polling")
        self._labour = labour
        self._stopping = threading.Event()

    def run(self) -> None:
        for number in itertools.count():
            if self._stopping.wait(EVERY):
                break
            if number * EVERY % 10 == 0:
                self._labour.look()
            self._labour.claim()

    def stop(self) -> None:
        """It ends at once."""
        self._stopping.set()


def main(nudges: int = NUDGES) -> dict[str, object]:
    figures: dict[str, object] = {"bench": "workers", "nudges": nudges, "workers": WORKERS}
    with PostgresServer(durable=True) as server:
        for name, engine in {"procrastinate": Cluster, "polling": Polling}.items():
            config = Config((), Service(database=new_database(server.url), secret_key=SecretStr(KEY)))
            upgrade(config.service)
            with Crew(engine, config) as crew:
                measured = {**crew.idle(), **crew.burst(nudges), **crew.lateness(), **crew.recovery()}
            figures |= {f"{name}_{figure}": value for figure, value in measured.items()}
    return figures


class Crew:
    """Workers, and what can be seen of them from outside."""

    def __init__(self, engine: type[threading.Thread], config: Config) -> None:
        self._engine = engine
        self._config = config
        self._workers: list[BaseProcess] = []
        self._crowds = 0

    def __enter__(self) -> Self:
        self._outbox: SqlOutbox = open_postgres(str(self._config.service.database), contact_key=b"bench")
        self._database = psycopg.connect(str(self._config.service.database), autocommit=True)
        self._workers += [begun(self._config, self._engine) for _ in range(WORKERS)]
        time.sleep((WARM + 2 * RENEWED).total_seconds())  # newcomers send nothing
        return self

    def __exit__(self, *_: object) -> None:
        for each in self._workers:
            each.terminate()
            each.join()
        self._database.close()
        self._outbox.close()

    def idle(self) -> dict[str, float]:
        """Nothing is due."""
        with self._spent() as spent:
            time.sleep(IDLE)
        return {
            "idle_cpu_percent": round(100 * spent["cpu"] / IDLE / WORKERS, 2),
            "idle_transactions_per_s": round(spent["transactions"] / IDLE, 1),
            "memory_mb": round(self._memory(), 1),
        }

    def burst(self, nudges: int) -> dict[str, float]:
        """All due at once: how many a second from the first call to the last record."""
        self._enrol(nudges, datetime.now(UTC) + timedelta(seconds=3 + nudges / 1000))
        with self._spent() as spent:
            self._wait_for(nudges)
        first, last = self._one("SELECT min(started_at), max(settled_at) FROM attempts")
        return {
            "nudges_per_s": round(nudges / ((last - first) / 1e6)),
            "cpu_us_per_nudge": round(1e6 * spent["cpu"] / nudges),
        }

    def lateness(self) -> dict[str, float]:
        """Single nudges, from the instant they are due to their call."""
        late = self._late(SINGLE)
        return {"late_median_s": round(statistics.median(late), 2), "late_worst_s": round(max(late), 2)}

    def recovery(self) -> dict[str, float]:
        """One of them is killed, the other goes on: how late are nudges that are due just then?"""
        killed = self._workers.pop(0)
        os.kill(killed.pid or 0, signal.SIGKILL)
        killed.join()
        return {"late_after_kill_worst_s": round(max(self._late(SINGLE // 2)), 2)}

    def _late(self, nudges: int) -> list[float]:
        """Seconds for each of so many nudges that are due one after the other, anywhere between two looks."""
        sent, _ = self._one("SELECT count(*), 0 FROM attempts")
        start = datetime.now(UTC) + timedelta(seconds=1)
        for number in range(nudges):
            self._enrol(1, start + number * PAUSE)
        self._wait_for(sent + nudges)
        called = self._database.execute(
            "SELECT started_at FROM attempts ORDER BY started_at DESC LIMIT %s", [nudges]
        ).fetchall()
        return [(at - to_micros(start + number * PAUSE)) / 1e6 for number, (at,) in enumerate(reversed(called))]

    def _enrol(self, nudges: int, due: datetime) -> None:
        self._crowds += 1
        enrolled(self._outbox, nudges, now_due(), prefix=f"c{self._crowds}-", first=due)

    def _wait_for(self, attempts: int) -> None:
        while self._one("SELECT count(*), count(*) FILTER (WHERE outcome = 'accepted') FROM attempts") != (
            attempts,
            attempts,
        ):
            time.sleep(0.05)

    @contextmanager
    def _spent(self) -> Iterator[dict[str, float]]:
        """Meanwhile: seconds of processor time of the workers, and transactions of the database, ours aside."""
        spent: dict[str, float] = {}
        cpu, transactions = self._cpu(), self._transactions()
        yield spent
        spent |= {"cpu": self._cpu() - cpu, "transactions": self._transactions() - transactions}

    def _cpu(self) -> float:
        fields = [Path(f"/proc/{each.pid}/stat").read_text().rpartition(")")[2].split() for each in self._workers]
        return sum(int(each[11]) + int(each[12]) for each in fields) / _TICKS

    def _memory(self) -> float:
        """Of one worker, on average."""
        lines = [line for each in self._workers for line in Path(f"/proc/{each.pid}/status").read_text().splitlines()]
        return sum(int(line.split()[1]) for line in lines if line.startswith("VmRSS")) / 1000 / len(self._workers)

    def _transactions(self) -> float:
        done, _ = self._one("SELECT sum(xact_commit + xact_rollback), 0 FROM pg_stat_database WHERE datname ~ 'legup'")
        return float(done)

    def _one(self, query: str) -> tuple[int, int]:
        row = self._database.execute(query.encode()).fetchone()
        if row is None:
            raise LookupError(query)
        return row[0], row[1]


if __name__ == "__main__":
    print(json.dumps(main(*(int(argument) for argument in sys.argv[1:]))))
