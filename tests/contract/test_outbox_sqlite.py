"""The outbox on SQLite keeps the contract, in a real file. Beyond it, after everything that the contract does:
each write was made under the write lock from its start, and the record keeps its own rules."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from scheduler.storage.inspection import inspect
from scheduler.storage.outbox import SqlOutbox
from scheduler.storage.sqlite import open_sqlite
from tests.contract.outbox import OutboxContract
from tests.standins.outbox_parts import KEY
from tests.standins.transactions import Transactions


class TestSqliteOutbox(OutboxContract):
    @pytest.fixture
    def outbox(self, tmp_path: Path, sqlite_template: Path) -> Iterator[SqlOutbox]:
        path = Path(shutil.copy(sqlite_template, tmp_path))
        with closing(open_sqlite(path, contact_key=KEY)) as outbox:
            transactions = Transactions(outbox._database._readers)
            yield outbox
        assert transactions.offences == []
        assert inspect(path) == ()


def test_a_write_without_the_lock_would_be_noticed(tmp_path: Path) -> None:
    with closing(open_sqlite(tmp_path / "legup.db", contact_key=KEY)) as outbox:
        transactions = Transactions(outbox._database._readers)
        with outbox._database.write() as connection:
            connection.exec_driver_sql("DELETE FROM marks")
        assert (transactions.writes, transactions.offences) == (1, [])
        with outbox._database.read() as connection:
            connection.exec_driver_sql("DELETE FROM marks")
        assert transactions.offences == ["DELETE FROM marks"]
