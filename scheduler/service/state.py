"""Where state is kept on this machine."""

from __future__ import annotations

import os
from pathlib import Path

import platformdirs

from config.settings import Service
from scheduler.service.errors import ServiceError


def state_folder() -> Path:
    """Where state is kept unless `database` says otherwise: systemd's StateDirectory, or the user's state folder."""
    given = os.environ.get("STATE_DIRECTORY", "").partition(":")[0]
    return Path(given) if given else platformdirs.user_state_path("legup")


def database_path(service: Service) -> Path:
    """The SQLite file. Raises ServiceError where there is none, because the database is another."""
    if service.database is None:
        return state_folder() / "legup.db"
    if service.shared:
        raise ServiceError("this needs a SQLite file, and `database` is a PostgreSQL server's. See docs/scaling.md")
    scheme, found, _ = service.database.partition("://")
    if found:
        raise ServiceError(
            f"{scheme}:// is no database that legup knows; give the path of a SQLite file, or postgresql://user@host/name"
        )
    return Path(service.database).expanduser()


def database_place(service: Service) -> str:
    """The database as people are told of it."""
    if service.database is not None and service.shared:
        from scheduler.storage.postgres import shown  # noqa: PLC0415 - an extra, for clusters alone

        return shown(service.database)
    return str(database_path(service))
