"""Addresses that refuse for good: counted, so that at last they are left alone; forgotten when one accepts. In SQL."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import Connection, bindparam, delete, literal_column, select
from sqlalchemy.sql.dml import UpdateBase

from scheduler.storage.arrays import is_among
from scheduler.storage.batches import batches
from scheduler.storage.dialect import upsert
from scheduler.storage.instants import to_micros
from scheduler.storage.prepared import Prepared
from scheduler.storage.tables import ATTEMPTS, REFUSALS

_ADDRESSES = select(ATTEMPTS.c.delivery, ATTEMPTS.c.number, ATTEMPTS.c.address_hash).where(
    is_among(ATTEMPTS.c.delivery, "deliveries"), ATTEMPTS.c.address_hash.is_not(None)
)

_ANY = select(REFUSALS.c.contact).limit(1)


def _count(dialect: str) -> UpdateBase:
    once_more = upsert(dialect, REFUSALS, ("contact", "times", "at"), {"times": REFUSALS.c.times + literal_column("1")})
    return once_more.values(contact=bindparam("contact"), times=literal_column("1"), at=bindparam("at"))


_COUNT = Prepared(_count, ("contact", "at"))


def count(connection: Connection, bounced: Mapping[int, int], accepted: Mapping[int, int], now: datetime) -> None:
    """Count what bounced, and forget the refusals where something was accepted: deliveries with their attempts."""
    _COUNT.run(connection, [(each, to_micros(now)) for each in _addresses(connection, bounced)])
    if accepted and connection.scalar(_ANY) is not None:
        for some in batches(_addresses(connection, accepted)):
            connection.execute(delete(REFUSALS).where(REFUSALS.c.contact.in_(some)))


def _addresses(connection: Connection, attempts: Mapping[int, int]) -> list[bytes]:
    if not attempts:
        return []
    return [
        address
        for delivery, number, address in connection.execute(_ADDRESSES, {"deliveries": attempts})
        if attempts[delivery] == number
    ]
