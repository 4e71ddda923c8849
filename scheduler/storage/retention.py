"""What is old is deleted, a bounded number of rows at a time."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ColumnElement, Connection, TextClause, delete, select

from scheduler.storage.tables import APPROACHES, DELIVERIES, EARLY_REPORTS, FINISHED, REFUSALS

_OTHERS = (
    (APPROACHES.c.id, APPROACHES.c.heard_at),
    (EARLY_REPORTS.c.receipt, EARLY_REPORTS.c.kept_at),
    (REFUSALS.c.contact, REFUSALS.c.at),
)
"""What goes with the deliveries: each table's key, and the instant its age counts from. An approach need be known only
as long as it may come again; an address that was left alone for so long gets another chance."""


def purge(connection: Connection, before: datetime, limit: int) -> int:
    """See `Outbox.purge`."""
    for key, at in _OTHERS:
        _delete_oldest(connection, key, at, limit, at < before)
    updated_at = DELIVERIES.c.updated_at
    return _delete_oldest(connection, DELIVERIES.c.id, updated_at, limit, FINISHED, updated_at < before)


def _delete_oldest(
    connection: Connection,
    key: ColumnElement[object],
    at: ColumnElement[datetime],
    limit: int,
    *old: ColumnElement[bool] | TextClause,
) -> int:
    oldest = select(key).where(*old).order_by(at).limit(limit)
    return connection.execute(delete(key.table).where(key.in_(oldest))).rowcount
