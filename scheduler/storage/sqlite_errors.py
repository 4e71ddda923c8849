"""What SQLite's errors mean to a person, and whether waiting helps."""

from __future__ import annotations

import errno
import os
import sqlite3
from pathlib import Path

from scheduler.storage.errors import FatalStorageError, StorageError

ELSEWHERE = "or set `database:` to another place"

_HELD = "another program is holding it. Close what else uses it (a second legup, a database shell)"
_READ_ONLY = f"it is read-only. Let this user write to the file and its folder, {ELSEWHERE}"
_DESCRIPTORS = "this process has too many files open. Raise its limit (`ulimit -n`, or LimitNOFILE= under systemd)"

_PASSING = {
    sqlite3.SQLITE_BUSY: _HELD,
    sqlite3.SQLITE_LOCKED: _HELD,
    sqlite3.SQLITE_PROTOCOL: _HELD,
    sqlite3.SQLITE_NOMEM: "the machine is out of memory. Close other programs, or give legup more",
    sqlite3.SQLITE_IOERR: "the disk failed to read or write. Check the disk and its cable or card, then start again",
    sqlite3.SQLITE_FULL: "the disk is full. Free some space; nothing already recorded is lost",
    sqlite3.SQLITE_CANTOPEN: f"it cannot be opened. Check that this user may write to its folder, {ELSEWHERE}",
}
_LASTING = {
    sqlite3.SQLITE_PERM: f"this user may not use it. Give the file and its folder to this user, {ELSEWHERE}",
    sqlite3.SQLITE_READONLY: _READ_ONLY,
    sqlite3.SQLITE_CORRUPT: (
        "it is damaged. Keep a copy, then restore a backup (`legup db restore FILE`): the file knows who said STOP"
    ),
    sqlite3.SQLITE_NOTADB: f"it is not a legup database. Move that file away, {ELSEWHERE}",
}
_VAGUE = frozenset({sqlite3.SQLITE_IOERR, sqlite3.SQLITE_CANTOPEN})
"""SQLite does not pass on the system's own reason for these, so it is looked for."""


def explained(path: Path, error: BaseException | None) -> StorageError | None:
    """What the driver's error says of the database at `path`; None when it is a fault of ours."""
    code = getattr(error, "sqlite_errorcode", None)
    if code is None:
        return None
    primary = code & 0xFF  # the rest says in which system call it happened
    if primary in _VAGUE:
        found = _reason(path)
        if found is not None:
            return found
    if primary in _LASTING:
        return FatalStorageError(f"the database {path}: {_LASTING[primary]}.")
    return StorageError(f"the database {path}: {_PASSING[primary]}.") if primary in _PASSING else None


def _reason(path: Path) -> StorageError | None:
    """What the system says. The file itself is never opened for this: closing it again would drop every lock that
    SQLite holds on it in this process (POSIX)."""
    try:
        os.close(os.open(os.devnull, os.O_RDONLY | os.O_CLOEXEC))
    except OSError as error:
        if error.errno in {errno.EMFILE, errno.ENFILE}:
            return StorageError(f"the database {path}: {_DESCRIPTORS}.")
    if path.exists() and not (os.access(path, os.W_OK) and os.access(path.parent, os.W_OK)):
        return FatalStorageError(f"the database {path}: {_READ_ONLY}.")
    return None
