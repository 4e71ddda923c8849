"""Who may work for a person now, where several programs share one database.

One rule makes concurrent workers safe: **whoever works for a person holds that person's row.** Claiming and beginning
pass over people whom somebody else holds; stopping, pausing, enrolling and answering wait for them. So no two workers
count a day's messages at once, and a STOP either waits for the messages that just begin or is seen by the next ones.

SQLite has one writer at a time, so there everything here does nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from datetime import datetime
from enum import IntEnum
from typing import Any

from sqlalchemy import Connection, Engine, Select, func, select

from scheduler.storage.arrays import is_among
from scheduler.storage.dialect import in_turn
from scheduler.storage.tables import DELIVERIES, PEOPLE

_SPACE = 0x1E90
"""The first half of each advisory lock's key; the second says what it guards. Others may use the same server."""

_PEOPLE = (
    select(PEOPLE.c.id)
    .where(is_among(PEOPLE.c.id, "people"))
    .order_by(PEOPLE.c.id)  # one order for everybody, or two would wait for each other
    .with_for_update(key_share=True)
)


_DELIVERIES: dict[str, Any] = {"of": (DELIVERIES, PEOPLE), "key_share": True, "skip_locked": True}


class Guarded(IntEnum):
    """What one transaction at a time may do, in the whole cluster."""

    SCHEMA = 1
    """Bring the tables up to date."""
    CONTACTS = 2
    """Give people contacts (alone) or look for everyone who has one (with others)."""
    RECEIPTS = 3
    """Take a message of the provider's for that of a delivery, or keep a report for one to come (alone), or give a
    delivery its receipt (with others)."""
    WORKERS = 4
    """Say who is there."""
    ROSTER = 5
    """Change who is enrolled, in as many transactions as it takes."""


def several_writers(connection: Connection) -> bool:
    """Whether others may write to this database in the middle of our transaction."""
    return connection.dialect.name == "postgresql"


def hold(connection: Connection, people: Iterable[str]) -> None:
    """Work for these people alone until the transaction ends. What is read after it stays true until then."""
    if several_writers(connection):
        connection.execute(_PEOPLE, {"people": set(people)})


def held_rows(connection: Connection, statement: Select[Any], now: datetime, limit: int) -> list[Any]:
    """The rows of a statement over deliveries and their people, without those whom somebody else works for now.

    Held first and then read: a statement that does both at once still sees the opt-outs of before it held anybody.
    """
    values: dict[str, Any] = {"now": now, "limit": limit}
    if several_writers(connection):
        keys = statement.with_only_columns(DELIVERIES.c.id).with_for_update(**_DELIVERIES)
        with in_turn(connection):
            values["held"] = connection.scalars(keys, values).all()
        if not values["held"]:
            return []
        statement = statement.where(is_among(DELIVERIES.c.id, "held"))
    return list(connection.execute(statement, values).all())


def guard(connection: Connection, what: Guarded) -> None:
    """Do this alone until the transaction ends."""
    if several_writers(connection):
        connection.execute(select(func.pg_advisory_xact_lock(_SPACE, int(what))))


@contextmanager
def alone(engine: Engine, what: Guarded, pause: Callable[[], None]) -> Iterator[None]:
    """Do this alone, in as many transactions as it takes. Asked for again after each `pause`: to wait for a lock would
    hold up the server's upkeep, and end with an error."""
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        keys = (_SPACE, int(what))
        while not connection.scalar(select(func.pg_try_advisory_lock(*keys))):
            pause()
        try:
            yield
        finally:
            connection.execute(select(func.pg_advisory_unlock(*keys)))


def guard_with_others(connection: Connection, what: Guarded) -> None:
    """Until the transaction ends nobody does this alone; others may hold it in this way too."""
    if several_writers(connection):
        connection.execute(select(func.pg_advisory_xact_lock_shared(_SPACE, int(what))))
