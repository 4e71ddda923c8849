"""Reports that come while others are being recorded are recorded together: one transaction, not one for each."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from typing import TypeAlias

from starlette.concurrency import run_in_threadpool

from scheduler.delivery.correspondence import Report

MOST = 500
"""In one transaction, so that none takes long."""
PATIENCE = 3
"""Failures in a row: a database that is lost must not be waited for five hundred times."""

_Waiting: TypeAlias = tuple[Report, "asyncio.Future[None]"]


class Sheaf:
    """Nobody waits for company: a report that comes alone is recorded alone, at once. For one event loop."""

    def __init__(self, record: Callable[[Sequence[Report]], int]) -> None:
        self._record = record
        self._waiting: list[_Waiting] = []
        self._recording: asyncio.Task[None] | None = None

    async def add(self, report: Report) -> None:
        """Returns when it is recorded. Raises what recording it raised."""
        recorded: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiting.append((report, recorded))
        if self._recording is None:
            self._recording = asyncio.create_task(self._record_all())
        await recorded

    async def _record_all(self) -> None:
        while self._waiting:
            together, self._waiting = self._waiting[:MOST], self._waiting[MOST:]
            error = await self._tried(together)
            if error is not None:
                await self._record_each(together, error)
        self._recording = None

    async def _record_each(self, together: Sequence[_Waiting], error: Exception | None) -> None:
        """One by one, so that none suffers for another; after a few failures in a row it is not the reports' fault."""
        failures = PATIENCE if len(together) == 1 else 0
        for each in together:
            if failures < PATIENCE:
                error = await self._tried([each])
                failures = 0 if error is None else failures + 1
            if error is not None and not each[1].done():
                each[1].set_exception(error)

    async def _tried(self, together: Sequence[_Waiting]) -> Exception | None:
        """What recording them raised; whoever waits for them is told when it went well."""
        try:
            await run_in_threadpool(self._record, [report for report, _ in together])
        except Exception as error:  # noqa: BLE001 - whatever it is, whoever waits for the report has to know
            return error
        for _, recorded in together:
            if not recorded.done():
                recorded.set_result(None)
        return None
