"""What PostgreSQL's errors mean to a person, and whether waiting helps."""

from __future__ import annotations

from psycopg import Error, OperationalError
from sqlalchemy.exc import DBAPIError

from scheduler.storage.errors import FatalStorageError, StorageError

DEADLOCK = "40P01"
SERIALIZATION = "40001"

_PASSING = {
    "08": "the connection to it broke. Check the network and the server",
    "53": "the server has no room left (disk, memory or connections). Free some, or allow more",
    "40": "two programs waited for each other. It is tried again",
    "55P03": "another program holds what is needed. Look for a long transaction in pg_stat_activity",
    "57": "the server is stopping or starting, or ended our connection. It is tried again",
    "25P03": "the server ended our transaction, because it stood still for too long. It is tried again",
    "25006": "the server is a standby that takes no writes. Name the primary, or wait until it is promoted",
}
_LASTING = {
    "28": "the server does not let us in. Check the user and `database_password` (LEGUP_DATABASE_PASSWORD)",
    "3D": "there is no such database. Make it: createdb NAME",
    "42501": "the user may not do this. Let it own the database's tables",
    "42P01": "a table is missing. Run `legup db upgrade`",
    "42703": "its tables are of another version. Run `legup db upgrade` with the newest version",
}

_SILENT = "it cannot be reached. Check the network and the server"
_UNREACHED = (
    ("password", _LASTING["28"]),
    ("authentication", _LASTING["28"]),
    ("no pg_hba.conf entry", _LASTING["28"]),
    ("does not exist", _LASTING["3D"]),
    ("too many", _PASSING["53"]),
    ("starting up", _PASSING["57"]),
    ("shutting down", _PASSING["57"]),
)
"""A connection that never came about has no code, only words; they name hosts and users, so ours are shown instead."""


def explained(place: str, error: DBAPIError) -> StorageError | None:
    """What the driver's error says of the database at `place`; None when it is a fault of ours."""
    original = error.orig
    if not isinstance(original, Error):
        return None
    code = original.sqlstate
    if code is None:
        if not isinstance(original, OperationalError):
            return None
        words = str(original)
        text = next((text for part, text in _UNREACHED if part in words), _SILENT)
        return StorageError(f"the database {place}: {text}.")
    for known, kind in ((_PASSING, StorageError), (_LASTING, FatalStorageError)):
        said = known.get(code) or known.get(code[:2])
        if said is not None:
            return kind(f"the database {place}: {said}.")
    return None
