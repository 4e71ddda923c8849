"""Celery on Redis with a task per message: `python -m bench._celery PORT JOBS`.

Its worker, with a process per core as it has by default, stands ready before and works while tasks are enqueued. No
results are kept, as its documentation advises where nobody asks for them.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from time import perf_counter

from bench._rivals import MISSING, Measured

try:
    from celery import Celery
    from redis import Redis
except ModuleNotFoundError:
    sys.exit(MISSING)

START = 60.0
NAME = "bench._celery"
_BROKER = "CELERY_BROKER_URL"

app = Celery(NAME, broker=os.environ.get(_BROKER))


def message(_nudge: str) -> None:
    """What a task does here: nothing, once."""


task = app.task(name="message", ignore_result=True)(message)


def main(port: int, jobs: int) -> Measured:
    broker = app.conf.broker_url = f"redis://127.0.0.1:{port}/0"
    with Redis(port=port) as server:
        parked = jobs // 10
        empty = _bytes(server)
        for number in range(parked):
            task.apply_async((_nudge(number),), queue="parked")
        pending = _bytes(server) - empty
        with _worker(broker):
            began = perf_counter()
            for number in range(jobs):
                task.delay(_nudge(number))
            enqueuing = perf_counter() - began
            while server.llen("celery") or server.hlen("unacked"):
                time.sleep(0.005)
            took = perf_counter() - began
            _all_done(jobs)
    return {
        "enqueued_per_s": round(jobs / enqueuing),
        "per_s": round(jobs / took),
        "bytes_per_pending_job": round(pending / parked),
    }


def _nudge(number: int) -> str:
    return f"p{number:07}/hydration"


def _bytes(server: Redis) -> int:
    return int(server.info("memory")["used_memory"])


@contextmanager
def _worker(broker: str) -> Iterator[None]:
    command = [sys.executable, "-m", "celery", "--app", NAME, "worker", "--loglevel", "ERROR"]
    quiet = {"PYTHONWARNINGS": "ignore:You're running the worker with superuser privileges"}
    with subprocess.Popen(  # noqa: S603  # our own interpreter
        command, env=os.environ | {_BROKER: broker} | quiet, stdout=subprocess.DEVNULL
    ) as worker:
        try:
            deadline = perf_counter() + START
            while not app.control.ping(timeout=0.5):
                if perf_counter() > deadline:
                    raise TimeoutError("Celery's worker did not start")
            yield
        finally:
            worker.terminate()


def _all_done(jobs: int) -> None:
    """Raises AssertionError when its worker counts fewer tasks, or more."""
    (counted,) = app.control.inspect(timeout=5, limit=1).stats().values()
    if counted["total"] != {"message": jobs}:
        raise AssertionError(f"{counted['total']} of {jobs} tasks were done")


if __name__ == "__main__":
    print(json.dumps(main(int(sys.argv[1]), int(sys.argv[2]))))
