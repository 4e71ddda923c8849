"""The schema, once for every dialect. The migrations build exactly this; a test compares the two."""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    Table,
    Text,
    text,
)

from scheduler.storage.instants import Day, Instant

METADATA = MetaData()

_ID = BigInteger().with_variant(Integer, "sqlite")
"""SQLite makes keys of its own only for a column whose type is INTEGER."""

# Written out, not bound: a database uses a partial index only where a query repeats its condition.
PENDING = text("state = 'pending'")
SENDING = text("state = 'sending'")
FINISHED = text("state NOT IN ('pending', 'sending')")
IN_DOUBT = text("state = 'unknown' AND look_at IS NOT NULL")
RECEIVED = text("receipt IS NOT NULL")
LEAVING = text("forget_at IS NOT NULL")

PEOPLE = Table(
    "people",
    METADATA,
    Column("id", Text, primary_key=True),
    Column("origin", Text, nullable=False),
    Column("active", Boolean, nullable=False),
    Column("preferences", Text, nullable=False),
    Column("filed", Text),
    Column("changes", Text),
    Column("name", Text, nullable=False),
    Column("phone", Text),
    Column("email", Text),
    Column("apprise", Text),
    Column("phone_hash", LargeBinary),
    Column("email_hash", LargeBinary),
    Column("apprise_hash", LargeBinary),
    Column("handle", Text, nullable=False),
    Column("welcomed", Boolean, nullable=False),
    Column("requested", Boolean, nullable=False),
    Column("opted_out_at", Instant),
    Column("paused_until", Instant),
    Column("ended", Text),
    Column("ended_at", Instant),
    Column("forget_at", Instant),
    Index("people_by_handle", "handle", unique=True),
    Index("people_leaving", "forget_at", sqlite_where=LEAVING, postgresql_where=LEAVING),
    Index("people_by_phone", "phone_hash"),
    Index("people_by_email", "email_hash"),
    Index("people_by_apprise", "apprise_hash"),
)
"""`preferences` is what a person gets, so that nothing needs merging where it is read; `filed` is what the file says,
and NULL unless they changed something that makes the two differ. `changes` is `config.changes.to_text`.

`welcomed` and `requested` (their consent) outlive the deliveries, which retention deletes: a reload must not do either
again. `forget_at` is when they asked to be forgotten."""

OPT_OUTS = Table(
    "opt_outs",
    METADATA,
    Column("contact", LargeBinary, primary_key=True),
    Column("at", Instant, nullable=False),
    Column("source", Text, nullable=False),
)
"""Contacts that said stop, hashed; see `contacts`. A row goes only when they come back."""

REFUSALS = Table(
    "refusals",
    METADATA,
    Column("contact", LargeBinary, primary_key=True),
    Column("times", Integer, nullable=False),
    Column("at", Instant, nullable=False),
    Index("refusals_at", "at"),
)
"""Addresses, hashed, that refused for good: how many times in a row, and when last."""

ENTRIES = Table(
    "entries",
    METADATA,
    Column("person", Text, ForeignKey("people.id"), primary_key=True),
    Column("plan", Text, nullable=False),
    Column("text", Text, nullable=False),
    Index("entries_by_plan", "plan", "person"),
    sqlite_with_rowid=False,
)
"""What rosters say of their people; see `rosters.Entry`."""

PLANS = Table(
    "plans",
    METADATA,
    Column("name", Text, primary_key=True),
    Column("fingerprint", Text, nullable=False),
)
"""What each plan came to when the people of rosters who are on it were last planned for."""

NUDGES = Table(
    "nudges",
    METADATA,
    Column("person", Text, ForeignKey("people.id"), primary_key=True),
    Column("nudge", Text, primary_key=True),
    Column("fingerprint", Text),
    Column("decided_at", Instant),
    Column("claimed_at", Instant),
    Column("next_due_at", Instant),
    Column("sent_count", Integer, nullable=False),
    Column("failures", Integer, nullable=False, server_default=text("0")),
    Index("nudges_in_turn", "next_due_at", "person", "nudge"),
    sqlite_with_rowid=False,  # one tree instead of two for a row found by its key on every claim
)
"""One row per (person, nudge); see `rules.NudgeRow`. `nudges_in_turn`, like `deliveries_in_turn`, has all by which they
are taken in order: where many thousands are due at one instant, each batch would otherwise sort them all."""

