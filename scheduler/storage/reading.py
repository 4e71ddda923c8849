"""What log, status and the clockwork ask: answers only, nothing is changed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, bindparam, func, literal, select, union_all

from config.person import ChannelName
from scheduler.delivery.delivery import Delivery
from scheduler.delivery.judgement import MOST_REFUSALS
from scheduler.delivery.poison import MOST_RETRIES
from scheduler.delivery.ports import AttemptRecord, ChannelHold, Overview
from scheduler.storage.arrays import is_among
from scheduler.storage.dialect import count_all
from scheduler.storage.marks import TICK
from scheduler.storage.recording import DELIVERY, STATES, delivery_of
from scheduler.storage.tables import (
    ATTEMPTS,
    CHANNEL_HOLDS,
    DELIVERIES,
    FINISHED,
    IN_DOUBT,
    MARKS,
    NUDGES,
    PENDING,
    PEOPLE,
    REFUSALS,
    SENDING,
)

_HOLDS = select(CHANNEL_HOLDS.c.channel, CHANNEL_HOLDS.c.until, CHANNEL_HOLDS.c.reason).order_by(
    CHANNEL_HOLDS.c.channel
)

_FIRST_DUE = select(func.min(NUDGES.c.next_due_at)).scalar_subquery()

# A minimum per channel is one step into the index; grouping would walk through all that is pending.
_EVENTS = select(
    _FIRST_DUE,
    select(func.min(DELIVERIES.c.lease_until)).where(SENDING).scalar_subquery(),
    *(
        select(func.min(DELIVERIES.c.not_before)).where(PENDING, DELIVERIES.c.channel == str(name)).scalar_subquery()
        for name in ChannelName
    ),
    *(
        select(func.min(DELIVERIES.c.look_at)).where(IN_DOUBT, DELIVERIES.c.channel == str(name)).scalar_subquery()
        for name in ChannelName
    ),
)

_STATES = union_all(
    *(
        select(DELIVERIES.c.state, func.count().label("number"))
        .where(part, DELIVERIES.c.updated_at >= bindparam("since"))
        .group_by(DELIVERIES.c.state)
        for part in (PENDING, SENDING, FINISHED)
    )
)
"""In three parts, because each has an index of its own."""

_TOTALS = select(
    select(func.count()).select_from(PEOPLE).where(PEOPLE.c.active).scalar_subquery(),
    select(func.count()).select_from(NUDGES).where(NUDGES.c.fingerprint.is_not(None)).scalar_subquery(),
    _FIRST_DUE,
    select(MARKS.c.at).where(MARKS.c.name == literal(TICK)).scalar_subquery(),
    select(func.count()).select_from(DELIVERIES).where(IN_DOUBT).scalar_subquery(),
    select(func.count()).select_from(NUDGES).where(NUDGES.c.failures > MOST_RETRIES).scalar_subquery(),
    select(func.count()).select_from(REFUSALS).where(REFUSALS.c.times >= MOST_REFUSALS).scalar_subquery(),
)

_ATTEMPTS = (
    select(
        ATTEMPTS.c.delivery,
        ATTEMPTS.c.number,
        ATTEMPTS.c.channel,
        ATTEMPTS.c.started_at,
        ATTEMPTS.c.settled_at,
        ATTEMPTS.c.outcome,
        ATTEMPTS.c.reason,
    )
    .where(is_among(ATTEMPTS.c.delivery, "deliveries"))
    .order_by(ATTEMPTS.c.delivery, ATTEMPTS.c.number)
)


def next_event_at(connection: Connection) -> datetime | None:
    """See `Outbox.next_event_at`."""
    holds = {row.channel: row.until for row in connection.execute(_HOLDS)}
    first_due, first_lease, *by_channel = connection.execute(_EVENTS).one()
    first_calls = [
        max(at, holds.get(str(name), at))
        for name, at in zip((*ChannelName, *ChannelName), by_channel, strict=True)
        if at is not None
    ]
    return min((at for at in (first_due, first_lease, *first_calls) if at is not None), default=None)


def sent_counts(connection: Connection, person: str) -> Mapping[str, int]:
    """See `Outbox.sent_counts`."""
    rows = connection.execute(select(NUDGES.c.nudge, NUDGES.c.sent_count).where(NUDGES.c.person == person))
    return {nudge: count for nudge, count in rows if count}


def deliveries(
    connection: Connection, since: datetime, until: datetime, person: str | None, limit: int
) -> list[Delivery]:
    """See `Outbox.deliveries`."""
    newest = (
        select(*DELIVERY)
        .where(DELIVERIES.c.due_at >= since, DELIVERIES.c.due_at < until)
        .order_by(DELIVERIES.c.due_at.desc(), DELIVERIES.c.id.desc())
        .limit(limit)
    )
    if person is not None:
        newest = newest.where(DELIVERIES.c.person == person)
    return [delivery_of(row) for row in reversed(connection.execute(newest).all())]


def attempts(connection: Connection, identifiers: Sequence[int]) -> list[AttemptRecord]:
    """See `Outbox.attempts`."""
    return [_attempt_of(row) for row in connection.execute(_ATTEMPTS, {"deliveries": identifiers})]


def _attempt_of(row: Any) -> AttemptRecord:
    delivery, number, channel, *rest = row
    return AttemptRecord(delivery, number, ChannelName(channel), *rest)


def overview(connection: Connection, since: datetime) -> Overview:
    """See `Outbox.overview`. It counts everyone: with a million people it takes seconds."""
    count_all(connection)
    people, nudges, next_due_at, last_tick, *others = connection.execute(_TOTALS).one()
    states = {STATES[state]: number for state, number in connection.execute(_STATES, {"since": since})}
    return Overview(people, nudges, next_due_at, states, tuple(holds(connection, since)), last_tick, *others)


def holds(connection: Connection, since: datetime) -> list[ChannelHold]:
    """See `Outbox.holds`."""
    return [
        ChannelHold(ChannelName(channel), until, reason)
        for channel, until, reason in connection.execute(_HOLDS)
        if until > since
    ]
