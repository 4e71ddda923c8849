"""PGQueuer with a job per message: `python -m bench._pgqueuer URL JOBS`.

On asyncpg and uvloop, as its own command runs; enqueued 500 at a time and taken 100 at a time, by one process. Taken 10
at a time, as it does by itself, it is slower.
"""

from __future__ import annotations

import json
import sys
from time import perf_counter

from bench._rivals import MISSING, Measured, measured

try:
    import asyncpg
    import uvloop
    from pgqueuer import PgQueuer
    from pgqueuer.db import AsyncpgDriver
    from pgqueuer.types import QueueExecutionMode
except ModuleNotFoundError:
    sys.exit(MISSING)

ENQUEUED, TAKEN = 500, 100


async def main(url: str, jobs: int) -> Measured:
    connection = await asyncpg.connect(url)
    worker = PgQueuer(AsyncpgDriver(connection)).qm
    await worker.queries.install()

    async def message(_job: object) -> None: ...

    async def size() -> int:
        return int(await connection.fetchval("SELECT pg_database_size(current_database())"))

    worker.entrypoint("message", accepts_context=False)(message)
    empty, began = await size(), perf_counter()
    for first in range(0, jobs, ENQUEUED):
        numbers = range(first, min(first + ENQUEUED, jobs))
        payloads = [b"p%07d/hydration" % number for number in numbers]
        await worker.queries.enqueue(["message"] * len(payloads), payloads, [0] * len(payloads))
    enqueuing, pending = perf_counter() - began, await size() - empty
    began = perf_counter()
    await worker.run(batch_size=TAKEN, mode=QueueExecutionMode.drain)
    return measured(jobs, enqueuing, perf_counter() - began, pending)


if __name__ == "__main__":
    print(json.dumps(uvloop.run(main(sys.argv[1], int(sys.argv[2])))))
