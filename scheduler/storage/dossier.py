"""Everything held on one person: to be shown to them, to be silenced, and to be removed for good."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeAlias

from sqlalchemy import Column, ColumnElement, Connection, Row, Table, case, delete, func, select, update

from config.document import from_document, to_document
from config.person import Preferences
from scheduler.delivery.delivery import State
from scheduler.delivery.judgement import MOST_REFUSALS
from scheduler.delivery.standing import Ended
from scheduler.storage import standing
from scheduler.storage.database import Database
from scheduler.storage.dialect import insert_new
from scheduler.storage.locking import hold
from scheduler.storage.standing import HASHES
from scheduler.storage.tables import DELIVERIES, METADATA, NUDGES, OPT_OUTS, PEOPLE, REFUSALS

Record: TypeAlias = dict[str, Any]
"""A row by column: instants are aware UTC datetimes, hashes are bytes."""

FORGOTTEN = "kept when the person was forgotten"
"""The source of an opt-out that outlives its person."""

_WRITTEN = {"preferences", "filed", "changes", "details"}
"""Columns that hold JSON, which reads better as what it says."""

_NOTHING = to_document(Preferences("UTC"))

_SAID = select(
    func.coalesce(PEOPLE.c.opted_out_at, case((PEOPLE.c.ended == Ended.LOSS, PEOPLE.c.ended_at))),
    *HASHES,
)
"""Since when nothing may ever be sent to a person. After a loss a welcome would hurt more than after a stop."""


@dataclass(frozen=True, slots=True)
class Erasure:
    """How far one step of forgetting a person came."""

    removed: int
    """Deliveries removed in this step."""
    under_way: int
    """Deliveries being sent right now: they are removed once they are settled."""
    done: bool
    """Nothing of the person is left."""


class Dossiers:
    """The rows of one person, in every table that refers to people or to deliveries. Raises StorageError."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def close(self) -> None:
        self._database.close()

    def held(self, person: str) -> dict[str, list[Record]]:
        """Every row, by table; nothing at all where the person is not known."""
        with self._database.read() as connection:
            found = {"people": _rows(connection, PEOPLE, PEOPLE.c.id == person)}
            if not found["people"]:
                return {}
            hashes = [value for name, value in found["people"][0].items() if name.endswith("_hash") and value]
            for table in (OPT_OUTS, REFUSALS):
                found[table.name] = _rows(connection, table, table.c.contact.in_(hashes))
            for table, column in _referring(PEOPLE):
                found[table.name] = _rows(connection, table, column == person)
            deliveries = select(DELIVERIES.c.id).where(DELIVERIES.c.person == person)
            for table, column in _referring(DELIVERIES):
                found[table.name] = _rows(connection, table, column.in_(deliveries))
            return found

    def timezone(self, person: str) -> str:
        """The zone they live in, also of someone who has left the config file. Raises KeyError for a stranger."""
        with self._database.read() as connection:
            preferences = connection.scalar(select(PEOPLE.c.preferences).where(PEOPLE.c.id == person))
        if preferences is None:
            raise KeyError(person)
        return from_document(preferences).timezone

    def opt_out(self, person: str, now: datetime, source: str) -> int:
        """As `Outbox.opt_out`; the hashes are those on record, so that no key and no sound config file is needed."""
        with self._database.write() as connection:
            return standing.opt_out(connection, person, now, source)

    def pause(self, person: str, until: datetime | None, now: datetime) -> None:
        """As `Outbox.pause`."""
        with self._database.write() as connection:
            standing.pause(connection, person, until, now)

    def try_again(self, person: str) -> int:
        """Let those of their addresses that refused be written to again; returns how many were on hold."""
        with self._database.write() as connection:
            contacts = connection.execute(select(*HASHES).where(PEOPLE.c.id == person)).one_or_none() or ()
            theirs = REFUSALS.c.contact.in_([each for each in contacts if each is not None])
            held = select(func.count()).where(theirs, REFUSALS.c.times >= MOST_REFUSALS)
            lifted = int(connection.execute(held).scalar_one())
            connection.execute(delete(REFUSALS).where(theirs))
            return lifted

    def forget(self, person: str, limit: int, *, abandoned: bool) -> Erasure:
        """One step, in one transaction: from the first on nothing is planned for the person and nothing begins; each
        removes up to `limit` deliveries with their attempts; the last removes the person.

        Contacts of someone who said stop, or told of a loss, stay behind as keyed hashes. With `abandoned` also what
        looks as if it were being sent is removed: no service runs that could settle it. Raises KeyError where the
        person is not known.
        """
        with self._database.write() as connection:
            _withdraw(connection, person)
            removed = _remove_deliveries(connection, person, limit, abandoned=abandoned)
            under_way = _count(connection, person, DELIVERIES.c.state == State.SENDING)
            done = not _count(connection, person)
            if done:
                for table, column in _referring(PEOPLE):
                    connection.execute(delete(table).where(column == person))
                connection.execute(delete(PEOPLE).where(PEOPLE.c.id == person))
            return Erasure(removed, under_way, done)

    def compact(self) -> None:
        """Write the whole database anew (SQLite), so that no page keeps what was removed from it. It takes about a
        second for 100 MB; who writes meanwhile waits."""
        with self._database.driver() as cursor:
            cursor.execute("VACUUM")

    def cut_journal(self) -> bool:
        """Carry everything over from the journal, which keeps old pages, and empty it. False: something still reads."""
        with self._database.driver() as cursor:
            cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            (busy, *_) = cursor.fetchone() or (1,)
            return not busy


