"""Migrations build exactly the schema that the code expects, from nothing and once."""

from __future__ import annotations

import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, create_engine, make_url, text

from scheduler.storage.errors import StorageError
from scheduler.storage.migrating import REVISIONS, VERSION_TABLE, upgrade_to
from scheduler.storage.postgres import open_postgres, upgrade_postgres
from scheduler.storage.sqlite import open_sqlite
from scheduler.storage.tables import METADATA
from tests.standins.outbox_parts import EARLY, KEY
from tests.standins.postgres import new_database


def schema_of(path: Path) -> dict[str, str]:
    """The statements that made every table and index, but for blanks."""
    made = create_engine(f"sqlite:///{path}")
    with made.connect() as connection:
        rows = connection.execute(text("SELECT name, sql FROM sqlite_master WHERE sql IS NOT NULL")).all()
    made.dispose()
    return {name: " ".join(sql.split()) for name, sql in rows if name != VERSION_TABLE}


def test_migrations_from_nothing_give_the_tables_of_the_code(tmp_path: Path) -> None:
    open_sqlite(tmp_path / "migrated.db", contact_key=KEY).close()
    made = create_engine(f"sqlite:///{tmp_path / 'migrated.db'}")
    with made.connect() as connection:
        context = MigrationContext.configure(connection, opts={"version_table": VERSION_TABLE})
        assert compare_metadata(context, METADATA) == []
    made.dispose()


def test_partial_indexes_and_table_options_agree_too(tmp_path: Path) -> None:
    open_sqlite(tmp_path / "migrated.db", contact_key=KEY).close()
    made = create_engine(f"sqlite:///{tmp_path / 'created.db'}")
    METADATA.create_all(made)
    made.dispose()
    assert schema_of(tmp_path / "migrated.db") == schema_of(tmp_path / "created.db")


FILLED = """
INSERT INTO people (id, origin, active, preferences, name, handle, welcomed, requested)
    VALUES ('sam', '', true, '{}', 'Sam', 'h', true, false);
INSERT INTO nudges (person, nudge, sent_count) VALUES ('sam', 'hydration', 3);
INSERT INTO deliveries (cause, person, kind, state, due_at, expires_at, not_before, counted_on, channels, channel,
    variant, asked, updated_at)
    VALUES ('slot:1', 'sam', 'hydration', 'sent', 1, 2, 1, '2026-11-23', 'sms', 'sms', 0, false, 1)
"""
"""A person with a nudge and a delivery, in the columns that every revision has."""

KEPT = """
SELECT people.id, name, sent_count, cause, counted_on
    FROM people JOIN nudges ON nudges.person = people.id JOIN deliveries ON deliveries.person = people.id
"""


def fill(connection: Connection) -> list[object]:
    """Returns what is in the tables then."""
    for statement in FILLED.split(";"):
        connection.execute(text(statement))
    return contents(connection)


def contents(connection: Connection) -> list[object]:
    return [tuple(row) for row in connection.execute(text(KEPT))]


@pytest.mark.parametrize("revision", REVISIONS[:-1])
def test_from_every_earlier_revision_a_file_keeps_what_it_has_and_gets_the_tables_of_the_code(
    tmp_path: Path, revision: str
) -> None:
    path = tmp_path / "legup.db"
    made = create_engine(f"sqlite:///{path}")
    with made.begin() as connection:
        upgrade_to(revision, connection)
        before = fill(connection)
    open_sqlite(path, contact_key=KEY).close()
    with made.connect() as connection:
        assert contents(connection) == before
    made.dispose()
    open_sqlite(tmp_path / "new.db", contact_key=KEY).close()
    assert schema_of(path) == schema_of(tmp_path / "new.db")


@pytest.mark.parametrize("revision", REVISIONS[:-1])
def test_from_every_earlier_revision_a_server_keeps_what_it_has_and_gets_the_tables_of_the_code(
    postgres_url: str, revision: str
) -> None:
    url = new_database(postgres_url)
    made = create_engine(make_url(url).set(drivername="postgresql+psycopg"))
    with made.begin() as connection:
        upgrade_to(revision, connection)
        before = fill(connection)
    with pytest.raises(StorageError, match="legup db upgrade"):
        open_postgres(url, contact_key=KEY)
    upgrade_postgres(url)
    open_postgres(url, contact_key=KEY).close()
    with made.connect() as connection:
        assert contents(connection) == before
        context = MigrationContext.configure(connection, opts={"version_table": VERSION_TABLE})
        assert compare_metadata(context, METADATA) == []
    made.dispose()


@pytest.mark.parametrize("revision", REVISIONS)
def test_a_database_without_one_of_the_tables_is_refused_with_the_remedy_and_left_as_it_is(
    tmp_path: Path, revision: str
) -> None:
    path = tmp_path / "legup.db"
    made = create_engine(f"sqlite:///{path}")
    with made.begin() as connection:
        upgrade_to(revision, connection)
        connection.execute(text("DROP TABLE diary"))
    before = schema_of(path)
    with pytest.raises(StorageError, match=r"lacks the table `diary`: .* begin anew"):
        open_sqlite(path, contact_key=KEY)
    made.dispose()
    assert schema_of(path) == before


def test_all_revisions_are_listed_in_order() -> None:
    config = Config()
    config.set_main_option("script_location", "scheduler.storage:migrations")
    revisions = [script.revision for script in ScriptDirectory.from_config(config).walk_revisions()]
    assert tuple(reversed(revisions)) == REVISIONS


def test_processes_that_open_a_new_database_at_once_all_succeed(tmp_path: Path) -> None:
    def open_and_close(_index: int) -> int:
        with closing(open_sqlite(tmp_path / "legup.db", contact_key=KEY)) as outbox:
            return outbox.overview(EARLY).people

    with ThreadPoolExecutor(4) as threads:
        assert list(threads.map(open_and_close, range(4))) == [0] * 4


def test_a_database_that_is_up_to_date_is_opened_without_alembic(tmp_path: Path) -> None:
    open_sqlite(tmp_path / "legup.db", contact_key=KEY).close()
    program = (
        "import sys; from pathlib import Path; from scheduler.storage.sqlite import open_sqlite; "
        "open_sqlite(Path(sys.argv[1]), contact_key=b'k').close(); sys.exit('alembic' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", program, tmp_path / "legup.db"], check=False).returncode == 0
