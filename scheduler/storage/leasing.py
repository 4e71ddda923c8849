"""Leases: what is under way, what is handed back without a call, and what a crash has left behind."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import Connection, bindparam, delete, literal_column, null, select, update
from sqlalchemy.sql.dml import UpdateBase

from config.person import ChannelName
from scheduler.delivery.delivery import Message, State
from scheduler.delivery.resolving import next_look
from scheduler.storage.arrays import is_among
from scheduler.storage.doubting import forget_bodies
from scheduler.storage.instants import to_micros
from scheduler.storage.prepared import Prepared, Row
from scheduler.storage.recording import NAMES
from scheduler.storage.rules import INTERRUPTED
from scheduler.storage.tables import ATTEMPTS, DELIVERIES, SENDING

_UNDER_WAY = (
    select(
        DELIVERIES.c.id,
        DELIVERIES.c.attempts,
        DELIVERIES.c.person,
        DELIVERIES.c.channels,
        DELIVERIES.c.channel,
        DELIVERIES.c.looks,
        DELIVERIES.c.state,
    )
    .where(is_among(DELIVERIES.c.id, "ids"), literal_column("state IN ('sending', 'unknown')"))
    .order_by(DELIVERIES.c.id)
    .with_for_update(key_share=True)
)
"""By id; the state is only compared. Held in the order of their ids, or two who settle would wait for each other."""


class UnderWay(NamedTuple):
    """What settling needs to know of a delivery whose attempt is under way, or was when its lease ended."""

    person: str
    channels: str
    channel: str
    looks: int
    state: str

    @property
    def leased(self) -> bool:
        return self.state == State.SENDING


def _back(_dialect: str) -> UpdateBase:
    changes = update(DELIVERIES).ordered_values(
        ("state", bindparam("new")),
        ("look_at", bindparam("again")),
        ("looks", DELIVERIES.c.looks - bindparam("count")),
        ("attempts", DELIVERIES.c.attempts - literal_column("1")),
        ("lease_until", null()),
        ("updated_at", bindparam("now")),
    )
    return changes.where(DELIVERIES.c.id == bindparam("which"))


def _erase(_dialect: str) -> UpdateBase:
    return delete(ATTEMPTS).where(ATTEMPTS.c.delivery == bindparam("which"), ATTEMPTS.c.number == bindparam("nth"))


def _expire(_dialect: str) -> UpdateBase:
    changes = update(DELIVERIES).ordered_values(
        ("state", literal_column("'unknown'")),
        ("reason", bindparam("why")),
        ("look_at", bindparam("again")),
        ("lease_until", null()),
        ("updated_at", bindparam("now")),
    )
    return changes.where(DELIVERIES.c.id == bindparam("which"))


def _interrupt(_dialect: str) -> UpdateBase:
    changes = update(ATTEMPTS).ordered_values(
        ("settled_at", bindparam("now")), ("outcome", bindparam("became")), ("reason", bindparam("why"))
    )
    return changes.where(ATTEMPTS.c.delivery == bindparam("which"), ATTEMPTS.c.number == bindparam("nth"))


_HAND_BACK = Prepared(_back, ("new", "again", "count", "now", "which"))
_ERASE = Prepared(_erase, ("which", "nth"))
_PAST_LEASE = (
    select(DELIVERIES.c.id, DELIVERIES.c.attempts, DELIVERIES.c.channel, DELIVERIES.c.looks)
    .where(SENDING, DELIVERIES.c.lease_until <= bindparam("now"))
    .with_for_update(key_share=True, skip_locked=True)
)
"""One whose outcome is being recorded just now is no matter of ours any more."""
_INTERRUPT = Prepared(_interrupt, ("now", "became", "why", "which", "nth"))
_EXPIRED = Prepared(_expire, ("why", "again", "now", "which"))


def under_way(connection: Connection, attempts: Mapping[int, int]) -> dict[int, UnderWay]:
    """Of these deliveries, each with the number of its attempt, those whose last attempt it is and that nothing
    has settled: still under way, or unknown."""
    return {
        identifier: UnderWay(*rest)
        for identifier, number, *rest in connection.execute(_UNDER_WAY, {"ids": attempts}).all()
        if attempts[identifier] == number
    }


def hand_back(connection: Connection, messages: Sequence[Message], now: datetime) -> None:
    """See `Outbox.hand_back`."""
    known = under_way(connection, {message.delivery: message.attempt for message in messages})
    at = to_micros(now)
    back = [message for message in messages if message.delivery in known]
    _HAND_BACK.run(connection, [_back_row(message, at) for message in back])
    _ERASE.run(connection, [(message.delivery, message.attempt) for message in back])


def _back_row(message: Message, at: int) -> Row:
    """As it was: pending, or unknown and next to be sent again."""
    if message.doubtful:
        return (NAMES[State.UNKNOWN], at, 1, at, message.delivery)
    return (NAMES[State.PENDING], None, 0, at, message.delivery)


def expire_leases(connection: Connection, now: datetime) -> int:
    """See `Outbox.expire_leases`."""
    at = to_micros(now)
    expired = connection.execute(_PAST_LEASE, {"now": now}).all()
    looks = {row.id: next_look(ChannelName(row.channel), row.looks, now) for row in expired}
    _INTERRUPT.run(connection, [(at, "unknown", INTERRUPTED, row.id, row.attempts) for row in expired])
    _EXPIRED.run(
        connection,
        [(INTERRUPTED, None if look is None else to_micros(look), at, which) for which, look in looks.items()],
    )
    forget_bodies(connection, [which for which, look in looks.items() if look is None])
    return len(expired)
