"""Reports are recorded together where they come together, and none suffers for another."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import UTC, datetime
from threading import Event

from scheduler.delivery.correspondence import Report
from scheduler.delivery.delivery import State
from scheduler.web.sheaf import MOST, PATIENCE, Sheaf

AT = datetime(2026, 11, 23, tzinfo=UTC)


class Ledger:
    """Records when it is let, and refuses what it does not like."""

    def __init__(self, *refused: str) -> None:
        self.transactions: list[list[str]] = []
        self.let = Event()
        self.asked = 0
        self._refused = set(refused)

    def record(self, reports: Sequence[Report]) -> int:
        assert self.let.wait(10)
        self.asked += 1
        receipts = [report.receipt for report in reports]
        if self._refused.intersection(receipts):
            raise ValueError(receipts)
        self.transactions.append(receipts)
        return len(reports)


def report(number: int) -> Report:
    return Report(str(number), State.DELIVERED, AT)


async def all_added(ledger: Ledger, count: int) -> list[BaseException | None]:
    """The first is being recorded while the others come."""
    sheaf = Sheaf(ledger.record)
    adding = [asyncio.create_task(sheaf.add(report(0)))]
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    adding += [asyncio.create_task(sheaf.add(report(number))) for number in range(1, count)]
    await asyncio.sleep(0)
    ledger.let.set()
    return await asyncio.gather(*adding, return_exceptions=True)


def test_what_comes_meanwhile_is_recorded_together() -> None:
    ledger = Ledger()
    assert asyncio.run(all_added(ledger, 20)) == [None] * 20
    assert ledger.transactions == [["0"], [str(number) for number in range(1, 20)]]


def test_no_transaction_takes_more_than_it_should() -> None:
    ledger = Ledger()
    asyncio.run(all_added(ledger, MOST + 11))
    assert [len(each) for each in ledger.transactions] == [1, MOST, 10]


def test_one_that_cannot_be_recorded_takes_none_with_it() -> None:
    ledger = Ledger("7")
    told = asyncio.run(all_added(ledger, 20))
    assert [number for number, error in enumerate(told) if error is not None] == [7]
    assert sorted(int(each) for receipts in ledger.transactions for each in receipts) == [*range(7), *range(8, 20)]


def test_a_database_that_is_lost_is_not_waited_for_by_each() -> None:
    ledger = Ledger(*map(str, range(100)))
    told = asyncio.run(all_added(ledger, 100))
    assert [type(each) for each in told] == [ValueError] * 100
    assert ledger.asked == 1 + 1 + PATIENCE


def test_one_that_comes_alone_is_told_alone() -> None:
    ledger = Ledger("0")
    assert [type(each) for each in asyncio.run(all_added(ledger, 1))] == [ValueError]


def test_it_goes_on_after_it_had_nothing_to_do() -> None:
    async def one_after_the_other() -> None:
        sheaf = Sheaf(ledger.record)
        for number in range(3):
            await sheaf.add(report(number))

    ledger = Ledger()
    ledger.let.set()
    asyncio.run(one_after_the_other())
    assert ledger.transactions == [["0"], ["1"], ["2"]]


def test_who_no_longer_waits_stops_nobody() -> None:
    async def left() -> None:
        sheaf = Sheaf(ledger.record)
        leaving = asyncio.create_task(sheaf.add(report(0)))
        staying = asyncio.create_task(sheaf.add(report(1)))
        await asyncio.sleep(0)
        leaving.cancel()
        ledger.let.set()
        await staying

    ledger = Ledger()
    asyncio.run(left())
    assert ledger.transactions == [["0", "1"]]
