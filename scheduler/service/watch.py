"""The watchman's look: from outside, so that a service that hangs or is gone cannot speak for itself."""

from __future__ import annotations

from datetime import datetime

from config.settings import Service
from scheduler.delivery.watchman import Alarm, Trouble, Vitals, alarms
from scheduler.service.state import database_path
from scheduler.storage.errors import StorageError
from scheduler.storage.glance import glance


def watch(service: Service, now: datetime) -> tuple[Vitals | None, list[Alarm]]:
    """What the record of its database shows, and every reason for alarm. A record that cannot be read is such a
    reason. Raises ServiceError for a database that legup does not know."""
    if not service.shared and not database_path(service).exists():
        text = f"there is no database {database_path(service)}; start `legup run`, or see whether it was moved"
        return None, [Alarm(Trouble.SILENT, text)]
    try:
        found = _glance(service, now)
    except StorageError as error:
        return None, [Alarm(Trouble.DATABASE, str(error).rstrip("."))]
    return found, alarms(found, now)


def _glance(service: Service, now: datetime) -> Vitals:
    if service.database is None or not service.shared:
        return glance(database_path(service), now)
    from scheduler.storage.postgres import glance_postgres  # noqa: PLC0415 - an extra, for clusters alone

    password = service.database_password
    return glance_postgres(service.database, now, None if password is None else password.get_secret_value())
