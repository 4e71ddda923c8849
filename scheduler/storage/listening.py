"""Who turned to us, and all that a conversation needs to know of them. In SQL."""

from __future__ import annotations

from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import Connection, Select, bindparam, case, func, or_, select, union_all

from config.changes import Changes, from_text
from config.document import from_document
from config.person import ChannelName, Contacts, Person
from scheduler.delivery.cause import snooze_cause
from scheduler.delivery.correspondence import (
    LATELY,
    REMEMBERED,
    Approach,
    ConsentEntry,
    Correspondent,
    DiaryEntry,
    Noted,
)
from scheduler.delivery.delivery import Delivery
from scheduler.delivery.standing import Standing
from scheduler.storage.contacts import ContactHasher
from scheduler.storage.doubting import REACHES
from scheduler.storage.recording import DELIVERY, delivery_of
from scheduler.storage.rules import ANSWERABLE, NUDGING, STOPPING, UNFINISHED, WITHDRAWN
from scheduler.storage.standing import OPTED_OUT, standing_of
from scheduler.storage.tables import APPROACHES, ATTEMPTS, CONSENTS, DELIVERIES, DIARY, PEOPLE

_PERSON = select(
    PEOPLE.c.id,
    PEOPLE.c.active,
    PEOPLE.c.preferences,
    func.coalesce(PEOPLE.c.filed, PEOPLE.c.preferences),
    PEOPLE.c.changes,
    PEOPLE.c.welcomed,
    PEOPLE.c.name,
    PEOPLE.c.phone,
    PEOPLE.c.email,
    PEOPLE.c.apprise,
    OPTED_OUT,
    PEOPLE.c.paused_until,
    PEOPLE.c.ended,
).where(PEOPLE.c.id == bindparam("person"))

_THEIRS = select(*DELIVERY).where(DELIVERIES.c.person == bindparam("person"))

_LAST = (
    _THEIRS.where(DELIVERIES.c.state.in_(sorted(ANSWERABLE)), or_(*(DELIVERIES.c.cause.startswith(_) for _ in NUDGING)))
    .order_by(DELIVERIES.c.due_at.desc(), DELIVERIES.c.id.desc())
    .limit(1)
)

_ANSWERED = (
    select(DELIVERIES.c.kind, func.max(DELIVERIES.c.due_at))
    .where(
        DELIVERIES.c.person == bindparam("person"),
        DELIVERIES.c.due_at >= bindparam("since"),
        DELIVERIES.c.cause.startswith("reply:"),
    )
    .group_by(DELIVERIES.c.kind)
)

_ANSWERS = select(func.count()).where(
    DELIVERIES.c.person == bindparam("person"),
    DELIVERIES.c.due_at > bindparam("since"),
    DELIVERIES.c.cause.startswith("reply:"),
)

_COMES_AGAIN = select(
    case((DELIVERIES.c.state.in_(sorted(UNFINISHED | ANSWERABLE)), DELIVERIES.c.due_at), else_=DELIVERIES.c.updated_at)
).where(DELIVERIES.c.cause == bindparam("cause"))

_DIARY = (
    select(DIARY.c.what, DIARY.c.at, DIARY.c.nudge)
    .where(DIARY.c.person == bindparam("person"), DIARY.c.at >= bindparam("since"))
    .order_by(DIARY.c.at, DIARY.c.id)
)

_CONSENTS = (
    select(CONSENTS.c.at, CONSENTS.c.what, CONSENTS.c.way, CONSENTS.c.detail)
    .where(CONSENTS.c.person == bindparam("person"))
    .order_by(CONSENTS.c.at, CONSENTS.c.id)
)

_SAID_STOP = union_all(
    select(func.max(APPROACHES.c.at).label("at")).where(
        APPROACHES.c.person == bindparam("person"), APPROACHES.c.understood.in_(sorted(STOPPING))
    ),
    select(func.max(CONSENTS.c.at)).where(
        CONSENTS.c.person == bindparam("person"), CONSENTS.c.what.in_(sorted(WITHDRAWN))
    ),
).subquery()
"""The consent log has the first of several stops, and those of pages and operators."""

_STOPPED_AT = select(func.max(_SAID_STOP.c.at))

_LAST_WRITTEN_TO = (
    select(func.max(ATTEMPTS.c.started_at))
    .join_from(ATTEMPTS, DELIVERIES)
    .where(DELIVERIES.c.person == PEOPLE.c.id, ATTEMPTS.c.address_hash == bindparam("contact"))
    .scalar_subquery()
)


