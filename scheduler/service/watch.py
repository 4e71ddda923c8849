"""The watchman's look: from outside, so that a service that hangs or is gone cannot speak for itself."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from scheduler.delivery.watchman import Alarm, Trouble, Vitals, alarms
from scheduler.storage.errors import StorageError
from scheduler.storage.glance import glance


def watch(database: Path, now: datetime) -> tuple[Vitals | None, list[Alarm]]:
    """What the record of this database shows, and every reason for alarm. Raises nothing: a record that cannot be read
    is such a reason."""
    if not database.exists():
        text = f"there is no database {database}; start `legup run`, or see whether it was moved"
        return None, [Alarm(Trouble.SILENT, text)]
    try:
        found = glance(database, now)
    except StorageError as error:
        return None, [Alarm(Trouble.DATABASE, str(error).rstrip("."))]
    return found, alarms(found, now)
