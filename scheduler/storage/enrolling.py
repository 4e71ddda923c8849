"""The roster: people and nudge rows made to agree with a file, a batch of people per transaction."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, bindparam, select, update
from sqlalchemy.sql.dml import UpdateBase

from config.document import to_document
from config.person import Person
from scheduler.delivery.delivery import State
from scheduler.delivery.ports import Enrolment, RosterChange
from scheduler.storage.batches import batches
from scheduler.storage.contacts import ContactHasher
from scheduler.storage.database import Database
from scheduler.storage.dialect import upsert
from scheduler.storage.instants import to_micros
from scheduler.storage.locking import Guarded, guard, hold
from scheduler.storage.prepared import Prepared, Row
from scheduler.storage.recording import record
from scheduler.storage.rules import REMOVED, NudgeRow, changed_rows
from scheduler.storage.standing import look_again
from scheduler.storage.tables import DELIVERIES, NUDGES, PENDING, PEOPLE

_BATCH = 1_000
"""People per transaction: short enough that a service sending from the same database hardly waits."""

_COMPARED = ("origin", "active", "preferences", "name", "phone", "email", "apprise")
_PERSON = ("id", *_COMPARED, "phone_hash", "email_hash", "apprise_hash", "welcomed")
_NUDGE = ("person", "nudge", "fingerprint", "decided_at", "claimed_at", "next_due_at", "sent_count", "failures")


def _upsert_people(dialect: str) -> UpdateBase:
    return upsert(dialect, PEOPLE, _PERSON).values({name: bindparam(name) for name in _PERSON})


def _upsert_nudges(dialect: str) -> UpdateBase:
    return upsert(dialect, NUDGES, _NUDGE).values({name: bindparam(name) for name in _NUDGE})


_WRITE_PEOPLE = Prepared(_upsert_people, _PERSON)
_WRITE_NUDGES = Prepared(_upsert_nudges, _NUDGE)


@dataclass(frozen=True, slots=True)
class _Stored:
    """What is known of one person before the enrolment."""

    compared: Row
    welcomed: bool
    nudges: dict[str, NudgeRow]

    @property
    def active(self) -> bool:
        return bool(self.compared[1])


def enrol(
    database: Database, hasher: ContactHasher, enrolments: Iterable[Enrolment], now: datetime, origin: str
) -> RosterChange:
    """See `Outbox.enrol`."""
    seen: set[str] = set()
    added = changed = 0
    for batch in batches(enrolments, _BATCH):
        with database.write() as connection:
            new, other = _Batch(connection, hasher, now, origin).enrol({each.person.id: each for each in batch})
        added += new
        changed += other
        seen.update(each.person.id for each in batch)
    with database.write() as connection:
        removed = _remove_others(connection, seen, now, origin)
    return RosterChange(added, changed, removed)


class _Batch:
    """The enrolment of some people in one transaction."""

    def __init__(self, connection: Connection, hasher: ContactHasher, now: datetime, origin: str) -> None:
        self._connection = connection
        self._hasher = hasher
        self._now = now
        self._origin = origin

    def enrol(self, enrolments: dict[str, Enrolment]) -> tuple[int, int]:
        """How many people are new (or back), and how many of the others changed."""
        guard(self._connection, Guarded.CONTACTS)
        hold(self._connection, enrolments)
        stored = _stored(self._connection, list(enrolments))
        people: list[Row] = []
        nudges: list[Row] = []
        welcomes = []
        changed: list[str] = []
        added = 0
        for identifier, enrolment in enrolments.items():
            known = stored.get(identifier)
            compared = self._compared(enrolment.person)
            different = known is None or known.compared != compared
            rows = changed_rows(enrolment, known.nudges if known else {}, self._now, edited=different)
            nudges += (_nudge_row(identifier, nudge, row) for nudge, row in rows.items())
            welcome = enrolment.welcome if known is None or not known.welcomed else None
            if welcome is not None:
                welcomes.append(welcome)
            if different or welcome is not None:
                welcomed = welcome is not None or (known is not None and known.welcomed)
                people.append(self._person_row(enrolment.person, compared, welcomed=welcomed))
            if known is None or not known.active:
                added += 1
            elif different or rows:
                changed.append(identifier)
        _WRITE_PEOPLE.run(self._connection, people)
        _WRITE_NUDGES.run(self._connection, nudges)
        record(self._connection, welcomes, to_micros(self._now))
        look_again(self._connection, changed)
        return added, len(changed)

    def _compared(self, person: Person) -> Row:
        contacts = person.contacts
        document = to_document(person.preferences)
        return (self._origin, True, document, contacts.name, contacts.phone, contacts.email, contacts.apprise)

    def _person_row(self, person: Person, compared: Row, *, welcomed: bool) -> Row:
        hashes = self._hasher.of(person.contacts)
        return (person.id, *compared, hashes.phone, hashes.email, hashes.apprise, welcomed)


def _stored(connection: Connection, identifiers: Sequence[str]) -> dict[str, _Stored]:
    columns = [PEOPLE.c[name] for name in ("id", "welcomed", *_COMPARED)]
    people = connection.execute(select(*columns).where(PEOPLE.c.id.in_(identifiers)))
    stored = {identifier: _Stored(tuple(compared), welcomed, {}) for identifier, welcomed, *compared in people}
    columns = [NUDGES.c[name] for name in _NUDGE]
    for identifier, nudge, *values in connection.execute(select(*columns).where(NUDGES.c.person.in_(identifiers))):
        stored[identifier].nudges[nudge] = NudgeRow(*values)
    return stored


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
