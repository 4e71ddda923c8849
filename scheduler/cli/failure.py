"""What the person at the keyboard is told when a command cannot do what they asked."""

from __future__ import annotations


class Failure(Exception):  # noqa: N818 - it says that a command failed, not that the program erred
    """One clear line for stderr that names the value and the remedy; the command ends with this exit code."""

    def __init__(self, text: str, code: int = 1) -> None:
        super().__init__(text)
        self.code = code


USAGE = 2
"""The exit code of a command line that cannot be understood."""

LOST = 3
"""The exit code when the database is deleted, damaged or read-only: systemd must not try again, a person must help."""


def told(error: Exception) -> Failure | None:
    """An error that legup raises knowingly, as a failure; None for one that nobody foresaw."""
    from config.finding import ConfigNotFound
    from scheduler.channels.unavailable import ChannelUnavailable
    from scheduler.service.errors import ServiceError
    from scheduler.storage.errors import FatalStorageError, StorageError

    if isinstance(error, Failure):
        return error
    if isinstance(error, FatalStorageError):
        return Failure(str(error), LOST)
    if isinstance(error, ConfigNotFound | ChannelUnavailable | ServiceError | StorageError):
        return Failure(str(error))
    if isinstance(error, OSError) and error.strerror:
        return Failure(f"{error.filename}: {error.strerror}" if error.filename else error.strerror)
    return None
