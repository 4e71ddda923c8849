"""Rows of rosters and fingerprints of plans, as `Rosters` asks for them."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from sqlalchemy import Connection, bindparam, literal, select
from sqlalchemy.sql.dml import UpdateBase

from config.person import Contacts
from scheduler.delivery.rosters import ROSTER, Entry, Listed
from scheduler.storage.arrays import is_among
from scheduler.storage.dialect import upsert
from scheduler.storage.prepared import Prepared, Row
from scheduler.storage.tables import ENTRIES, PEOPLE, PLANS

_ENTRY = ("person", "plan", "text")


def _upsert_entries(dialect: str) -> UpdateBase:
    return upsert(dialect, ENTRIES, _ENTRY).values({name: bindparam(name) for name in _ENTRY})


_WRITE_ENTRIES = Prepared(_upsert_entries, _ENTRY, distinct=True)

_ORIGINS = select(PEOPLE.c.id, PEOPLE.c.origin).where(is_among(PEOPLE.c.id, "people"), PEOPLE.c.active)
_ENTRIES = select(ENTRIES.c.person, ENTRIES.c.plan, ENTRIES.c.text).where(is_among(ENTRIES.c.person, "people"))
_THEIRS = (
    select(PEOPLE.c.id, PEOPLE.c.name, PEOPLE.c.phone, PEOPLE.c.email, PEOPLE.c.apprise, ENTRIES.c.plan, ENTRIES.c.text)
    .join_from(ENTRIES, PEOPLE)
    .where(PEOPLE.c.active, PEOPLE.c.origin == literal(ROSTER))
)
_ONE = _THEIRS.where(ENTRIES.c.person == bindparam("person"))
_LISTED = _THEIRS.where(ENTRIES.c.person > bindparam("after")).order_by(ENTRIES.c.person).limit(bindparam("limit"))
_ON_PLAN = _LISTED.where(ENTRIES.c.plan == bindparam("plan"))


def origins(connection: Connection, people: Collection[str]) -> dict[str, str]:
    """See `Rosters.origins`."""
    return {person: origin for person, origin in connection.execute(_ORIGINS, {"people": people})}  # noqa: C416 - rows


def entries_of(connection: Connection, people: Collection[str]) -> dict[str, Entry]:
    """What rosters said of these people."""
    found = connection.execute(_ENTRIES, {"people": list(people)})
    return {person: Entry(plan, text) for person, plan, text in found}


def write_entries(connection: Connection, rows: Mapping[str, Entry]) -> None:
    written: list[Row] = [(person, entry.plan, entry.text) for person, entry in rows.items()]
    _WRITE_ENTRIES.run(connection, written)


def listed(connection: Connection, after: str, limit: int, plan: str | None) -> list[Listed]:
    """See `Rosters.listed`."""
    query, values = (_LISTED, {}) if plan is None else (_ON_PLAN, {"plan": plan})
    return [_read(*row) for row in connection.execute(query, {"after": after, "limit": limit, **values})]


def listing(connection: Connection, person: str) -> Listed | None:
    """See `Rosters.listing`."""
    found = connection.execute(_ONE, {"person": person}).one_or_none()
    return None if found is None else _read(*found)


def _read(person: str, *others: str) -> Listed:
    *contacts, plan, text = others
    return Listed(person, Contacts(*contacts), Entry(plan, text))


def plans(connection: Connection) -> dict[str, str]:
    """See `Rosters.plans`."""
    return {row.name: row.fingerprint for row in connection.execute(select(PLANS.c.name, PLANS.c.fingerprint))}


def note_plans(connection: Connection, fingerprints: Mapping[str, str]) -> None:
    """See `Rosters.note_plans`."""
    rows = [{"name": name, "fingerprint": fingerprint} for name, fingerprint in fingerprints.items()]
    if rows:
        connection.execute(upsert(connection.dialect.name, PLANS, ("name", "fingerprint")), rows)
