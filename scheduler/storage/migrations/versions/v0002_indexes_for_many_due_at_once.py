"""Indexes for many who are due at one instant: in the order in which they are taken.

The new ones are built beside the old ones: meanwhile PostgreSQL lets others read these tables, and has writes wait.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"

_PENDING = sa.text("state = 'pending'")


def upgrade() -> None:
    op.create_index("nudges_in_turn", "nudges", ["next_due_at", "person", "nudge"])
    op.create_index(
        "deliveries_in_turn",
        "deliveries",
        ["channel", "not_before", "id"],
        sqlite_where=_PENDING,
        postgresql_where=_PENDING,
    )
    op.drop_index("nudges_due", "nudges")
    op.drop_index("deliveries_pending", "deliveries")