def _having(channel: ChannelName) -> Select[tuple[str]]:
    return (
        select(PEOPLE.c.id)
        .where(REACHES[channel][1] == bindparam("contact"))
        .order_by(PEOPLE.c.active.desc(), func.coalesce(_LAST_WRITTEN_TO, 0).desc(), PEOPLE.c.id)
        .limit(1)
    )


_HAVING = {channel: _having(channel) for channel in ChannelName}
_EXISTING = select(PEOPLE.c.id).where(PEOPLE.c.id == bindparam("person"))


class Known(NamedTuple):
    """A person as their row has them."""

    person: Person
    """As the file says."""
    gets: Person
    """The same with what they changed."""
    changes: Changes
    standing: Standing
    active: bool
    welcomed: bool


def contact_of(hasher: ContactHasher, approach: Approach) -> bytes | None:
    """The contact it came from, as opt-outs keep it."""
    return None if approach.contact is None else hasher.at(*approach.contact)


def whose(connection: Connection, approach: Approach, contact: bytes | None) -> str | None:
    """The id of the person an approach is from; see `Conversing.converse`."""
    if approach.person is not None:
        found = connection.scalars(_EXISTING, {"person": approach.person})
    elif approach.contact is not None and contact is not None:
        found = connection.scalars(_HAVING[approach.contact[0]], {"contact": contact})
    else:
        return None
    return found.one_or_none()


def known(connection: Connection, identifier: str) -> Known:
    """Somebody who has a row. Raises ValueError where it cannot be read."""
    row = connection.execute(_PERSON, {"person": identifier}).one()
    _, active, gets, filed, changes, welcomed, name, phone, email, apprise, *standing = row
    contacts = Contacts(name, phone, email, apprise)
    return Known(
        Person(identifier, from_document(filed), contacts),
        Person(identifier, from_document(gets), contacts),
        from_text(changes),
        standing_of(*standing),
        active,
        welcomed,
    )


def correspondent_of(connection: Connection, known: Known, now: datetime, delivery: int | None) -> Correspondent:
    person = known.person.id
    since = now - REMEMBERED
    noted = diary(connection, person, since)
    answered = connection.execute(_ANSWERED, {"person": person, "since": since})
    last = _meant(connection, person, delivery)
    return Correspondent(
        person=known.person,
        changes=known.changes,
        preferences=known.gets.preferences,
        standing=known.standing,
        last=last,
        dones=tuple(each.at for each in noted if each.what is Noted.DONE),
        cramps=tuple(each.at for each in noted if each.what is Noted.CRAMP),
        answered={kind: at for kind, at in answered},  # noqa: C416 - a Row is a tuple only at run time
        stopped_at=connection.scalars(_STOPPED_AT, {"person": person}).one() if known.standing.opted_out else None,
        answers_lately=connection.scalars(_ANSWERS, {"person": person, "since": now - LATELY}).one(),
        snoozed_until=None if last is None else _comes_again(connection, last),
    )


def _meant(connection: Connection, person: str, delivery: int | None) -> Delivery | None:
    """The delivery that was named, if it is theirs and still on record; else the last one that went out."""
    row: Any = None
    if delivery is not None:
        row = connection.execute(_THEIRS.where(DELIVERIES.c.id == delivery), {"person": person}).one_or_none()
    if row is None:
        row = connection.execute(_LAST, {"person": person}).one_or_none()
    return None if row is None else delivery_of(row)


def _comes_again(connection: Connection, delivery: Delivery) -> datetime | None:
    """When a nudge that was put off is due once more, or when that was taken back."""
    return connection.scalars(_COMES_AGAIN, {"cause": snooze_cause(delivery.id)}).one_or_none()


def diary(connection: Connection, person: str, since: datetime, until: datetime | None = None) -> list[DiaryEntry]:
    """See `Conversing.diary`; without `until`, to the end."""
    wanted = _DIARY if until is None else _DIARY.where(DIARY.c.at < until)
    rows = connection.execute(wanted, {"person": person, "since": since})
    return [DiaryEntry(Noted(what), at, nudge) for what, at, nudge in rows]


def consents(connection: Connection, person: str) -> list[ConsentEntry]:
    """See `Conversing.consents`."""
    return [ConsentEntry(*row) for row in connection.execute(_CONSENTS, {"person": person})]
