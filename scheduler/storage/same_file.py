"""Noticing that a database file was deleted or replaced: SQLite goes on writing to a file that has no name any more,
and all that it records would be gone at the next start."""

from __future__ import annotations

from pathlib import Path

from scheduler.storage.errors import FatalStorageError, StorageError


class SameFile:
    """Called, raises FatalStorageError unless the path still leads to the file it led to first. Costs one stat(2)."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._first = self._identity()

    def __call__(self) -> None:
        if self._identity() != self._first:
            raise FatalStorageError(
                f"the database {self._path} was replaced by another file while legup was using it; what came since the "
                "last start is in the old one. Stop legup before you change its database, then start it again."
            )

    def _identity(self) -> tuple[int, int]:
        try:
            found = self._path.stat()
        except (FileNotFoundError, NotADirectoryError):
            raise FatalStorageError(
                f"the database {self._path} was deleted or moved away while legup was using it. Put it back, or "
                "restore a backup (`legup db restore FILE`): a new one would not know who said STOP."
            ) from None
        except OSError as error:
            reason = error.strerror or "it cannot be looked at"
            raise StorageError(f"the database {self._path}: {reason.lower()}. Check its disk.") from error
        return found.st_dev, found.st_ino


def refuse_orphan(path: Path) -> None:
    """Raises FatalStorageError where the file is missing but its journal is there: SQLite would delete the journal,
    which holds what was recorded last, and begin with nothing."""
    journal = path.with_name(path.name + "-wal")
    try:
        orphan = not path.exists() and journal.stat().st_size > 0
    except OSError:
        return
    if orphan:
        raise FatalStorageError(
            f"the database {path} is missing, but {journal.name} beside it holds what was recorded last. Put the "
            f"database back, or restore a backup (`legup db restore FILE`). To begin anew, delete {journal}."
        )
