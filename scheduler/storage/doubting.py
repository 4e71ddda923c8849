"""Unknown deliveries: what is to be looked up, what begins again, and what was found. In SQL."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Select, bindparam, func, literal_column, null, select, union_all, update
from sqlalchemy.sql.dml import UpdateBase

from config.person import ChannelName
from scheduler.delivery.delivery import State
from scheduler.delivery.doubt import Doubt, Resolution
from scheduler.storage.arrays import is_among
from scheduler.storage.instants import to_micros
from scheduler.storage.locking import Guarded, guard
from scheduler.storage.prepared import Prepared, Row
from scheduler.storage.recording import DELIVERY, NAMES, delivery_of
from scheduler.storage.rules import FOUND, check_move
from scheduler.storage.tables import ATTEMPTS, DELIVERIES, IN_DOUBT, PEOPLE, SENDING

REACHES = {
    ChannelName.CONSOLE: (PEOPLE.c.id, null()),
    ChannelName.SMS: (PEOPLE.c.phone, PEOPLE.c.phone_hash),
    ChannelName.EMAIL: (PEOPLE.c.email, PEOPLE.c.email_hash),
    ChannelName.APPRISE: (PEOPLE.c.apprise, PEOPLE.c.apprise_hash),
}
"""The contact that each channel goes to, plain and as opt-outs keep it."""

LAST_ATTEMPT = (ATTEMPTS.c.delivery == DELIVERIES.c.id) & (ATTEMPTS.c.number == DELIVERIES.c.attempts)


def _in_doubt(channel: ChannelName) -> Select[Any]:
    return (
        select(*DELIVERY, ATTEMPTS.c.started_at, *REACHES[channel], ATTEMPTS.c.body, ATTEMPTS.c.address_hash)
        .join_from(DELIVERIES, PEOPLE)
        .join(ATTEMPTS, LAST_ATTEMPT)
        .where(IN_DOUBT, DELIVERIES.c.channel == str(channel), DELIVERIES.c.look_at <= bindparam("now"))
        .order_by(DELIVERIES.c.look_at, DELIVERIES.c.id)
        .limit(bindparam("limit"))
    )


_IN_DOUBT = {channel: _in_doubt(channel) for channel in ChannelName}

_RIVALS = union_all(
    *(
        select(ATTEMPTS.c.body, ATTEMPTS.c.address_hash).join_from(DELIVERIES, ATTEMPTS, LAST_ATTEMPT).where(part)
        for part in (SENDING, IN_DOUBT)
    )
)
"""In two parts, because each has an index of its own."""

_RECEIPTS = select(DELIVERIES.c.receipt).where(is_among(DELIVERIES.c.receipt, "receipts"))

_STILL_UNKNOWN = (
    select(DELIVERIES.c.id, DELIVERIES.c.attempts)
    .where(literal_column("state = 'unknown'"), is_among(DELIVERIES.c.id, "ids"))
    .order_by(DELIVERIES.c.id)
    .with_for_update(key_share=True)
)

_FORGET_BODIES = update(ATTEMPTS).where(is_among(ATTEMPTS.c.delivery, "ids")).values(body=None)


def _resolve(_dialect: str) -> UpdateBase:
    changes = update(DELIVERIES).ordered_values(
        ("state", bindparam("new")),
        ("reason", bindparam("why")),
        ("receipt", func.coalesce(bindparam("given"), DELIVERIES.c.receipt)),
        ("look_at", bindparam("again")),
        ("looks", bindparam("count")),
        ("updated_at", bindparam("now")),
    )
    return changes.where(DELIVERIES.c.id == bindparam("which"))


def _find(_dialect: str) -> UpdateBase:
    found = update(ATTEMPTS).ordered_values(
        ("outcome", bindparam("became")),
        ("reason", bindparam("why")),
        ("receipt", bindparam("given")),
    )
    return found.where(ATTEMPTS.c.delivery == bindparam("which"), ATTEMPTS.c.number == bindparam("nth"))


_RESOLVE = Prepared(_resolve, ("new", "why", "given", "again", "count", "now", "which"))
_FIND = Prepared(_find, ("became", "why", "given", "which", "nth"))


def in_doubt(connection: Connection, now: datetime, channel: ChannelName, limit: int) -> list[Doubt]:
    """See `Outbox.in_doubt`."""
    rows = connection.execute(_IN_DOUBT[channel], {"now": now, "limit": limit}).all()
    alike = Counter((body, went_to) for body, went_to in connection.execute(_RIVALS)) if rows else Counter()
    return [_doubt(row, alike[row[-2], row[-1]] - 1) for row in rows]


def _doubt(row: Any, rivals: int) -> Doubt:
    begun_at, contact, reached, body, went_to = row[len(DELIVERY) :]
    return Doubt(delivery_of(row), begun_at, contact if reached == went_to else None, body or "", rivals)


def known_receipts(connection: Connection, receipts: Collection[str]) -> set[str]:
    """See `Outbox.known_receipts`."""
    return set(connection.scalars(_RECEIPTS, {"receipts": receipts})) if receipts else set()


def resolve(connection: Connection, resolutions: Sequence[Resolution], now: datetime) -> None:
    """See `Outbox.resolve`."""
    for each in resolutions:
        if each.state is not State.UNKNOWN:
            check_move(each.delivery, State.UNKNOWN, each.state)
    guard(connection, Guarded.RECEIPTS)
    taken = known_receipts(connection, [each.receipt for each in resolutions if each.receipt is not None])
    attempts = {each.delivery: each.attempt for each in resolutions}
    found = connection.execute(_STILL_UNKNOWN, {"ids": attempts})
    open_ones = {identifier for identifier, number in found if attempts[identifier] == number}
    resolved = [each for each in resolutions if each.delivery in open_ones and each.receipt not in taken]
    _RESOLVE.run(connection, [_row(each, to_micros(now)) for each in resolved])
    settled = [each for each in resolved if each.state is not State.UNKNOWN]
    _FIND.run(connection, [(FOUND, each.reason, each.receipt, each.delivery, each.attempt) for each in settled])
    forget_bodies(connection, [each.delivery for each in resolved if each.look_at is None])


def _row(resolution: Resolution, now: int) -> Row:
    return (
        NAMES[resolution.state],
        resolution.reason,
        resolution.receipt,
        None if resolution.look_at is None else to_micros(resolution.look_at),
        resolution.looks,
        now,
        resolution.delivery,
    )


def forget_bodies(connection: Connection, identifiers: Collection[int]) -> None:
    """What is settled or closed is never compared again."""
    if identifiers:
        connection.execute(_FORGET_BODIES, {"ids": identifiers})
