"""The outbox on SQLite keeps the contract, in a real file."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from scheduler.storage.outbox import SqlOutbox
from scheduler.storage.sqlite import open_sqlite
from tests.contract.outbox import OutboxContract
from tests.standins.outbox_parts import KEY


class TestSqliteOutbox(OutboxContract):
    @pytest.fixture
    def outbox(self, tmp_path: Path) -> Iterator[SqlOutbox]:
        outbox = open_sqlite(tmp_path / "state" / "legup.db", contact_key=KEY)
        yield outbox
        outbox.close()
