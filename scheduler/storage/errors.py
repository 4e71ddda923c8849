"""What can be wrong with the database, said so that a person can put it right."""

from __future__ import annotations


class StorageError(Exception):
    """The database cannot be used, or not now. The message names place and remedy; the CLI prints it and exits."""
