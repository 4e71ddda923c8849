"""What can be wrong with the database, said so that a person can put it right."""

from __future__ import annotations


class StorageError(Exception):
    """The database cannot be used now, and may be again by itself (locked, disk full): a service tries again, a command
    ends. The message names place and remedy."""


class FatalStorageError(StorageError):
    """It will not come right by itself (deleted, damaged, read-only): a service ends too, before it does harm."""
