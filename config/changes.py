"""What a person changed by reply or on their page, laid over what the file says of them.

A kind that was stopped stays stopped whatever the file says. Anything else that was changed holds until the file says
something else for the same key than it did then: after that the file wins (DESIGN, config file).
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import lru_cache
from types import MappingProxyType
from typing import Any

from config.document import from_document, to_document
from config.person import Consent, Preferences

CHANGEABLE = ("language", "channels", "quiet_hours")
"""The keys of `Preferences` that a person may change; besides them `nudges.<name>`, one key for each nudge."""

_NUDGE = "nudges."


@dataclass(frozen=True, slots=True)
class Wish:
    """One changed key: values as the JSON of a document (`document.to_document`), "null" where a key is left out."""

    value: str
    file: str
    """What the file said when the wish was made."""


@dataclass(frozen=True, slots=True)
class Changes:
    """Everything one person changed."""

    stopped: frozenset[str] = frozenset()
    """Nudges they said stop to; no edit of the file brings one back."""
    agreed: bool = False
    """They answered yes to the request for consent."""
    wishes: Mapping[str, Wish] = field(default_factory=lambda: MappingProxyType({}))
    """By key."""


UNCHANGED = Changes()


def with_changes(file: Preferences, changes: Changes) -> Preferences:
    """What the person gets. `changes` must be reconciled with this file. Raises ValueError for a wish that cannot be
    read."""
    if changes == UNCHANGED:
        return file
    keys = {**_keys_of(to_document(file)), **{key: wish.value for key, wish in changes.wishes.items()}}
    preferences = from_document(_document_of(keys))
    nudges = tuple(replace(each, on=each.on and each.nudge not in changes.stopped) for each in preferences.nudges)
    consent = Consent.GIVEN if changes.agreed else preferences.consent
    return replace(preferences, nudges=nudges, consent=consent)


def reconciled(file: Preferences, changes: Changes) -> Changes:
    """The changes without those wishes whose key the file has changed since."""
    if not changes.wishes:
        return changes
    now = _keys_of(to_document(file))
    kept = {key: wish for key, wish in changes.wishes.items() if now.get(key, "null") == wish.file}
    return changes if len(kept) == len(changes.wishes) else replace(changes, wishes=kept)


def wishing(file: Preferences, changes: Changes, wanted: Preferences) -> Changes:
    """The changes after which the person gets `wanted` in every changeable key; a key where that is what the file says
    has no wish. Other fields of `wanted` are not looked at. What was stopped is let be: see `Changes.stopped`."""
    said, want = _keys_of(to_document(file)), _keys_of(to_document(wanted))
    wishes = {
        key: Wish(want.get(key, "null"), said.get(key, "null"))
        for key in sorted(said.keys() | want.keys())
        if (key in CHANGEABLE or key.startswith(_NUDGE)) and want.get(key, "null") != said.get(key, "null")
    }
    return replace(changes, wishes=wishes)


def to_text(changes: Changes) -> str | None:
    """One canonical line of JSON; None when there is nothing to keep."""
    if changes == UNCHANGED:
        return None
    written: dict[str, Any] = {
        "agreed": changes.agreed,
        "stopped": sorted(changes.stopped),
        "wishes": {key: [wish.value, wish.file] for key, wish in changes.wishes.items()},
    }
    kept = {key: value for key, value in written.items() if value}
    return json.dumps(kept, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


@lru_cache(maxsize=4096)
def from_text(text: str | None) -> Changes:
    """Read what `to_text` wrote. Raises ValueError, which repeats nothing of the text, for anything else."""
    if text is None:
        return UNCHANGED
    try:
        written = json.loads(text)
        wishes = {key: Wish(str(value), str(file)) for key, (value, file) in written.get("wishes", {}).items()}
        return Changes(frozenset(written.get("stopped", ())), bool(written.get("agreed", False)), wishes)
    except (AttributeError, KeyError, TypeError, ValueError):
        raise ValueError("stored changes cannot be read: were they written by a newer legup?") from None


def _keys_of(document: str) -> dict[str, str]:
    """A document by key, each value as JSON; every nudge under a key of its own."""
    written = json.loads(document)
    nudges = {f"{_NUDGE}{each['nudge']}": each for each in written.pop("nudges", ())}
    return {key: _json(value) for key, value in (written | nudges).items()}


def _document_of(keys: Mapping[str, str]) -> str:
    values = {key: json.loads(value) for key, value in keys.items()}
    nudges = [values.pop(key) for key in sorted(values) if key.startswith(_NUDGE)]
    written = {key: value for key, value in values.items() if value is not None}
    return _json(written | {"nudges": [each for each in nudges if each is not None]})


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
