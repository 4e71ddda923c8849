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
    """The SQLite file. Raises ServiceError for a database this version cannot use."""
    if service.database is None:
        return state_folder() / "legup.db"
    scheme, found, _ = service.database.partition("://")
    if found:
        raise ServiceError(f"{scheme}:// is not possible in this version of legup; give the path of a SQLite file")
    return Path(service.database).expanduser()
