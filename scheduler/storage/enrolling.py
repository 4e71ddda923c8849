"""The roster: people and nudge rows made to agree with a file, a batch of people per transaction."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, bindparam, func, select, update
from sqlalchemy.sql.dml import UpdateBase

from config.document import to_document
from config.person import Consent, Person
from scheduler.delivery.cause import consent_cause
from scheduler.delivery.delivery import NewDelivery, State
from scheduler.delivery.enrolment import UNPLANNED, Enrolment, Planned, RosterChange
from scheduler.storage.batches import batches
from scheduler.storage.contacts import ContactHasher
from scheduler.storage.database import Database
from scheduler.storage.dialect import upsert
from scheduler.storage.entries import entries_of, write_entries
from scheduler.storage.handles import new_handle
from scheduler.storage.instants import to_micros
from scheduler.storage.locking import Guarded, guard, hold
from scheduler.storage.merged import Merged, agrees_first, merge
from scheduler.storage.prepared import Prepared, Row
from scheduler.storage.recording import record
from scheduler.storage.rules import REMOVED, NudgeRow, changed_rows
from scheduler.storage.standing import look_again
from scheduler.storage.tables import CONSENTS, DELIVERIES, NUDGES, PENDING, PEOPLE

_BATCH = 1_000
"""People per transaction: short enough that a service sending from the same database hardly waits."""

_COMPARED = ("origin", "active", "name", "phone", "email", "apprise")
_PERSON = (
    "id",
    "origin",
    "active",
    "preferences",
    "filed",
    "changes",
    "name",
    "phone",
    "email",
    "apprise",
    "phone_hash",
    "email_hash",
    "apprise_hash",
    "handle",
    "welcomed",
    "requested",
)
_NUDGE = ("person", "nudge", "fingerprint", "decided_at", "claimed_at", "next_due_at", "sent_count", "failures")
_ENTRY = ("person", "at", "what", "way", "detail")


def _upsert_people(dialect: str) -> UpdateBase:
    return upsert(dialect, PEOPLE, _PERSON).values({name: bindparam(name) for name in _PERSON})


def _upsert_nudges(dialect: str) -> UpdateBase:
    return upsert(dialect, NUDGES, _NUDGE).values({name: bindparam(name) for name in _NUDGE})


def _insert_consents(_dialect: str) -> UpdateBase:
    return CONSENTS.insert().values({name: bindparam(name) for name in _ENTRY})


_WRITE_PEOPLE = Prepared(_upsert_people, _PERSON)
_WRITE_NUDGES = Prepared(_upsert_nudges, _NUDGE)
_WRITE_CONSENTS = Prepared(_insert_consents, _ENTRY)


@dataclass(frozen=True, slots=True)
class _Stored:
    """What is known of one person before the enrolment."""

    compared: Row
    filed: str
    merged: str
    changes: str | None
    ended: bool
    handle: str
    welcomed: bool
    requested: bool
    nudges: dict[str, NudgeRow]

    @property
    def active(self) -> bool:
        return bool(self.compared[1])


def enrol(
    database: Database,
    hasher: ContactHasher,
    enrolments: Iterable[Enrolment],
    now: datetime,
    origin: str,
    *,
    whole: bool,
) -> RosterChange:
    """See `Outbox.enrol`."""
    seen: set[str] = set()
    added = changed = removed = 0
    overruled: list[str] = []
    elsewhere: list[str] = []
    for some in batches(enrolments, _BATCH):
        with database.write() as connection:
            batch = _Batch(connection, hasher, now, origin)
            batch.enrol({each.person.id: each for each in some})
        added += batch.added
        changed += len(batch.changed)
        overruled += batch.overruled
        elsewhere += batch.elsewhere
        if whole:  # otherwise a million ids would be kept for nothing
            seen.update(each.person.id for each in some)
    if whole:
        with database.write() as connection:
            removed = _remove_others(connection, seen, now, origin)
    return RosterChange(added, changed, removed, tuple(overruled), tuple(elsewhere))


class _Batch:
    """The enrolment of some people in one transaction: what is to be written is gathered, then written at once."""

    def __init__(self, connection: Connection, hasher: ContactHasher, now: datetime, origin: str) -> None:
        self._connection = connection
        self._hasher = hasher
        self._now = now
        self._origin = origin
        self._people: list[Row] = []
        self._nudges: list[Row] = []
        self._messages: list[NewDelivery] = []
        self._consents: list[Row] = []
        self.added = 0
        self.changed: list[str] = []
        self.overruled: list[str] = []
        self.elsewhere: list[str] = []

    def enrol(self, enrolments: dict[str, Enrolment]) -> None:
        guard(self._connection, Guarded.CONTACTS)
        hold(self._connection, enrolments)
        stored = _stored(self._connection, list(enrolments))
        for identifier, enrolment in enrolments.items():
            self._enrol(enrolment, stored.get(identifier))
        _WRITE_PEOPLE.run(self._connection, self._people)
        _WRITE_NUDGES.run(self._connection, self._nudges)
        _WRITE_CONSENTS.run(self._connection, self._consents)
        self._write_entries(enrolments)
        record(self._connection, self._messages, to_micros(self._now))
        look_again(self._connection, self.changed)

    def _write_entries(self, enrolments: dict[str, Enrolment]) -> None:
        given = {person: each.entry for person, each in enrolments.items() if each.entry is not None}
        if given:
            known = entries_of(self._connection, list(given))
            left_out = set(self.elsewhere)
            new = {each: entry for each, entry in given.items() if known.get(each) != entry and each not in left_out}
            write_entries(self._connection, new)

    def _enrol(self, enrolment: Enrolment, known: _Stored | None) -> None:
        person = enrolment.person
        if known is not None and known.active and known.compared[0] != self._origin:
            self.elsewhere.append(person.id)
            return
        filed = to_document(person.preferences)
        merged = merge(person.preferences, filed, known.changes, known.merged) if known else None
        gets = person if merged is None else replace(person, preferences=merged.preferences)
        compared = self._compared(person)
        different = known is None or (known.compared, known.filed) != (compared, filed)
        planned = UNPLANNED if known is not None and known.ended else enrolment.plan(gets)
        rows = changed_rows(planned, known.nudges if known else {}, self._now, edited=different)
        self._nudges += (_nudge_row(person.id, nudge, row) for nudge, row in rows.items())
        message = self._first_message(enrolment, gets, known)
        if message is not None:
            self._messages.append(message)
        if different or message is not None:
            self._people.append(self._person_row(person, (filed, merged), compared, known, message))
        if agrees_first(person.preferences, known.filed if known else None):
            self._consented(person.id, "given", enrolment.given)
        if merged is not None and merged.overruled:
            self.overruled.append(person.id)
        if known is None or not known.active:
            self.added += 1
        elif different or rows:
            self.changed.append(person.id)

    def _first_message(self, enrolment: Enrolment, gets: Person, known: _Stored | None) -> NewDelivery | None:
        """The welcome, or the request for consent that comes before it, unless they have had it."""
        if gets.preferences.consent is Consent.GIVEN:
            return None if known is not None and known.welcomed else enrolment.welcome
        if enrolment.request is None or (known is not None and known.requested):
            return None
        self._consented(gets.id, "asked")
        return enrolment.request

    def _consented(self, person: str, what: str, detail: str = "") -> None:
        self._consents.append((person, to_micros(self._now), what, self._origin, detail))

    def _compared(self, person: Person) -> Row:
        contacts = person.contacts
        return (self._origin, True, contacts.name, contacts.phone, contacts.email, contacts.apprise)

    def _person_row(
        self,
        person: Person,
        documents: tuple[str, Merged | None],
        compared: Row,
        known: _Stored | None,
        message: NewDelivery | None,
    ) -> Row:
        filed, merged = documents
        hashes = self._hasher.of(person.contacts)
        asked = message is not None and message.cause == consent_cause(person.id)
        origin, active, *contacts = compared
        return (
            person.id,
            origin,
            active,
            filed if merged is None else merged.document,
            None if merged is None or merged.document == filed else filed,
            None if merged is None else merged.changes,
            *contacts,
            hashes.phone,
            hashes.email,
            hashes.apprise,
            known.handle if known else new_handle(),
            (known is not None and known.welcomed) or (message is not None and not asked),
            (known is not None and known.requested) or asked,
        )


def _stored(connection: Connection, identifiers: Sequence[str]) -> dict[str, _Stored]:
    columns = [PEOPLE.c[name] for name in ("changes", "ended", "handle", "welcomed", "requested", *_COMPARED)]
    documents = (func.coalesce(PEOPLE.c.filed, PEOPLE.c.preferences), PEOPLE.c.preferences)
    people = connection.execute(select(PEOPLE.c.id, *documents, *columns).where(PEOPLE.c.id.in_(identifiers)))
    stored = {
        identifier: _Stored(tuple(compared), filed, merged, changes, ended is not None, handle, welcomed, requested, {})
        for identifier, filed, merged, changes, ended, handle, welcomed, requested, *compared in people
    }
    columns = [NUDGES.c[name] for name in _NUDGE]
    for identifier, nudge, *values in connection.execute(select(*columns).where(NUDGES.c.person.in_(identifiers))):
        stored[identifier].nudges[nudge] = NudgeRow(*values)
    return stored


def plan_anew(connection: Connection, person: str, planned: Planned, now: datetime) -> None:
    """Derive the nudge rows of one person from what planning says now, as an edit of the file would."""
    columns = [NUDGES.c[name] for name in _NUDGE[1:]]
    found = connection.execute(select(*columns).where(NUDGES.c.person == person))
    rows = {nudge: NudgeRow(*values) for nudge, *values in found}
    changed = changed_rows(planned, rows, now, edited=True)
    _WRITE_NUDGES.run(connection, [_nudge_row(person, nudge, row) for nudge, row in changed.items()])


def _nudge_row(person: str, nudge: str, row: NudgeRow) -> Row:
    return (
        person,
        nudge,
        row.fingerprint,
        _micros(row.decided_at),
        _micros(row.claimed_at),
        _micros(row.next_due_at),
        row.sent_count,
        row.failures,
    )


def _micros(instant: datetime | None) -> int | None:
    return None if instant is None else to_micros(instant)


def _remove_others(connection: Connection, seen: set[str], now: datetime, origin: str) -> int:
    active = select(PEOPLE.c.id).where(PEOPLE.c.origin == origin, PEOPLE.c.active)
    guard(connection, Guarded.CONTACTS)
    gone = [identifier for identifier in connection.scalars(active) if identifier not in seen]
    asleep: dict[str, Any] = {"fingerprint": None, "decided_at": None, "next_due_at": None, "failures": 0}
    cancelled = {"state": State.CANCELLED, "reason": REMOVED, "counted_on": None, "updated_at": now}
    for some in batches(gone):
        hold(connection, some)
        connection.execute(update(PEOPLE).where(PEOPLE.c.id.in_(some)).values(active=False))
        connection.execute(update(NUDGES).where(NUDGES.c.person.in_(some)).values(asleep))
        connection.execute(update(DELIVERIES).where(PENDING, DELIVERIES.c.person.in_(some)).values(cancelled))
    return len(gone)
