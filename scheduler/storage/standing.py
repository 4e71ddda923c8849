"""Who said stop and who is paused: what the database knows of people, and what always beats the file."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import asdict
from datetime import datetime

from sqlalchemy import Connection, Select, and_, bindparam, delete, exists, func, insert, or_, select, update

from config.document import from_document
from config.person import Contacts, Person
from scheduler.delivery.cause import SNOOZED
from scheduler.delivery.correspondence import ConsentEntry, Way
from scheduler.delivery.delivery import State
from scheduler.delivery.permission import AFTER_STOP
from scheduler.delivery.standing import Ended, Standing
from scheduler.planning.slot import Silence
from scheduler.storage.dialect import insert_new
from scheduler.storage.locking import Guarded, guard_with_others, hold, several_writers
from scheduler.storage.tables import CONSENTS, DELIVERIES, OPT_OUTS, PENDING, PEOPLE

HASHES = (PEOPLE.c.phone_hash, PEOPLE.c.email_hash, PEOPLE.c.apprise_hash)

PROVIDER = str(Way.PROVIDER)
"""The source of an opt-out that a channel reported."""

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
    PEOPLE.c.ended,
).where(PEOPLE.c.id == bindparam("person"), PEOPLE.c.active)


def standing_of(opted_out: object, paused_until: datetime | None, ended: str | None) -> Standing:
    """One shared value for the many of whom there is nothing to say."""
    if not (opted_out or paused_until or ended):
        return _GOOD
    return Standing(bool(opted_out), paused_until, None if ended is None else Ended(ended))


def person(connection: Connection, identifier: str) -> tuple[Person, Standing] | None:
    row = connection.execute(_PERSON, {"person": identifier}).one_or_none()
    if row is None:
        return None
    preferences, name, phone, email, apprise, *standing = row
    found = Person(identifier, from_document(preferences), Contacts(name, phone, email, apprise))
    return found, standing_of(*standing)


def pause(connection: Connection, identifier: str, until: datetime | None, now: datetime) -> None:
    """By an operator. Raises KeyError when no active person has this id."""
    paused = update(PEOPLE).where(PEOPLE.c.id == identifier, PEOPLE.c.active).values(paused_until=until)
    if not connection.execute(paused).rowcount:
        raise KeyError(identifier)
    if until is not None:
        take_back_snoozes(connection, identifier, now)
    look_again(connection, [identifier])
    log(connection, identifier, [ConsentEntry(now, "resumed" if until is None else "paused", Way.OPERATOR)])


def take_back_snoozes(connection: Connection, identifier: str, now: datetime) -> None:
    """What was put off before a pause: the later word counts."""
    theirs = and_(PENDING, DELIVERIES.c.person == identifier, DELIVERIES.c.cause.startswith(SNOOZED))
    paused = {"state": State.SUPPRESSED, "reason": Silence.PAUSED, "counted_on": None, "updated_at": now}
    connection.execute(update(DELIVERIES).where(theirs).values(paused))


def look_again(connection: Connection, people: Sequence[str]) -> None:
    """Let what waits for the end of a pause or of quiet hours be judged anew, as these may have changed. Only what is
    not a slot waits so, and a retry waits for something else."""
    columns = DELIVERIES.c
    waits = and_(PENDING, columns.person.in_(people), columns.owner_day.is_(None), columns.attempts == 0)
    connection.execute(update(DELIVERIES).where(waits).values(not_before=columns.due_at))


def opt_out(connection: Connection, identifier: str, now: datetime, source: str, *also: bytes) -> int:
    """Record a stop that the person did not tell us themselves, the first time in the consent log too.

    Raises KeyError when the database never knew such a person.
    """
    hold_sharers(connection, identifier, also)
    known = connection.execute(select(PEOPLE.c.opted_out_at).where(PEOPLE.c.id == identifier)).one_or_none()
    if known is None:
        raise KeyError(identifier)
    if known.opted_out_at is None:
        log(connection, identifier, [ConsentEntry(now, "stopped", source)])
    return stop(connection, identifier, now, source, *also)


def hold_sharers(connection: Connection, identifier: str, also: Collection[bytes] = ()) -> None:
    """Work alone for a person and for everyone who shares a contact with them, or has one of `also`."""
    guard_with_others(connection, Guarded.CONTACTS)
    if several_writers(connection):
        contacts = {*_contacts(connection, identifier), *also}
        hold(connection, connection.scalars(_sharing(identifier, contacts)))


def stop(connection: Connection, identifier: str, now: datetime, source: str, *also: bytes) -> int:
    """Record a stop for a person, for the contacts they have and for `also`; returns how many deliveries it silenced.
    Whoever calls it holds them all."""
    contacts = {*_contacts(connection, identifier), *also}
    first = func.coalesce(PEOPLE.c.opted_out_at, bindparam("now", now, PEOPLE.c.opted_out_at.type))
    connection.execute(update(PEOPLE).where(PEOPLE.c.id == identifier).values(opted_out_at=first))
    shut(connection, contacts, now, source)
    return _silence(connection, _sharing(identifier, contacts), now)


def come_back(connection: Connection, identifier: str) -> None:
    """Lift a person's stop, and that of every contact they have."""
    connection.execute(update(PEOPLE).where(PEOPLE.c.id == identifier).values(opted_out_at=None))
    reopen(connection, _contacts(connection, identifier))


def shut(connection: Connection, contacts: Collection[bytes], now: datetime, source: str) -> None:
    """Contacts that said stop; one that had before keeps its first instant."""
    if contacts:
        rows = [{"contact": each, "at": now, "source": source} for each in sorted(contacts)]
        connection.execute(insert_new(connection.dialect.name, OPT_OUTS), rows)


def reopen(connection: Connection, contacts: Collection[bytes]) -> None:
    connection.execute(delete(OPT_OUTS).where(OPT_OUTS.c.contact.in_(contacts)))


def log(connection: Connection, person: str, entries: Sequence[ConsentEntry]) -> None:
    """Add lines to the consent log."""
    if entries:
        rows = [{"person": person, **asdict(entry)} for entry in entries]
        connection.execute(insert(CONSENTS), rows)


def _contacts(connection: Connection, identifier: str) -> set[bytes]:
    row = connection.execute(select(*HASHES).where(PEOPLE.c.id == identifier)).one_or_none()
    return {each for each in row or () if each is not None}


def _sharing(identifier: str, contacts: Collection[bytes]) -> Select[tuple[str]]:
    return select(PEOPLE.c.id).where(or_(PEOPLE.c.id == identifier, *(column.in_(contacts) for column in HASHES)))


def _silence(connection: Connection, people: Select[tuple[str]], now: datetime) -> int:
    """All but what a stop allows: said twice, it must not take its own confirmation back."""
    silenced = (
        update(DELIVERIES)
        .where(PENDING, DELIVERIES.c.person.in_(people), DELIVERIES.c.kind.not_in(sorted(AFTER_STOP)))
        .values(state=State.SUPPRESSED, reason=Silence.OPTED_OUT, counted_on=None, updated_at=now)
    )
    return connection.execute(silenced).rowcount
