"""Copies of a SQLite database: made while legup goes on writing to it, and put back in its place."""

from __future__ import annotations

import errno
import glob
import os
import sqlite3
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from scheduler.storage.errors import StorageError
from scheduler.storage.inspection import UNUSABLE, Flaw, inspect
from scheduler.storage.instants import to_instant, to_micros
from scheduler.storage.marks import BACKUP
from scheduler.storage.sqlite_errors import explained
from scheduler.storage.taking_over import add_newer, read_newer

_PATIENCE = 10.0
"""Seconds to wait for a lock."""

_ASIDE = ".replaced-"
"""Before the instant in the name of a database that was put aside."""


@dataclass(frozen=True, slots=True)
class Restored:
    """What `restore` did."""

    made_at: datetime
    """When the backup was made."""
    aside: Path | None
    """Where the database that was there before is now."""
    stops: int | None
    """People whose stop, newer than the backup, was taken over from it; None: it could not be read."""
    pauses: int = 0
    """People whose pause, newer than the backup and not over, was taken over likewise."""


def back_up(path: Path, target: Path, now: datetime) -> None:
    """Copy the database, as it is at one instant, into a new file that only this user may read.

    The copy knows that it is one (see `restored`). Under its final name it is whole or it is not there at all.
    Raises StorageError, also for a target that exists.
    """
    if not path.exists():
        raise StorageError(f"there is no database at {path} yet; `legup run` makes it")
    if os.path.lexists(target):
        raise StorageError(f"{target} exists, and a backup overwrites nothing. Give it another name.")
    with _partial(target) as partial:
        _copy(path, partial)
        flaw = _unusable(partial)
        if flaw is not None:
            raise StorageError(f"no backup was made of {path}: {flaw}. See `legup db check`.")
        with _opened(partial) as copy, copy:
            _mark(copy, now)
        _settle(partial, target)


def restore(backup: Path, path: Path, now: datetime) -> Restored:
    """Put a backup in the database's place; nobody may be using it. What was there is kept beside it, and whoever said
    stop or was paused since the backup was made stays so, if that database can still be read. Raises StorageError."""
    if not backup.exists():
        raise StorageError(f"there is no backup at {backup}")
    flaw = _unusable(backup)
    if flaw is not None:
        raise StorageError(f"the backup {backup} cannot be used, so nothing was changed: {flaw}")
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    with _partial(path) as partial:
        _copy(backup, partial)
        with _opened(partial) as copy, copy:
            made_at = _made_at(copy) or datetime.fromtimestamp(backup.stat().st_mtime, UTC)
            _mark(copy, made_at)
            taken = _take_over(copy, path, now) if path.exists() else None
        aside = _set_aside(path, now)
        _settle(partial, path)
    return Restored(made_at, aside, *(taken or (None, 0)))


def replaced(path: Path) -> list[Path]:
    """The databases that restores have put aside beside this one, oldest first: whom it forgets they still hold."""
    return sorted(path.parent.glob(f"{glob.escape(path.name)}{_ASIDE}*Z"))


def _unusable(path: Path) -> Flaw | None:
    return next((flaw for flaw in inspect(path) if flaw.kind in UNUSABLE), None)


@contextmanager
def _partial(target: Path) -> Iterator[Path]:
    """A new empty file (mode 0600) in the target's folder, gone afterwards unless it was moved."""
    try:
        descriptor, name = tempfile.mkstemp(prefix=f".{target.name}.", dir=target.parent)
    except OSError as error:
        raise StorageError(f"cannot write to {target.parent}: {(error.strerror or 'it fails').lower()}") from error
    os.close(descriptor)
    partial = Path(name)
    try:
        yield partial
    finally:
        for suffix in ("", "-wal", "-shm", "-journal"):
            partial.with_name(partial.name + suffix).unlink(missing_ok=True)


@contextmanager
def _opened(path: Path) -> Iterator[sqlite3.Connection]:
    """A connection to a file that is there."""
    try:
        with closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=rw", uri=True, timeout=_PATIENCE)) as connection:
            yield connection
    except sqlite3.Error as error:
        found = explained(path, error)
        if found is None:
            raise
        raise found from error


def _copy(source: Path, target: Path) -> None:
    """One step under one read lock: a consistent state, for which no writer waits."""
    with _opened(target) as into:
        into.execute("PRAGMA synchronous = OFF")  # the file is flushed once, when it is whole
        with _opened(source) as connection:
            connection.execute("SELECT count(*) FROM sqlite_master").fetchone()  # finds what is wrong with the source
            try:
                connection.backup(into)
            except sqlite3.OperationalError as error:
                remedy = "Free some space there, or name another folder"
                raise StorageError(f"the copy cannot be written to {target.parent}: {error}. {remedy}.") from error
        into.execute("PRAGMA journal_mode = DELETE")  # one file, nothing beside it


def _mark(copy: sqlite3.Connection, at: datetime) -> None:
    copy.execute("INSERT OR REPLACE INTO marks (name, at) VALUES (?, ?)", (BACKUP, to_micros(at)))


def _made_at(copy: sqlite3.Connection) -> datetime | None:
    row = copy.execute("SELECT at FROM marks WHERE name = ?", (BACKUP,)).fetchone()
    return None if row is None else to_instant(row[0])


def _take_over(copy: sqlite3.Connection, path: Path, now: datetime) -> tuple[int, int] | None:
    """Returns how many people's stops and pauses were new; None if the file is unreadable."""
    try:
        with _opened(path) as current:
            newer = read_newer(current, copy, now)
    except (StorageError, sqlite3.Error):
        return None
    return add_newer(copy, newer)


def _set_aside(path: Path, now: datetime) -> Path | None:
    """Rename the database that is there, and what belongs to it: the file first, so that at no instant a database
    stands there without its journal."""
    if not os.path.lexists(path):
        return None
    with suppress(StorageError, sqlite3.Error), _opened(path) as current:
        current.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    aside = path.with_name(f"{path.name}{_ASIDE}{now:%Y%m%dT%H%M%S%fZ}")
    for suffix in ("", "-wal", "-shm"):
        with suppress(FileNotFoundError):
            path.with_name(path.name + suffix).rename(aside.with_name(aside.name + suffix))
    return aside


def _settle(partial: Path, target: Path) -> None:
    """Give the finished file its name, on disk and without replacing any other."""
    try:
        _flush(partial)
        _name(partial, target)
        _flush(target.parent)
    except FileExistsError as error:
        raise StorageError(f"{target} has come into being meanwhile, and nothing is overwritten") from error
    except OSError as error:
        raise StorageError(f"cannot write {target}: {(error.strerror or 'it fails').lower()}") from error


def _name(partial: Path, target: Path) -> None:
    try:
        os.link(partial, target)
    except OSError as error:
        if error.errno not in NO_LINKS:
            raise
        if os.path.lexists(target):
            raise FileExistsError(target) from None
        partial.rename(target)


NO_LINKS = frozenset({errno.EPERM, errno.ENOTSUP, errno.ENOSYS})
"""What a file system says that knows no hard links, such as a USB stick's."""


def _flush(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
