"""A person's preferences as their row holds them, also where it cannot be read."""

from __future__ import annotations

from config.document import from_document
from config.person import Preferences

_NOBODYS = Preferences("UTC")


def readable(document: str) -> tuple[Preferences, Exception | None]:
    """The preferences, or no one's with what reading them raised: a row that was damaged, or written by a later
    version, concerns its own person only and must not end the transaction that came across it."""
    try:
        return from_document(document), None
    except Exception as fault:  # noqa: BLE001 - handed on, to be counted and told of
        return _NOBODYS, fault
