"""The names of the marks: instants that the database remembers, one row each."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection, select

from scheduler.storage.dialect import upsert
from scheduler.storage.tables import MARKS

TICK = "tick"
"""When the service last looked at what is due."""
NEWEST = "newest"
"""The newest instant that was told while the clock was believed."""
TRUSTED = "clock trusted at"
SHOWN = "clock shown at"
"""There while the wall clock is not believed: what it ought to show, and what it showed."""
INBOX = "inbox"
"""Up to when the texts that came in have been read."""
ROSTER = "roster"
"""When the config file was changed whose people are enrolled in a cluster."""
BACKUP = "backup"
"""In a restored copy: when it was made."""


def marked(connection: Connection, name: str) -> datetime | None:
    """The instant of a mark; None where it was never set."""
    found: datetime | None = connection.scalar(select(MARKS.c.at).where(MARKS.c.name == name))
    return found


def mark(connection: Connection, name: str, at: datetime) -> None:
    """Set a mark, whatever it was before."""
    values = {"name": name, "at": at}
    connection.execute(upsert(connection.dialect.name, MARKS, list(values)), values)
