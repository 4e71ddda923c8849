"""The roster: people and nudge rows made to agree with a file, a batch of people per transaction."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime
from time import monotonic
from typing import Any

from sqlalchemy import Connection, select, update

from config.person import Consent, Person, Preferences
from scheduler.delivery.cause import consent_cause
from scheduler.delivery.delivery import NewDelivery, State
from scheduler.delivery.enrolment import UNPLANNED, Enrolment, RosterChange
from scheduler.delivery.rosters import ROSTER
from scheduler.storage.batches import batches
from scheduler.storage.contacts import ContactHasher
from scheduler.storage.database import Database
from scheduler.storage.enrolled import NOBODY, WRITE_CONSENTS, WRITE_NUDGES, WRITE_PEOPLE, Stored, nudge_row, stored
from scheduler.storage.entries import entries_of, origins, write_entries
from scheduler.storage.handles import new_handles
from scheduler.storage.instants import to_micros
from scheduler.storage.locking import Guarded, guard, hold
from scheduler.storage.merged import Merged, agrees_first, merge, unchanged
from scheduler.storage.prepared import Row
from scheduler.storage.recording import record
from scheduler.storage.rules import REMOVED, changed_rows
from scheduler.storage.standing import look_again
from scheduler.storage.stride import Stride
from scheduler.storage.tables import DELIVERIES, NUDGES, PENDING, PEOPLE


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
    stride = Stride()
    for some in stride.over(enrolments):
        with database.write() as connection:
            began = monotonic()
            batch = _Batch(connection, hasher, now, origin)
            batch.enrol({each.person.id: each for each in some})
        stride.took(monotonic() - began)
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
        self._at = to_micros(now)
        self._unchanged: dict[int, Merged] = {}
        """What those get who changed nothing, by the identity of their preferences: people share these, and to hash the
        deep values takes longer than to write a row. Each entry keeps its key alive, so no identity is used twice."""
        self._origin = origin
        self._handles = new_handles()
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
        on_record = stored(self._connection, list(enrolments))
        for identifier, enrolment in enrolments.items():
            self._enrol(enrolment, on_record.get(identifier, NOBODY))
        WRITE_PEOPLE.run(self._connection, self._people)
        WRITE_NUDGES.run(self._connection, self._nudges)
        WRITE_CONSENTS.run(self._connection, self._consents)
        self._write_entries(enrolments, on_record)
        record(self._connection, self._messages, self._at)
        if self.changed:
            look_again(self._connection, self.changed)

    def _write_entries(self, enrolments: dict[str, Enrolment], on_record: Collection[str]) -> None:
        given = {person: each.entry for person, each in enrolments.items() if each.entry is not None}
        if given:
            known = entries_of(self._connection, [person for person in given if person in on_record])
            left_out = set(self.elsewhere)
            new = {each: entry for each, entry in given.items() if known.get(each) != entry and each not in left_out}
            write_entries(self._connection, new)

    def _enrol(self, enrolment: Enrolment, known: Stored) -> None:
        person = enrolment.person
        if known.active_in not in {None, self._origin}:
            self.elsewhere.append(person.id)
            return
        merged = self._merged(person.preferences, known)
        gets = person if known.changes is None else Person(person.id, merged.preferences, person.contacts)
        edited = (known.compared, known.filed) != (self._compared(person), merged.filed)
        rows = changed_rows(UNPLANNED if known.ended else enrolment.plan(gets), known.nudges, self._now, edited=edited)
        self._nudges += (nudge_row(person.id, nudge, row) for nudge, row in rows.items())
        message = self._first_message(enrolment, gets, known)
        if message is not None:
            self._messages.append(message)
        if edited or message is not None:
            self._people.append(self._person_row(person, merged, known, message))
        if edited and agrees_first(person.preferences, known.filed):
            self._consented(person.id, "given", enrolment.given)
        if merged.overruled:
            self.overruled.append(person.id)
        if known.active_in is None:
            self.added += 1
        elif edited or rows:
            self.changed.append(person.id)

    def _first_message(self, enrolment: Enrolment, gets: Person, known: Stored) -> NewDelivery | None:
        """The welcome, or the request for consent that comes before it, unless they have had it."""
        if gets.preferences.consent is Consent.GIVEN:
            return None if known.welcomed else enrolment.welcome
        if enrolment.request is None or known.requested:
            return None
        self._consented(gets.id, "asked")
        return enrolment.request

    def _consented(self, person: str, what: str, detail: str = "") -> None:
        self._consents.append((person, self._at, what, self._origin, detail))

    def _merged(self, preferences: Preferences, known: Stored) -> Merged:
        merged = self._unchanged.get(id(preferences))
        if merged is None:
            merged = self._unchanged[id(preferences)] = unchanged(preferences)
        return merged if known.changes is None else merge(preferences, merged.filed, known.changes, known.merged)

    def _compared(self, person: Person) -> Row:
        contacts = person.contacts
        return (self._origin, True, contacts.name, contacts.phone, contacts.email, contacts.apprise)

    def _person_row(self, person: Person, merged: Merged, known: Stored, message: NewDelivery | None) -> Row:
        hashes = self._hasher.of(person.contacts)
        asked = message is not None and message.cause == consent_cause(person.id)
        origin, active, *contacts = self._compared(person)
        return (
            person.id,
            origin,
            active,
            merged.document,
            None if merged.document == merged.filed else merged.filed,
            merged.changes,
            *contacts,
            hashes.phone,
            hashes.email,
            hashes.apprise,
            known.handle or next(self._handles),
            known.welcomed or (message is not None and not asked),
            known.requested or asked,
        )


def take_away(database: Database, people: Collection[str], now: datetime) -> int:
    """See `Rosters.take_away`."""
    with database.write() as connection:
        guard(connection, Guarded.CONTACTS)
        theirs = origins(connection, people)
        return _deactivate(connection, [each for each, origin in theirs.items() if origin == ROSTER], now)


def _remove_others(connection: Connection, seen: set[str], now: datetime, origin: str) -> int:
    active = select(PEOPLE.c.id).where(PEOPLE.c.origin == origin, PEOPLE.c.active)
    guard(connection, Guarded.CONTACTS)
    return _deactivate(connection, [each for each in connection.scalars(active) if each not in seen], now)


def _deactivate(connection: Connection, gone: Sequence[str], now: datetime) -> int:
    asleep: dict[str, Any] = {"fingerprint": None, "decided_at": None, "next_due_at": None, "failures": 0}
    cancelled = {"state": State.CANCELLED, "reason": REMOVED, "counted_on": None, "updated_at": now}
    for some in batches(gone):
        hold(connection, some)
        connection.execute(update(PEOPLE).where(PEOPLE.c.id.in_(some)).values(active=False))
        connection.execute(update(NUDGES).where(NUDGES.c.person.in_(some)).values(asleep))
        connection.execute(update(DELIVERIES).where(PENDING, DELIVERIES.c.person.in_(some)).values(cancelled))
    return len(gone)
