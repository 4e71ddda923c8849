"""What tests of every kind share: examples that are the same in every run, and a real PostgreSQL, started once and only
when a test wants it."""

from __future__ import annotations

import gc
import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

# A change is judged by what it does, not by luck or load; `make fuzz` draws anew in every round.
settings.register_profile(
    "suite", derandomize=True, deadline=None, suppress_health_check=[HealthCheck.too_slow], print_blob=True
)
settings.load_profile("suite")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """First comes what waits for the next minute of the machine's own clock: others go on meanwhile."""
    items.sort(key=lambda item: item.path.name != "test_main_job.py")


def pytest_collection_finish() -> None:
    """What thousands of tests and their imports left in memory stays: no garbage collection looks at it again."""
    gc.collect()
    gc.freeze()


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A file with legup's tables in it, to make copies of: that takes a tenth of the time of making the tables."""
    from scheduler.storage.sqlite import open_sqlite

    path = tmp_path_factory.mktemp("template") / "legup.db"
    open_sqlite(path, contact_key=b"of whoever copies it").close()
    return path


@pytest.fixture(scope="session")
def postgres_url() -> Iterator[str]:
    """A database on a running server. Tests make databases of their own beside it."""
    named = os.environ.get("LEGUP_TEST_POSTGRES")
    if named:
        yield named
        return
    from tests.standins.postgres import PostgresServer

    with PostgresServer() as server:
        yield server.url


@pytest.fixture(scope="session")
def postgres_template(postgres_url: str) -> Iterator[str]:
    """A database with legup's tables in it, to make copies of."""
    from scheduler.storage.postgres import upgrade_postgres
    from tests.standins.postgres import drop_database, new_database

    url = new_database(postgres_url)
    upgrade_postgres(url)
    yield url
    drop_database(postgres_url, url)


@pytest.fixture
def postgres_database(postgres_url: str, postgres_template: str) -> Iterator[str]:
    """A database of the test's own, with legup's tables and nothing in them."""
    from tests.standins.postgres import drop_database, new_database

    url = new_database(postgres_url, postgres_template)
    yield url
    drop_database(postgres_url, url)
