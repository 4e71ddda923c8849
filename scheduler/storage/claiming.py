"""Due nudges become deliveries, all in one transaction."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from sqlalchemy import Connection, bindparam, func, select, update
from sqlalchemy.sql.dml import UpdateBase

from scheduler.delivery.ports import Decide, DueNudge, NudgeDecision
from scheduler.storage.arrays import is_among
from scheduler.storage.dialect import in_turn
from scheduler.storage.instants import to_micros
from scheduler.storage.preferences import readable
from scheduler.storage.prepared import Prepared
from scheduler.storage.recording import record
from scheduler.storage.rules import counted_since
from scheduler.storage.standing import OPTED_OUT, standing_of
from scheduler.storage.tables import DELIVERIES, NUDGES, PEOPLE

_DUE = (
    select(
        NUDGES.c.person,
        NUDGES.c.nudge,
        NUDGES.c.decided_at,
        NUDGES.c.sent_count,
        PEOPLE.c.preferences,
        OPTED_OUT,
        PEOPLE.c.paused_until,
        PEOPLE.c.ended,
        NUDGES.c.failures,
    )
    .join_from(NUDGES, PEOPLE)
    .where(NUDGES.c.next_due_at <= bindparam("now"))
    .order_by(NUDGES.c.next_due_at, NUDGES.c.person, NUDGES.c.nudge)
    .limit(bindparam("limit"))
    .with_for_update(of=(NUDGES, PEOPLE), key_share=True, skip_locked=True)
)
"""The person is held as well, so that what is counted next stays true: two workers must not claim a nudge each of one
person and both find room for one more. See `locking`."""

_COUNTS = (
    select(DELIVERIES.c.person, DELIVERIES.c.counted_on, func.count())
    .where(is_among(DELIVERIES.c.person, "people"))
    .where(DELIVERIES.c.counted_on >= bindparam("since"))
    .group_by(DELIVERIES.c.person, DELIVERIES.c.counted_on)
)


def _advance(_dialect: str) -> UpdateBase:
    return (
        update(NUDGES)
        .values(
            decided_at=bindparam("decided"),
            claimed_at=func.coalesce(bindparam("claimed", type_=NUDGES.c.claimed_at.type), NUDGES.c.claimed_at),
            next_due_at=bindparam("due"),
            sent_count=bindparam("sent"),
            failures=bindparam("failed"),
        )
        .where(NUDGES.c.person == bindparam("whose"), NUDGES.c.nudge == bindparam("which"))
    )


_ADVANCE = Prepared(_advance, ("decided", "claimed", "due", "sent", "failed", "whose", "which"))

_NONE: dict[date, int] = {}


def claim_due(connection: Connection, now: datetime, limit: int, decide: Decide) -> int:
    """See `Outbox.claim_due`."""
    due = _read(connection, now, limit)
    if due:
        decisions = decide(due)
        record(connection, (new for decision in decisions for new in decision.deliveries), to_micros(now))
        _ADVANCE.run(connection, [_moved(*each) for each in zip(due, decisions, strict=True)])
    return len(due)


def _read(connection: Connection, now: datetime, limit: int) -> list[DueNudge]:
    with in_turn(connection):
        rows = connection.execute(_DUE, {"now": now, "limit": limit}).all()
    counts = _counts(connection, list({row[0] for row in rows}), counted_since(now))
    due = []
    for person, nudge, decided_at, sent_count, document, opted_out, paused_until, ended, failures in rows:
        preferences, fault = readable(document)
        standing, counted = standing_of(opted_out, paused_until, ended), counts.get(person, _NONE)
        due.append(DueNudge(person, nudge, decided_at, sent_count, preferences, standing, counted, failures, fault))
    return due


def _counts(connection: Connection, people: Sequence[str], since: date) -> dict[str, dict[date, int]]:
    counts: dict[str, dict[date, int]] = {}
    for person, owner_day, count in connection.execute(_COUNTS, {"people": people, "since": since}).all():
        counts.setdefault(person, {})[owner_day] = count
    return counts


def _moved(due: DueNudge, decision: NudgeDecision) -> tuple[int, int | None, int | None, int, int, str, str]:
    decided = to_micros(decision.decided_at)
    return (
        decided,
        # A claim that decided nothing (planning could not) leaves no trace for an edit to keep its distance from.
        None if decision.decided_at == due.decided_at else decided,
        None if decision.next_due_at is None else to_micros(decision.next_due_at),
        decision.sent_count,
        decision.failures,
        due.person,
        due.nudge,
    )
