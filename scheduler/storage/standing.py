"""Who said stop and who is paused: what the database knows of people, and what always beats the file."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Connection, Select, and_, bindparam, exists, func, or_, select, update

from config.document import from_document
from config.person import Contacts, Person
from scheduler.delivery.delivery import State
from scheduler.delivery.ports import Standing
from scheduler.planning.slot import Silence
from scheduler.storage.dialect import insert_new
from scheduler.storage.locking import Guarded, guard_with_others, hold
from scheduler.storage.tables import DELIVERIES, OPT_OUTS, PENDING, PEOPLE

HASHES = (PEOPLE.c.phone_hash, PEOPLE.c.email_hash, PEOPLE.c.apprise_hash)

OPTED_OUT = or_(
    PEOPLE.c.opted_out_at.is_not(None),
    # One look-up each by primary key: an IN over the three costs SQLite a temporary table per row.
    *(exists(select(1).where(OPT_OUTS.c.contact == column)) for column in HASHES),
).label("opted_out")
"""The person, or any of their present contacts, said stop. Read each time, never copied: contacts change hands."""

_GOOD = Standing()

_PERSON = select(
    PEOPLE.c.preferences,
    PEOPLE.c.name,
    PEOPLE.c.phone,
    PEOPLE.c.email,
    PEOPLE.c.apprise,
    OPTED_OUT,
    PEOPLE.c.paused_until,
).where(PEOPLE.c.id == bindparam("person"), PEOPLE.c.active)


def standing_of(opted_out: object, paused_until: datetime | None) -> Standing:
    """One shared value for the many of whom there is nothing to say."""
    return Standing(bool(opted_out), paused_until) if opted_out or paused_until else _GOOD


def person(connection: Connection, identifier: str) -> tuple[Person, Standing] | None:
    row = connection.execute(_PERSON, {"person": identifier}).one_or_none()
    if row is None:
        return None
    preferences, name, phone, email, apprise, opted_out, paused_until = row
    found = Person(identifier, from_document(preferences), Contacts(name, phone, email, apprise))
    return found, standing_of(opted_out, paused_until)


def pause(connection: Connection, identifier: str, until: datetime | None) -> None:
    """Raises KeyError when no active person has this id."""
    paused = update(PEOPLE).where(PEOPLE.c.id == identifier, PEOPLE.c.active).values(paused_until=until)
    if not connection.execute(paused).rowcount:
        raise KeyError(identifier)
    look_again(connection, [identifier])


def look_again(connection: Connection, people: Sequence[str]) -> None:
    """Let what waits for the end of a pause or of quiet hours be judged anew, as these may have changed. Only what is
    not a slot waits so, and a retry waits for something else."""
    columns = DELIVERIES.c
    waits = and_(PENDING, columns.person.in_(people), columns.owner_day.is_(None), columns.attempts == 0)
    connection.execute(update(DELIVERIES).where(waits).values(not_before=columns.due_at))


def opt_out(connection: Connection, identifier: str, now: datetime, source: str, *also: bytes) -> int:
    """Record a stop for a person, for the contacts they have and for `also`; returns how many deliveries it silenced.

    Raises KeyError when the database never knew such a person.
    """
    guard_with_others(connection, Guarded.CONTACTS)
    row = connection.execute(select(*HASHES).where(PEOPLE.c.id == identifier)).one_or_none()
    if row is None:
        raise KeyError(identifier)
    contacts = {each for each in (*row, *also) if each is not None}
    concerned = select(PEOPLE.c.id).where(or_(PEOPLE.c.id == identifier, *(column.in_(contacts) for column in HASHES)))
    hold(connection, connection.scalars(concerned))
    first = func.coalesce(PEOPLE.c.opted_out_at, bindparam("now", now, PEOPLE.c.opted_out_at.type))
    connection.execute(update(PEOPLE).where(PEOPLE.c.id == identifier).values(opted_out_at=first))
    if contacts:
        rows = [{"contact": each, "at": now, "source": source} for each in sorted(contacts)]
        connection.execute(insert_new(connection.dialect.name, OPT_OUTS), rows)
    return _silence(connection, concerned, now)


def _silence(connection: Connection, people: Select[tuple[str]], now: datetime) -> int:
    silenced = (
        update(DELIVERIES)
        .where(PENDING, DELIVERIES.c.person.in_(people))
        .values(state=State.SUPPRESSED, reason=Silence.OPTED_OUT, counted_on=None, updated_at=now)
    )
    return connection.execute(silenced).rowcount
