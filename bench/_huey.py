"""huey with a task per message: `python -m bench._huey sqlite FILE JOBS`, or `redis PORT JOBS`.

Four worker threads, because a real message waits for its provider.
"""

from __future__ import annotations

import json
import sqlite3
import sys
import threading
from collections.abc import Callable
from contextlib import closing
from itertools import count
from time import perf_counter

from bench._rivals import MISSING, Measured, measured

try:
    from huey import Huey, RedisHuey, SqliteHuey
    from redis import Redis
except ModuleNotFoundError:
    sys.exit(MISSING)

WORKERS = 4


def on_sqlite(file: str, jobs: int) -> Measured:
    """Each commit on disk before it counts, as ours are."""

    def size() -> int:
        with closing(sqlite3.connect(file)) as reader:
            (pages,) = reader.execute("PRAGMA page_count").fetchone()
            (page,) = reader.execute("PRAGMA page_size").fetchone()
            return int(pages * page)

    return _run(SqliteHuey(filename=file, fsync=True), jobs, size)


def on_redis(port: int, jobs: int) -> Measured:
    with Redis(port=port) as server:
        return _run(RedisHuey(port=port), jobs, lambda: int(server.info("memory")["used_memory"]))


def _run(huey: Huey, jobs: int, size: Callable[[], int]) -> Measured:
    done, ran = threading.Event(), count(1)

    def message(_number: str) -> None:
        if next(ran) == jobs:
            done.set()

    task = huey.task()(message)
    empty, began = size(), perf_counter()
    for number in range(jobs):
        task(f"p{number:07}/hydration")
    enqueuing, pending = perf_counter() - began, size() - empty
    consumer = huey.create_consumer(workers=WORKERS)
    began = perf_counter()
    consumer.start()
    done.wait()
    running = perf_counter() - began
    consumer.stop(graceful=True)
    return measured(jobs, enqueuing, running, pending)


if __name__ == "__main__":
    kind, place, number = sys.argv[1:]
    print(json.dumps(on_sqlite(place, int(number)) if kind == "sqlite" else on_redis(int(place), int(number))))