def _withdraw(connection: Connection, person: str) -> None:
    """Inactive and without contacts, so that nothing more is planned, begun or rendered. The hashes stay for now: an
    attempt under way may still come back with a stop."""
    hold(connection, [person])
    known = connection.execute(_SAID.where(PEOPLE.c.id == person)).one_or_none()
    if known is None:
        raise KeyError(person)
    silent_since, *hashes = known
    if silent_since is not None:
        kept = [{"contact": each, "at": silent_since, "source": FORGOTTEN} for each in hashes if each is not None]
        if kept:
            connection.execute(insert_new(connection.dialect.name, OPT_OUTS), kept)
    nothing = dict.fromkeys(("filed", "changes", "phone", "email", "apprise"))
    emptied = update(PEOPLE).where(PEOPLE.c.id == person).values(active=False, preferences=_NOTHING, name="", **nothing)
    connection.execute(emptied)
    connection.execute(delete(NUDGES).where(NUDGES.c.person == person))


def _remove_deliveries(connection: Connection, person: str, limit: int, *, abandoned: bool) -> int:
    """Attempts, and whatever else refers to a delivery, go with it."""
    some = select(DELIVERIES.c.id).where(DELIVERIES.c.person == person).order_by(DELIVERIES.c.due_at).limit(limit)
    if not abandoned:
        some = some.where(DELIVERIES.c.state != State.SENDING)
    for table, column in _referring(DELIVERIES):
        connection.execute(delete(table).where(column.in_(some)))
    return connection.execute(delete(DELIVERIES).where(DELIVERIES.c.id.in_(some))).rowcount


def _count(connection: Connection, person: str, *conditions: ColumnElement[bool]) -> int:
    counted = select(func.count()).select_from(DELIVERIES).where(DELIVERIES.c.person == person, *conditions)
    return int(connection.execute(counted).scalar_one())


def _referring(to: Table) -> Iterator[tuple[Table, Column[Any]]]:
    """Every table with rows that belong to a row of that table, and the column which says so."""
    for table in METADATA.sorted_tables:
        for key in table.foreign_keys:
            if key.column.table is to:
                yield table, key.parent


def _rows(connection: Connection, table: Table, condition: ColumnElement[bool]) -> list[Record]:
    found = connection.execute(select(table).where(condition).order_by(*table.primary_key))
    return [_record(row) for row in found]


def _record(row: Row[Any]) -> Record:
    record = dict(row._mapping)  # noqa: SLF001 - SQLAlchemy's public name for a row by column
    for name in _WRITTEN & record.keys():
        record[name] = None if record[name] is None else _read(json.loads(record[name]))
    return record


def _read(written: Any) -> Any:
    """What they changed, said in words: `config.changes` keeps each wish as a pair."""
    if "wishes" in written:
        wishes = {key: [json.loads(each) for each in pair] for key, pair in written["wishes"].items()}
        written["wishes"] = {key: {"wished": wish, "file": file} for key, (wish, file) in wishes.items()}
    return written
