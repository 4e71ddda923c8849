"""What a user would pick instead: APScheduler 3 with a job per reminder, in memory or as rows of a SQLite file."""

from __future__ import annotations

import threading
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

from apscheduler.jobstores.base import BaseJobStore
from apscheduler.jobstores.memory import MemoryJobStore
from apscheduler.jobstores.sqlalchemy import SQLAlchemyJobStore
from apscheduler.schedulers.background import BackgroundScheduler
from apscheduler.triggers.cron import CronTrigger

_ran = 0
_wanted = 0
_lock = threading.Lock()
_done = threading.Event()


def nudge(_reminder: str) -> None:
    """What a job does here: nothing, once."""
    global _ran  # noqa: PLW0603  a job in a store is found by its module's name, and so is what it counts
    with _lock:
        _ran += 1
        if _ran == _wanted:
            _done.set()


def in_memory(jobs: int) -> float:
    """Jobs a second, all due at once."""
    return _run(MemoryJobStore(), jobs)


def on_sqlite(jobs: int) -> float:
    """The same, each job a row."""
    with TemporaryDirectory() as folder:
        return _run(SQLAlchemyJobStore(url=f"sqlite:///{Path(folder) / 'jobs.db'}"), jobs)


def _run(store: BaseJobStore, jobs: int) -> float:
    global _ran, _wanted
    _ran, _wanted = 0, jobs
    _done.clear()
    scheduler = BackgroundScheduler(
        timezone="UTC", jobstores={"default": store}, job_defaults={"coalesce": True, "misfire_grace_time": None}
    )
    scheduler.start(paused=True)
    due = datetime.now(UTC) - timedelta(seconds=1)
    for number in range(jobs):
        reminder = f"p{number:07}/hydration"
        trigger = CronTrigger(hour=due.hour, minute=due.minute, timezone="UTC")
        scheduler.add_job(nudge, trigger, args=(reminder,), id=reminder, next_run_time=due)
    began = time.perf_counter()
    scheduler.resume()
    _done.wait()
    took = time.perf_counter() - began
    scheduler.shutdown()
    return jobs / took
