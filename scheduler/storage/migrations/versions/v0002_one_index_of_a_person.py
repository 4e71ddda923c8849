"""One index for a person's deliveries, by time and with the day they count on, where there were two."""

from __future__ import annotations

from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    op.drop_index("deliveries_counted", "deliveries")
    op.drop_index("deliveries_of_person", "deliveries")
    op.create_index("deliveries_of_person", "deliveries", ["person", "due_at", "counted_on"])
