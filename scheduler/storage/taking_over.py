"""What a restored backup takes over from the database that it replaces (SQLite): what people said since it was made.

Stops, ends, changes and pauses always beat the file, so they must not be forgotten. What makes people heard less is
taken over; that somebody came back or resumed since is not, and they can say it again.
"""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from scheduler.storage.instants import to_micros

_STANDING = """
    SELECT *, opted_out_at IS NOT NULL OR paused_until > :now OR changes IS NOT NULL OR ended IS NOT NULL
        OR forget_at IS NOT NULL AS said
    FROM people
"""

_KEPT = {
    "approaches": ("id", "person", "way", "at", "understood", "heard_at"),
    "consents": ("id", "person", "at", "what", "way", "detail"),
    "diary": ("id", "person", "at", "what", "nudge"),
}
"""Tables of which every row that is new is taken over, with their columns."""

_CARRIED = (
    "id", "origin", "preferences", "filed", "changes", "name", "phone", "email", "apprise", "phone_hash", "email_hash",
    "apprise_hash", "handle", "welcomed", "requested",
)  # fmt: skip

_ADD_PERSON = (
    f"INSERT OR IGNORE INTO people (active, {', '.join(_CARRIED)}) "  # noqa: S608 - names of columns
    f"VALUES (FALSE, {', '.join(f':{name}' for name in _CARRIED)})"
)
"""Who came after the backup was made waits to be enrolled; the links that they were sent go on working."""

_STOP = """
    UPDATE people SET opted_out_at = :opted_out_at
    WHERE id = :id AND opted_out_at IS NULL AND :opted_out_at IS NOT NULL
"""

_PAUSE = """
    UPDATE people SET paused_until = :paused_until
    WHERE id = :id AND :paused_until > max(:now, coalesce(paused_until, 0))
"""

_CHANGE = """
    UPDATE people SET preferences = :preferences, filed = :filed, changes = :changes
    WHERE id = :id AND :changes IS NOT NULL AND changes IS NOT :changes
"""

_END = """
    UPDATE people SET ended = coalesce(:ended, ended), ended_at = coalesce(:ended_at, ended_at),
        forget_at = coalesce(:forget_at, forget_at)
    WHERE id = :id
"""

_SLEEP = """
    UPDATE nudges SET fingerprint = NULL, decided_at = NULL, next_due_at = NULL, failures = 0
    WHERE person IN (SELECT id FROM people WHERE ended IS NOT NULL)
"""
_NO_DIARY = "DELETE FROM diary WHERE person IN (SELECT id FROM people WHERE ended = 'loss')"


@dataclass(frozen=True, slots=True)
class Newer:
    """What a database has that its backup may lack; rows by column."""

    contacts: list[tuple[bytes, int, str]]
    people: list[dict[str, Any]]
    kept: dict[str, list[dict[str, Any]]]
    """By table."""


def read_newer(current: sqlite3.Connection, copy: sqlite3.Connection, now: datetime) -> Newer:
    """Raises sqlite3.Error where the database cannot be read."""
    contacts = current.execute("SELECT contact, at, source FROM opt_outs").fetchall()
    current.row_factory = sqlite3.Row
    at = to_micros(now)
    known = {row[0] for row in copy.execute("SELECT id FROM people")}
    people = [
        dict(row, now=at) for row in current.execute(_STANDING, {"now": at}) if row["said"] or row["id"] not in known
    ]
    return Newer(contacts, people, {table: _rows(current, copy, table) for table in _KEPT})


def _rows(current: sqlite3.Connection, copy: sqlite3.Connection, table: str) -> list[dict[str, Any]]:
    known = {row[0] for row in copy.execute(f"SELECT id FROM {table}")}  # noqa: S608 - a constant
    return [dict(row) for row in current.execute(f"SELECT * FROM {table}") if row["id"] not in known]  # noqa: S608 - a constant


def add_newer(copy: sqlite3.Connection, newer: Newer) -> tuple[int, int]:
    """Write it into the copy; returns of how many people a stop, and of how many a pause, was new."""
    copy.executemany("INSERT OR IGNORE INTO opt_outs (contact, at, source) VALUES (?, ?, ?)", newer.contacts)
    copy.executemany(_ADD_PERSON, newer.people)
    copy.executemany(_CHANGE, newer.people)
    copy.executemany(_END, newer.people)
    for table, columns in _KEPT.items():
        copy.executemany(_keep(table, columns), newer.kept[table])
    copy.execute(_SLEEP)
    copy.execute(_NO_DIARY)
    return copy.executemany(_STOP, newer.people).rowcount, copy.executemany(_PAUSE, newer.people).rowcount


def _keep(table: str, columns: tuple[str, ...]) -> str:
    """Unless its person is gone."""
    values = ", ".join(f":{name}" for name in columns)
    unless_gone = "WHERE :person IS NULL OR EXISTS (SELECT 1 FROM people WHERE id = :person)"
    return f"INSERT OR IGNORE INTO {table} ({', '.join(columns)}) SELECT {values} {unless_gone}"
