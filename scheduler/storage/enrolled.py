"""What is on record of the people who are enrolled, their nudge rows too: read and written in batches. In SQL."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import Connection, bindparam, func, select
from sqlalchemy.sql.dml import UpdateBase

from scheduler.delivery.enrolment import Planned
from scheduler.storage.arrays import is_among
from scheduler.storage.dialect import upsert
from scheduler.storage.instants import to_micros
from scheduler.storage.prepared import Prepared, Row
from scheduler.storage.rules import NudgeRow, changed_rows
from scheduler.storage.tables import CONSENTS, NUDGES, PEOPLE

COMPARED = ("origin", "active", "name", "phone", "email", "apprise")
"""Columns that, with what the file says of their wishes, tell whether a person was edited."""
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


_PEOPLE = select(
    PEOPLE.c.id,
    func.coalesce(PEOPLE.c.filed, PEOPLE.c.preferences),
    PEOPLE.c.preferences,
    *(PEOPLE.c[name] for name in ("changes", "ended", "handle", "welcomed", "requested", *COMPARED)),
).where(is_among(PEOPLE.c.id, "people"))
_NUDGES = select(*(NUDGES.c[name] for name in _NUDGE)).where(is_among(NUDGES.c.person, "people"))

WRITE_PEOPLE = Prepared(_upsert_people, _PERSON, distinct=True)
WRITE_NUDGES = Prepared(_upsert_nudges, _NUDGE, distinct=True)
WRITE_CONSENTS = Prepared(_insert_consents, _ENTRY)


@dataclass(frozen=True, slots=True)
class Stored:
    """What is on record of one person; without anything, of somebody new."""

    compared: Row | None = None
    """The columns COMPARED."""
    filed: str | None = None
    """What the file said of their wishes."""
    merged: str = ""
    """The same with what they changed."""
    changes: str | None = None
    ended: bool = False
    handle: str | None = None
    welcomed: bool = False
    requested: bool = False
    nudges: dict[str, NudgeRow] = field(default_factory=dict)

    @property
    def active_in(self) -> str | None:
        """The origin they are enrolled by; None: they are not."""
        return self.compared[0] if self.compared is not None and self.compared[1] else None


NOBODY = Stored()


def stored(connection: Connection, identifiers: Sequence[str]) -> dict[str, Stored]:
    """Those of these people who have a row."""
    people = connection.execute(_PEOPLE, {"people": identifiers})
    found = {
        identifier: Stored(tuple(compared), filed, merged, changes, ended is not None, handle, welcomed, requested)
        for identifier, filed, merged, changes, ended, handle, welcomed, requested, *compared in people
    }
    if found:
        for identifier, nudge, *values in connection.execute(_NUDGES, {"people": list(found)}):
            found[identifier].nudges[nudge] = NudgeRow(*values)
    return found


def plan_anew(connection: Connection, person: str, planned: Planned, now: datetime) -> None:
    """Derive the nudge rows of one person from what planning says now, as an edit of the file would."""
    columns = [NUDGES.c[name] for name in _NUDGE[1:]]
    found = connection.execute(select(*columns).where(NUDGES.c.person == person))
    rows = {nudge: NudgeRow(*values) for nudge, *values in found}
    changed = changed_rows(planned, rows, now, edited=True)
    WRITE_NUDGES.run(connection, [nudge_row(person, nudge, row) for nudge, row in changed.items()])


def nudge_row(person: str, nudge: str, row: NudgeRow) -> Row:
    return (
        person,
        nudge,
        row.fingerprint,
        None if row.decided_at is None else to_micros(row.decided_at),
        None if row.claimed_at is None else to_micros(row.claimed_at),
        None if row.next_due_at is None else to_micros(row.next_due_at),
        row.sent_count,
        row.failures,
    )
