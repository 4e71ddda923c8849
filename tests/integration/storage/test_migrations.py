"""Migrations build exactly the schema that the code expects, from nothing and once."""

from __future__ import annotations

import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path

from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import create_engine, text

from scheduler.storage.migrating import REVISIONS, VERSION_TABLE
from scheduler.storage.sqlite import open_sqlite
from scheduler.storage.tables import METADATA
from tests.standins.outbox_parts import EARLY, KEY


def schema_of(path: Path) -> dict[str, str]:
    """The statements that made every table and index, but for blanks."""
    engine = create_engine(f"sqlite:///{path}")
    with engine.connect() as connection:
        rows = connection.execute(text("SELECT name, sql FROM sqlite_master WHERE sql IS NOT NULL")).all()
    engine.dispose()
    return {name: " ".join(sql.split()) for name, sql in rows if name != VERSION_TABLE}


def test_migrations_from_nothing_give_the_tables_of_the_code(tmp_path: Path) -> None:
    open_sqlite(tmp_path / "migrated.db", contact_key=KEY).close()
    engine = create_engine(f"sqlite:///{tmp_path / 'migrated.db'}")
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"version_table": VERSION_TABLE})
        assert compare_metadata(context, METADATA) == []
    engine.dispose()


def test_partial_indexes_and_table_options_agree_too(tmp_path: Path) -> None:
    open_sqlite(tmp_path / "migrated.db", contact_key=KEY).close()
    engine = create_engine(f"sqlite:///{tmp_path / 'created.db'}")
    METADATA.create_all(engine)
    engine.dispose()
    assert schema_of(tmp_path / "migrated.db") == schema_of(tmp_path / "created.db")


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
