"""APScheduler 3 with a job per reminder: `python -m bench._apscheduler memory JOBS`, or `URL JOBS` for a database.

All are due at once, done by the ten threads it has by default.
"""

from __future__ import annotations

import json
import os
import sys
import threading
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path
from time import perf_counter

from apscheduler.jobstores.memory import MemoryJobStore
from apscheduler.jobstores.sqlalchemy import SQLAlchemyJobStore
from apscheduler.schedulers.background import BackgroundScheduler
from apscheduler.triggers.cron import CronTrigger
from sqlalchemy import text

from bench._rivals import Measured, measured

_ran = count(1)
_done = threading.Event()


def reminder(_nudge: str, jobs: int) -> None:
    """What a job does here: nothing, once. A job in a store is found by its module's name, and so is what it counts."""
    if next(_ran) == jobs:
        _done.set()


def main(place: str, jobs: int) -> Measured:
    store = MemoryJobStore() if place == "memory" else SQLAlchemyJobStore(url=place)
    scheduler = BackgroundScheduler(
        timezone="UTC", jobstores={"default": store}, job_defaults={"coalesce": True, "misfire_grace_time": None}
    )
    scheduler.start(paused=True)
    empty, began = _size(store), perf_counter()
    due = datetime.now(UTC) - timedelta(seconds=1)
    for number in range(jobs):
        nudge = f"p{number:07}/hydration"
        trigger = CronTrigger(hour=due.hour, minute=due.minute, timezone="UTC")
        scheduler.add_job(reminder, trigger, args=(nudge, jobs), id=nudge, next_run_time=due)
    enqueuing, pending = perf_counter() - began, _size(store) - empty
    began = perf_counter()
    scheduler.resume()
    _done.wait()
    running = perf_counter() - began
    scheduler.shutdown()
    return {**measured(jobs, enqueuing, running, pending), "per_s": round(jobs / running)}


def _size(store: MemoryJobStore | SQLAlchemyJobStore) -> int:
    """Bytes of the process, or of the database."""
    if isinstance(store, MemoryJobStore):
        return int(Path("/proc/self/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")
    with store.engine.connect() as connection:
        return int(connection.scalar(text(_SIZES[connection.dialect.name])))


_SIZES = {
    "sqlite": "SELECT page_count * page_size FROM pragma_page_count, pragma_page_size",
    "postgresql": "SELECT pg_database_size(current_database())",
}


if __name__ == "__main__":
    print(json.dumps(main(sys.argv[1], int(sys.argv[2]))))
