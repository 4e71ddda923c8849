"""The outbox on PostgreSQL keeps the contract, on a real server. Beyond it, after everything that the contract does,
the record keeps its own rules."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing

import pytest

from scheduler.storage.invariants import broken
from scheduler.storage.outbox import SqlOutbox
from scheduler.storage.postgres import open_postgres
from scheduler.storage.tables import METADATA
from tests.contract.outbox import OutboxContract
from tests.standins.outbox_parts import KEY
from tests.standins.postgres import drop_database, new_database


@pytest.fixture(scope="module")
def opened(postgres_url: str, postgres_template: str) -> Iterator[SqlOutbox]:
    """One database for all: to empty its tables takes a tenth of the time that a new one takes."""
    url = new_database(postgres_url, postgres_template)
    with closing(open_postgres(url, contact_key=KEY)) as outbox:
        yield outbox
    drop_database(postgres_url, url)


class TestPostgresOutbox(OutboxContract):
    @pytest.fixture
    def outbox(self, opened: SqlOutbox) -> Iterator[SqlOutbox]:
        yield opened
        with opened._database.read() as connection:
            flaws = list(broken(connection))
        with opened._database.write() as connection:
            for table in reversed(METADATA.sorted_tables):
                connection.execute(table.delete())
        assert flaws == []