DELIVERIES = Table(
    "deliveries",
    METADATA,
    Column("id", _ID, primary_key=True, autoincrement=True),
    Column("cause", Text, nullable=False),
    Column("person", Text, ForeignKey("people.id"), nullable=False),
    Column("kind", Text, nullable=False),
    Column("state", Text, nullable=False),
    Column("reason", Text),
    Column("due_at", Instant, nullable=False),
    Column("expires_at", Instant, nullable=False),
    Column("not_before", Instant, nullable=False),
    Column("owner_day", Day),
    Column("counted_on", Day),
    Column("channels", Text, nullable=False),
    Column("channel_index", Integer, nullable=False, server_default=text("0")),
    Column("channel", Text, nullable=False),
    Column("variant", Integer, nullable=False),
    Column("attempts", Integer, nullable=False, server_default=text("0")),
    Column("asked", Boolean, nullable=False),
    Column("details", Text),
    Column("lease_until", Instant),
    Column("receipt", Text),
    Column("look_at", Instant),
    Column("looks", Integer, nullable=False, server_default=text("0")),
    Column("failures", Integer, nullable=False, server_default=text("0")),
    Column("updated_at", Instant, nullable=False),
    Index("deliveries_cause", "cause", unique=True),
    Index("deliveries_in_turn", "channel", "not_before", "id", sqlite_where=PENDING, postgresql_where=PENDING),
    Index("deliveries_sending", "lease_until", sqlite_where=SENDING, postgresql_where=SENDING),
    Index("deliveries_in_doubt", "look_at", sqlite_where=IN_DOUBT, postgresql_where=IN_DOUBT),
    Index("deliveries_receipt", "receipt", sqlite_where=RECEIVED, postgresql_where=RECEIVED),
    Index("deliveries_finished", "updated_at", "state", sqlite_where=FINISHED, postgresql_where=FINISHED),
    Index("deliveries_due", "due_at"),
    Index("deliveries_counted", "person", "counted_on"),
    Index("deliveries_of_person", "person", "due_at"),
    sqlite_autoincrement=True,  # an id is never used again after a purge: snoozes and receipts refer to it
)
"""`channel` is channels[channel_index], in a column of its own so that pending work is found by channel.

`counted_on` is the owner day as long as the delivery counts against the daily limit: an index that named the state
instead would be rewritten twice for every nudge sent."""

ATTEMPTS = Table(
    "attempts",
    METADATA,
    Column("delivery", _ID, ForeignKey("deliveries.id", ondelete="CASCADE"), primary_key=True),
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("channel", Text, nullable=False),
    Column("started_at", Instant, nullable=False),
    Column("settled_at", Instant),
    Column("outcome", Text),
    Column("reason", Text),
    Column("receipt", Text),
    Column("body", Text),
    Column("address_hash", LargeBinary),
    sqlite_with_rowid=False,
)
"""`body` is what looking up an `unknown` compares; it is dropped as soon as the outcome is known, or given up."""

APPROACHES = Table(
    "approaches",
    METADATA,
    Column("id", Text, primary_key=True),
    Column("person", Text, ForeignKey("people.id")),
    Column("way", Text, nullable=False),
    Column("at", Instant, nullable=False),
    Column("understood", Text, nullable=False),
    Column("heard_at", Instant, nullable=False),
    Index("approaches_of_person", "person"),
    Index("approaches_heard", "heard_at"),
)
"""Everything that anybody said or clicked, once; what they said is not kept, only what it was taken for."""

CONSENTS = Table(
    "consents",
    METADATA,
    Column("id", _ID, primary_key=True, autoincrement=True),
    Column("person", Text, ForeignKey("people.id"), nullable=False),
    Column("at", Instant, nullable=False),
    Column("what", Text, nullable=False),
    Column("way", Text, nullable=False),
    Column("detail", Text, nullable=False),
    Index("consents_of_person", "person"),
)
"""The consent log; see `correspondence.ConsentEntry`."""

DIARY = Table(
    "diary",
    METADATA,
    Column("id", _ID, primary_key=True, autoincrement=True),
    Column("person", Text, ForeignKey("people.id"), nullable=False),
    Column("at", Instant, nullable=False),
    Column("what", Text, nullable=False),
    Column("nudge", Text),
    Index("diary_of_person", "person", "at"),
)
"""Cramps and things done, as the person reported them."""

EARLY_REPORTS = Table(
    "early_reports",
    METADATA,
    Column("receipt", Text, primary_key=True),
    Column("state", Text, nullable=False),
    Column("reason", Text),
    Column("opted_out", Boolean, nullable=False),
    Column("at", Instant, nullable=False),
    Column("kept_at", Instant, nullable=False),
    Index("early_reports_kept", "kept_at"),
)
"""What a provider said of receipts that no delivery has yet: its report can be here before our own record."""

CHANNEL_HOLDS = Table(
    "channel_holds",
    METADATA,
    Column("channel", Text, primary_key=True),
    Column("until", Instant, nullable=False),
    Column("reason", Text, nullable=False),
)

WORKERS = Table(
    "workers",
    METADATA,
    Column("id", Text, primary_key=True),
    Column("since", Instant, nullable=False),
    Column("seen_at", Instant, nullable=False),
)
"""The workers of a cluster that are there; see `commons`."""

MARKS = Table(
    "marks",
    METADATA,
    Column("name", Text, primary_key=True),
    Column("at", Instant, nullable=False),
)
"""Instants worth remembering, by name: `tick` is when the service last said that it is alive."""
