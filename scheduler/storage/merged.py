"""What the file says of a person and what they changed, merged as their row keeps it. Pure."""

from __future__ import annotations

from dataclasses import dataclass

from config.changes import from_text, reconciled, to_text, with_changes
from config.document import from_document, to_document
from config.person import Consent, Preferences
from scheduler.storage.preferences import readable


@dataclass(frozen=True, slots=True)
class Merged:
    """What a person gets, and what of their changes holds on."""

    preferences: Preferences
    filed: str
    """The document of what the file says."""
    document: str
    """The document of `preferences`."""
    changes: str | None = None
    overruled: bool = False
    """Some of their changes the file has overruled."""


def unchanged(file: Preferences) -> Merged:
    """Of somebody who changed nothing."""
    document = to_document(file)
    return Merged(file, document, document)


def merge(file: Preferences, filed: str, changes: str, before: str) -> Merged:
    """`filed` is the document of `file`, and `before` that of what they got so far.

    Changes that cannot be read must not bring back what was stopped: then the person goes on getting what they got.
    """
    try:
        all_of_them = from_text(changes)
        kept = reconciled(file, all_of_them)
        document = to_document(with_changes(file, kept))
    except ValueError:
        return Merged(readable(before)[0], filed, before, changes)
    # Read back: equal documents share one `Preferences`, which routines are remembered by.
    preferences = file if document == filed else from_document(document)
    return Merged(preferences, filed, document, to_text(kept), kept != all_of_them)


def agrees_first(file: Preferences, filed_before: str | None) -> bool:
    """Whether the file says for the first time that the person agreed. `filed_before` is the document it had."""
    if file.consent is not Consent.GIVEN:
        return False
    return filed_before is None or readable(filed_before)[0].consent is Consent.ASKED
