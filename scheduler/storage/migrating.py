"""Bringing a database to the schema of this program."""

from __future__ import annotations

import logging
from collections.abc import Collection

from sqlalchemy import Connection, inspect, text

from scheduler.storage.database import Database
from scheduler.storage.errors import FatalStorageError, StorageError
from scheduler.storage.locking import Guarded, guard
from scheduler.storage.tables import METADATA

REVISIONS = ("0001", "0002")
"""All revisions, oldest first. Listed here so that a database which is up to date is opened without Alembic, whose
import takes longer than `legup status` should."""

VERSION_TABLE = "legup_schema"

_ENGINES = "procrastinate_"
"""The tables that hand out work in a cluster may be there first."""


def migrate(database: Database, place: str) -> None:
    """Upgrade to the newest revision. Raises StorageError for a newer database and for one that is not legup's."""
    with database.read() as connection:
        revision = _revision(connection, place)
    if revision == REVISIONS[-1]:
        return
    with database.write() as connection:
        guard(connection, Guarded.SCHEMA)
        # Looked up again under the lock: another process may have been faster.
        if _revision(connection, place) != REVISIONS[-1]:
            upgrade_to(REVISIONS[-1], connection)
            _refuse_incomplete(inspect(connection).get_table_names(), place)


def refuse_other_schema(database: Database, place: str) -> None:
    """For a database that several programs share, where none of them may change it under the others. Raises
    StorageError when its tables are not those of this version."""
    with database.read() as connection:
        revision = _revision(connection, place)
    if revision != REVISIONS[-1]:
        found = "is empty" if revision is None else f"is of an older legup (schema {revision})"
        raise FatalStorageError(f"the database {place} {found}. Bring it up to date once: legup db upgrade")


def _revision(connection: Connection, place: str) -> str | None:
    """The stored revision; None for an empty database."""
    tables = inspect(connection).get_table_names()
    if VERSION_TABLE not in tables:
        foreign = [name for name in tables if not name.startswith(_ENGINES)]
        if foreign:
            raise StorageError(
                f"the database {place} belongs to another program (it has a table `{foreign[0]}`). "
                "Set `database:` to one of legup's own."
            )
        return None
    revision = connection.execute(text(f"SELECT version_num FROM {VERSION_TABLE}")).scalar_one()  # noqa: S608 - a constant
    if revision not in REVISIONS:
        raise StorageError(
            f"the database {place} was written by a newer legup (schema {revision}, this one knows {REVISIONS[-1]}). "
            "Install that version again, or restore a backup made before the upgrade."
        )
    if revision == REVISIONS[-1]:
        _refuse_incomplete(tables, place)
    return str(revision)


def _refuse_incomplete(tables: Collection[str], place: str) -> None:
    """Of the newest revision there is every table, or it is not what it says."""
    missing = sorted(METADATA.tables.keys() - tables)
    if missing:
        raise StorageError(
            f"the database {place} lacks the table `{missing[0]}`: it was written before the first release, or "
            "something else has changed it. Restore a backup, or move it away and begin anew."
        )


def upgrade_to(revision: str, connection: Connection) -> None:
    """Run every migration up to this one that the database has not seen."""
    from alembic.command import upgrade  # noqa: PLC0415 - see REVISIONS
    from alembic.config import Config  # noqa: PLC0415 - see REVISIONS

    # What Alembic tells on its way means nothing to who reads the service's log.
    logging.getLogger("alembic").setLevel(logging.WARNING)
    config = Config()
    config.set_main_option("script_location", "scheduler.storage:migrations")
    config.attributes["connection"] = connection
    upgrade(config, revision)
