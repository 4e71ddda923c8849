"""Runs migrations on the connection, and in the transaction, that `migrating` hands over."""

from __future__ import annotations

from alembic import context

from scheduler.storage.migrating import VERSION_TABLE
from scheduler.storage.tables import METADATA

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=METADATA,
    version_table=VERSION_TABLE,
)
context.run_migrations()
