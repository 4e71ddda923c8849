"""The outbox: people, nudges, deliveries, attempts, opt-outs."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None

_ID = sa.BigInteger().with_variant(sa.Integer, "sqlite")

# Copied from `tables`, not imported: a released migration must not change when the tables do.
_PENDING = sa.text("state = 'pending'")
_SENDING = sa.text("state = 'sending'")
_FINISHED = sa.text("state NOT IN ('pending', 'sending')")
_IN_DOUBT = sa.text("state = 'unknown' AND look_at IS NOT NULL")
_RECEIVED = sa.text("receipt IS NOT NULL")
_LEAVING = sa.text("forget_at IS NOT NULL")


def upgrade() -> None:
    _people()
    _rosters()
    _nudges()
    _deliveries()
    _attempts()
    _conversation()
    _service()


def _people() -> None:
    op.create_table(
        "people",
        sa.Column("id", sa.Text, primary_key=True),
        sa.Column("origin", sa.Text, nullable=False),
        sa.Column("active", sa.Boolean, nullable=False),
        sa.Column("preferences", sa.Text, nullable=False),
        sa.Column("filed", sa.Text),
        sa.Column("changes", sa.Text),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("phone", sa.Text),
        sa.Column("email", sa.Text),
        sa.Column("apprise", sa.Text),
        sa.Column("phone_hash", sa.LargeBinary),
        sa.Column("email_hash", sa.LargeBinary),
        sa.Column("apprise_hash", sa.LargeBinary),
        sa.Column("handle", sa.Text, nullable=False),
        sa.Column("welcomed", sa.Boolean, nullable=False),
        sa.Column("requested", sa.Boolean, nullable=False),
        sa.Column("opted_out_at", sa.BigInteger),
        sa.Column("paused_until", sa.BigInteger),
        sa.Column("ended", sa.Text),
        sa.Column("ended_at", sa.BigInteger),
        sa.Column("forget_at", sa.BigInteger),
    )
    op.create_index("people_by_handle", "people", ["handle"], unique=True)
    op.create_index("people_leaving", "people", ["forget_at"], sqlite_where=_LEAVING, postgresql_where=_LEAVING)
    for contact in ("phone", "email", "apprise"):
        op.create_index(f"people_by_{contact}", "people", [f"{contact}_hash"])
    op.create_table(
        "opt_outs",
        sa.Column("contact", sa.LargeBinary, primary_key=True),
        sa.Column("at", sa.BigInteger, nullable=False),
        sa.Column("source", sa.Text, nullable=False),
    )
    op.create_table(
        "refusals",
        sa.Column("contact", sa.LargeBinary, primary_key=True),
        sa.Column("times", sa.Integer, nullable=False),
        sa.Column("at", sa.BigInteger, nullable=False),
    )
    op.create_index("refusals_at", "refusals", ["at"])


def _rosters() -> None:
    op.create_table(
        "entries",
        sa.Column("person", sa.Text, sa.ForeignKey("people.id"), primary_key=True),
        sa.Column("plan", sa.Text, nullable=False),
        sa.Column("text", sa.Text, nullable=False),
        sqlite_with_rowid=False,
    )
    op.create_index("entries_by_plan", "entries", ["plan", "person"])
    op.create_table(
        "plans",
        sa.Column("name", sa.Text, primary_key=True),
        sa.Column("fingerprint", sa.Text, nullable=False),
    )


def _nudges() -> None:
    op.create_table(
        "nudges",
        sa.Column("person", sa.Text, sa.ForeignKey("people.id"), primary_key=True),
        sa.Column("nudge", sa.Text, primary_key=True),
        sa.Column("fingerprint", sa.Text),
        sa.Column("decided_at", sa.BigInteger),
        sa.Column("claimed_at", sa.BigInteger),
        sa.Column("next_due_at", sa.BigInteger),
        sa.Column("sent_count", sa.Integer, nullable=False),
        sa.Column("failures", sa.Integer, nullable=False, server_default=sa.text("0")),
        sqlite_with_rowid=False,
    )
    op.create_index("nudges_due", "nudges", ["next_due_at"])


def _deliveries() -> None:
    op.create_table(
        "deliveries",
        sa.Column("id", _ID, primary_key=True, autoincrement=True),
        sa.Column("cause", sa.Text, nullable=False),
        sa.Column("person", sa.Text, sa.ForeignKey("people.id"), nullable=False),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("reason", sa.Text),
        sa.Column("due_at", sa.BigInteger, nullable=False),
        sa.Column("expires_at", sa.BigInteger, nullable=False),
        sa.Column("not_before", sa.BigInteger, nullable=False),
        sa.Column("owner_day", sa.String(10)),
        sa.Column("counted_on", sa.String(10)),
        sa.Column("channels", sa.Text, nullable=False),
        sa.Column("channel_index", sa.Integer, nullable=False, server_default=sa.text("0")),
        sa.Column("channel", sa.Text, nullable=False),
        sa.Column("variant", sa.Integer, nullable=False),
        sa.Column("attempts", sa.Integer, nullable=False, server_default=sa.text("0")),
        sa.Column("asked", sa.Boolean, nullable=False),
        sa.Column("details", sa.Text),
        sa.Column("lease_until", sa.BigInteger),
        sa.Column("receipt", sa.Text),
        sa.Column("look_at", sa.BigInteger),
        sa.Column("looks", sa.Integer, nullable=False, server_default=sa.text("0")),
        sa.Column("failures", sa.Integer, nullable=False, server_default=sa.text("0")),
        sa.Column("updated_at", sa.BigInteger, nullable=False),
        sqlite_autoincrement=True,
    )
    op.create_index("deliveries_cause", "deliveries", ["cause"], unique=True)
    op.create_index("deliveries_due", "deliveries", ["due_at"])
    op.create_index("deliveries_of_person", "deliveries", ["person", "due_at"])
    op.create_index("deliveries_counted", "deliveries", ["person", "counted_on"])
    for name, columns, part in (
        ("pending", ["channel", "not_before"], _PENDING),
        ("sending", ["lease_until"], _SENDING),
        ("in_doubt", ["look_at"], _IN_DOUBT),
        ("receipt", ["receipt"], _RECEIVED),
        ("finished", ["updated_at", "state"], _FINISHED),
    ):
        op.create_index(f"deliveries_{name}", "deliveries", columns, sqlite_where=part, postgresql_where=part)


def _attempts() -> None:
    op.create_table(
        "attempts",
        sa.Column("delivery", _ID, sa.ForeignKey("deliveries.id", ondelete="CASCADE"), primary_key=True),
        sa.Column("number", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("channel", sa.Text, nullable=False),
        sa.Column("started_at", sa.BigInteger, nullable=False),
        sa.Column("settled_at", sa.BigInteger),
        sa.Column("outcome", sa.Text),
        sa.Column("reason", sa.Text),
        sa.Column("receipt", sa.Text),
        sa.Column("body", sa.Text),
        sa.Column("address_hash", sa.LargeBinary),
        sqlite_with_rowid=False,
    )


def _conversation() -> None:
    op.create_table(
        "approaches",
        sa.Column("id", sa.Text, primary_key=True),
        sa.Column("person", sa.Text, sa.ForeignKey("people.id")),
        sa.Column("way", sa.Text, nullable=False),
        sa.Column("at", sa.BigInteger, nullable=False),
        sa.Column("understood", sa.Text, nullable=False),
        sa.Column("heard_at", sa.BigInteger, nullable=False),
    )
    op.create_index("approaches_of_person", "approaches", ["person"])
    op.create_index("approaches_heard", "approaches", ["heard_at"])
    op.create_table(
        "consents",
        sa.Column("id", _ID, primary_key=True, autoincrement=True),
        sa.Column("person", sa.Text, sa.ForeignKey("people.id"), nullable=False),
        sa.Column("at", sa.BigInteger, nullable=False),
        sa.Column("what", sa.Text, nullable=False),
        sa.Column("way", sa.Text, nullable=False),
        sa.Column("detail", sa.Text, nullable=False),
    )
    op.create_index("consents_of_person", "consents", ["person"])
    op.create_table(
        "diary",
        sa.Column("id", _ID, primary_key=True, autoincrement=True),
        sa.Column("person", sa.Text, sa.ForeignKey("people.id"), nullable=False),
        sa.Column("at", sa.BigInteger, nullable=False),
        sa.Column("what", sa.Text, nullable=False),
        sa.Column("nudge", sa.Text),
    )
    op.create_index("diary_of_person", "diary", ["person", "at"])
    op.create_table(
        "early_reports",
        sa.Column("receipt", sa.Text, primary_key=True),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("reason", sa.Text),
        sa.Column("opted_out", sa.Boolean, nullable=False),
        sa.Column("at", sa.BigInteger, nullable=False),
        sa.Column("kept_at", sa.BigInteger, nullable=False),
    )
    op.create_index("early_reports_kept", "early_reports", ["kept_at"])


def _service() -> None:
    op.create_table(
        "channel_holds",
        sa.Column("channel", sa.Text, primary_key=True),
        sa.Column("until", sa.BigInteger, nullable=False),
        sa.Column("reason", sa.Text, nullable=False),
    )
    op.create_table(
        "workers",
        sa.Column("id", sa.Text, primary_key=True),
        sa.Column("since", sa.BigInteger, nullable=False),
        sa.Column("seen_at", sa.BigInteger, nullable=False),
    )
    op.create_table(
        "marks",
        sa.Column("name", sa.Text, primary_key=True),
        sa.Column("at", sa.BigInteger, nullable=False),
    )
