"""Handing out work in a cluster, by Procrastinate and as thinly as can be: its jobs say "look", and carry nothing.

What is due is in the outbox, where causes are unique and claims are leases: a job that runs twice, late, or on two
workers at once does no harm, and one that is lost is made up for by the next tick, ten seconds later. No worker leads.
"""

from __future__ import annotations

import asyncio
import logging
import threading
from collections.abc import Set as AbstractSet
from contextlib import suppress
from typing import Any, Protocol

from procrastinate import App, JobContext, PsycopgConnector
from procrastinate.exceptions import AlreadyEnqueued, ConnectorException
from procrastinate.jobs import Status
from psycopg import Error
from psycopg_pool import PoolTimeout

from scheduler.service.pump import CLAIM

log = logging.getLogger("legup.cluster")

QUEUE = "legup"
MOST_JOBS = 64
"""Claiming jobs that may wait at a time. Each goes on for as long as there is enough to claim."""

_TICK = "* * * * * */10"
_RESCUE = "* * * * *"
_PURGE = "17 * * * *"
_URGENT = 10
"""The tick's priority: it must not wait behind the claims of the last one."""

_HEARTBEAT = 5.0
"""Seconds between a worker's signs of life."""
_DEAD = 20.0
"""Seconds without one after which somebody else does its jobs."""
_AT_ONCE = 4
"""Jobs that a worker does at a time. More would only wait for the same processor."""
_AFTER_TROUBLE = 2.0
_GRACE = 15.0
"""Seconds for jobs to be finished when it is stopped: they take 5 at most. What is lost then does no harm."""
_AGAIN = 0.2
_PATIENCE = 10.0
"""Seconds to wait for a connection; then it is tried anew."""


class Labour(Protocol):
    """What jobs do. Nothing in it raises for the database's sake."""

    def look(self) -> int:
        """The regular look; returns how many nudges are due, counted no further than MOST_JOBS batches."""
        ...

    def claim(self) -> None:
        """Decide what is due, batch by batch."""
        ...

    def purge(self) -> None:
        """Remove what retention lets go."""
        ...


class Cluster(threading.Thread):
    """Works until it is stopped, and begins anew after whatever interrupts it (a server that restarts, a connection
    that is cut)."""

    def __init__(self, conninfo: str, labour: Labour) -> None:
        super().__init__(name="legup-cluster")
        # Its records name jobs and connections. What there is to say of the database, others say.
        for chatty in ("procrastinate", "psycopg.pool"):
            logging.getLogger(chatty).setLevel(logging.CRITICAL)
        self._conninfo = conninfo
        self._labour = labour
        self._stopping = threading.Event()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._asked = asyncio.Event()
        self._lock = threading.Lock()

    def run(self) -> None:
        while not self._stopping.is_set():
            try:
                asyncio.run(self._work())
            except (ConnectorException, PoolTimeout, Error, OSError) as error:
                log.debug("handing out work was interrupted (%s)", type(error).__name__)
            except Exception:
                log.exception("handing out work failed; beginning anew")
            self._stopping.wait(_AFTER_TROUBLE)

    def stop(self) -> None:
        """Take no more jobs; returns at once. What is being done is finished before the thread ends."""
        self._stopping.set()
        with self._lock:
            if self._loop is not None:
                self._loop.call_soon_threadsafe(self._asked.set)

    async def _work(self) -> None:
        with self._lock:
            if self._stopping.is_set():
                return
            self._loop, self._asked = asyncio.get_running_loop(), asyncio.Event()
        try:
            work = asyncio.create_task(self._until_cancelled())
            await asyncio.wait({work, asyncio.create_task(self._asked.wait())}, return_when=asyncio.FIRST_COMPLETED)
            if not work.done():
                await _end({work}, _GRACE)
            with suppress(asyncio.CancelledError):
                work.result()
        finally:
            with self._lock:
                self._loop = None
            await _end(asyncio.all_tasks() - {asyncio.current_task()}, _AGAIN)

    async def _until_cancelled(self) -> None:
        connector = PsycopgConnector(conninfo=self._conninfo, min_size=1, max_size=_AT_ONCE + 2, timeout=_PATIENCE)
        app = App(connector=connector)
        register(app, self._labour)
        async with app.open_async():
            if self._stopping.is_set():  # the cancellation may have been swallowed
                return
            await app.run_worker_async(
                queues=[QUEUE],
                concurrency=_AT_ONCE,
                install_signal_handlers=False,
                delete_jobs="always",
                update_heartbeat_interval=_HEARTBEAT,
                stalled_worker_timeout=_DEAD,
            )


async def _end(tasks: AbstractSet[asyncio.Task[Any]], pause: float) -> None:
    """Cancel these until they have ended, after each pause (in seconds) once more: connecting may swallow a
    cancellation, and `asyncio.run`, which cancels what is left only once, would then wait for ever."""
    left = tasks
    while left:
        for each in left:
            each.cancel()
        _, left = await asyncio.wait(left, timeout=pause)


def register(app: App, labour: Labour) -> None:
    """Make known to Procrastinate what its jobs do."""

    @app.task(name="legup.claim", queue=QUEUE)
    async def claim() -> None:
        await asyncio.to_thread(labour.claim)

    @app.periodic(cron=_TICK, periodic_id="tick")
    @app.task(name="legup.tick", queue=QUEUE, queueing_lock="legup.tick", priority=_URGENT)
    async def tick(timestamp: int) -> None:  # noqa: ARG001 - Procrastinate gives it
        due = await asyncio.to_thread(labour.look)
        for place in range(min(-(-due // CLAIM), MOST_JOBS)):
            with suppress(AlreadyEnqueued):
                await claim.configure(queueing_lock=f"legup.claim.{place}").defer_async()

    @app.periodic(cron=_RESCUE, periodic_id="rescue")
    @app.task(name="legup.rescue", queue=QUEUE, queueing_lock="legup.rescue", pass_context=True)
    async def rescue(context: JobContext, timestamp: int) -> None:  # noqa: ARG001 - Procrastinate gives it
        """A job of a worker that died stays `doing` for ever: Procrastinate leaves it to us."""
        jobs = context.app.job_manager
        for job in await jobs.get_stalled_jobs(queue=QUEUE, seconds_since_heartbeat=_DEAD):
            # Not done again but removed: the ticks since have done all that it would have.
            if job.id is not None:
                await jobs.finish_job_by_id_async(job.id, Status.FAILED, delete_job=True)

    @app.periodic(cron=_PURGE, periodic_id="purge")
    @app.task(name="legup.purge", queue=QUEUE, queueing_lock="legup.purge")
    async def purge(timestamp: int) -> None:  # noqa: ARG001 - Procrastinate gives it
        await asyncio.to_thread(labour.purge)


def make_tables(conninfo: str) -> None:
    """Procrastinate's own tables, if they are not there. Raises what psycopg raises."""

    async def made() -> None:
        app = App(connector=PsycopgConnector(conninfo=conninfo, min_size=1, max_size=1, timeout=_PATIENCE))
        async with app.open_async():
            found = await app.connector.execute_query_one_async("SELECT to_regclass('procrastinate_jobs') AS there")
            if found["there"] is None:
                await app.schema_manager.apply_schema_async()

    asyncio.run(made())
