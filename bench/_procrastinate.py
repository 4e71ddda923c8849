"""Procrastinate with a job per message: `python -m bench._procrastinate URL JOBS`.

Deferred 500 at a time, done ten at a time by one worker.
"""

from __future__ import annotations

import asyncio
import json
import logging
import sys
from time import perf_counter

from procrastinate import App, PsycopgConnector
from procrastinate.types import JSONDict

from bench._rivals import Measured, measured
from scheduler.service.cluster import make_tables

DEFERRED, CONCURRENCY = 500, 10


async def main(url: str, jobs: int) -> Measured:
    app = App(connector=PsycopgConnector(conninfo=url, min_size=2, max_size=CONCURRENCY + 2))

    @app.task(name="message")
    async def message(nudge: str) -> None: ...

    async def size() -> int:
        row = await app.connector.execute_query_one_async("SELECT pg_database_size(current_database()) AS bytes")
        return int(row["bytes"])

    async with app.open_async():
        empty, began = await size(), perf_counter()
        for first in range(0, jobs, DEFERRED):
            numbers = range(first, min(first + DEFERRED, jobs))
            nudges: list[JSONDict] = [{"nudge": f"p{number:07}/hydration"} for number in numbers]
            await message.batch_defer_async(*nudges)
        enqueuing, pending = perf_counter() - began, await size() - empty
        began = perf_counter()
        await app.run_worker_async(
            wait=False, concurrency=CONCURRENCY, install_signal_handlers=False, listen_notify=False
        )
        return measured(jobs, enqueuing, perf_counter() - began, pending)


if __name__ == "__main__":
    logging.disable(logging.WARNING)  # it warns of an app whose module other processes could not import
    make_tables(sys.argv[1])
    print(json.dumps(asyncio.run(main(sys.argv[1], int(sys.argv[2])))))
