"""Deliveries are written and read back here, column by column, for every statement that needs them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import Any

from sqlalchemy import Connection, bindparam, insert, select, update
from sqlalchemy.sql.dml import UpdateBase

from config.person import ChannelName
from scheduler.delivery.delivery import Delivery, NewDelivery, State
from scheduler.delivery.details import from_text, to_text
from scheduler.storage.arrays import is_among
from scheduler.storage.dialect import insert_new
from scheduler.storage.instants import to_micros
from scheduler.storage.locking import hold
from scheduler.storage.prepared import Prepared, Row
from scheduler.storage.rules import UNCOUNTED
from scheduler.storage.tables import DELIVERIES, NUDGES, PEOPLE

_WRITTEN = (
    "cause",
    "person",
    "kind",
    "state",
    "reason",
    "due_at",
    "expires_at",
    "not_before",
    "owner_day",
    "counted_on",
    "channels",
    "channel",
    "variant",
    "asked",
    "details",
    "updated_at",
)

DELIVERY = tuple(
    DELIVERIES.c[name]
    for name in (
        "id",
        "cause",
        "person",
        "kind",
        "state",
        "reason",
        "due_at",
        "expires_at",
        "not_before",
        "owner_day",
        "channels",
        "channel_index",
        "variant",
        "attempts",
        "asked",
        "updated_at",
        "receipt",
        "look_at",
        "looks",
        "failures",
        "details",
    )
)
"""The columns of a `Delivery`, in the order of its fields."""

STATES = {str(state): state for state in State}
NAMES = {state: str(state) for state in State}


def _insert(dialect: str) -> UpdateBase:
    return insert_new(dialect, DELIVERIES).values({name: bindparam(name) for name in _WRITTEN})


_INSERT = Prepared(_insert, _WRITTEN)
_UNCOUNT = update(DELIVERIES).where(is_among(DELIVERIES.c.id, "ids")).values(counted_on=None)


def record(connection: Connection, deliveries: Iterable[NewDelivery], updated_at: int) -> int:
    """Insert the deliveries whose cause is new; the others are there already. Returns how many were new."""
    return _INSERT.run(connection, [_row(each, updated_at) for each in deliveries])


def _row(new: NewDelivery, updated_at: int) -> Row:
    due_at = to_micros(new.due_at)
    owner_day = None if new.owner_day is None else new.owner_day.isoformat()
    return (
        new.cause,
        new.person,
        new.kind,
        NAMES[new.state],
        new.reason,
        due_at,
        to_micros(new.expires_at),
        due_at if new.not_before is None else to_micros(new.not_before),
        owner_day,
        None if new.state in UNCOUNTED else owner_day,
        joined(new.channels),
        str(new.channels[0]),
        new.variant,
        new.asked,
        to_text(new.details),
        updated_at,
    )


def delivery_of(row: Any) -> Delivery:
    """The delivery in a row that begins with `DELIVERY`'s columns."""
    (
        identifier, cause, person, kind, state, reason, due_at, expires_at, not_before, owner_day, channels,
        channel_index, variant, attempts, asked, updated_at, receipt, look_at, looks, failures, details, *_,
    ) = row  # fmt: skip
    return Delivery(
        identifier,
        cause,
        person,
        kind,
        STATES[state],
        reason,
        due_at,
        expires_at,
        not_before,
        owner_day,
        split(channels),
        channel_index,
        variant,
        attempts,
        asked,
        updated_at,
        receipt,
        look_at,
        looks,
        failures,
        from_text(details),
    )


def uncount(connection: Connection, identifiers: Sequence[int]) -> None:
    """Let these deliveries, which were never sent and never will be, count against no daily limit."""
    if identifiers:
        connection.execute(_UNCOUNT, {"ids": identifiers})


@lru_cache(maxsize=256)
def joined(channels: tuple[ChannelName, ...]) -> str:
    return ",".join(channels)


@lru_cache(maxsize=256)
def split(channels: str) -> tuple[ChannelName, ...]:
    return tuple(ChannelName(name) for name in channels.split(","))


def add(connection: Connection, delivery: NewDelivery) -> bool:
    """See `Outbox.add`. One that is to be sent takes a running number of its kind, as a claimed one does.

    Raises KeyError when the database never knew such a person.
    """
    hold(connection, [delivery.person])
    if connection.scalar(select(PEOPLE.c.id).where(PEOPLE.c.id == delivery.person)) is None:
        raise KeyError(delivery.person)
    if not record(connection, [delivery], to_micros(delivery.due_at)):
        return False
    if delivery.state is State.PENDING:
        _count_sent(connection, delivery.person, delivery.kind)
    return True


def _count_sent(connection: Connection, person: str, kind: str) -> None:
    counted = (
        update(NUDGES)
        .where(NUDGES.c.person == person, NUDGES.c.nudge == kind)
        .values(sent_count=NUDGES.c.sent_count + 1)
    )
    if not connection.execute(counted).rowcount:
        connection.execute(insert(NUDGES).values(person=person, nudge=kind, sent_count=1))
