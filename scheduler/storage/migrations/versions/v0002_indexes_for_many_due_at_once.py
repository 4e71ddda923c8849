"""Indexes for many who are due at one instant: in the order in which they are taken."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"

_PENDING = sa.text("state = 'pending'")


def upgrade() -> None:
    op.drop_index("nudges_due", "nudges")
    op.create_index("nudges_due", "nudges", ["next_due_at", "person", "nudge"])
    op.drop_index("deliveries_pending", "deliveries")
    op.create_index(
        "deliveries_pending",
        "deliveries",
        ["channel", "not_before", "id"],
        sqlite_where=_PENDING,
        postgresql_where=_PENDING,
    )
