"""What an outbox keeps of people who came by a roster, beside the people of the file: their rows, and their plans."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from config.person import Contacts

FILE = "file"
ROSTER = "roster"
"""Where people come from. An id lives in one of the two."""


@dataclass(frozen=True, slots=True)
class Entry:
    """What a roster says of a person, without id and contacts: of what they are made again when their plan changes."""

    plan: str
    """Empty for who has none, and gets what the top of the file says."""
    text: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Listed:
    """An active person of a roster."""

    person: str
    contacts: Contacts
    entry: Entry


class Rosters(Protocol):
    """Part of `Outbox`; each method is one transaction."""

    def origins(self, people: Collection[str]) -> Mapping[str, str]:
        """Where those of these people come from who are active."""
        ...

    def listed(self, after: str, limit: int, *, plan: str | None = None) -> list[Listed]:
        """Up to `limit` people of rosters whose ids come after this one, in order; with a `plan`, those on it."""
        ...

    def listing(self, person: str) -> Listed | None:
        """An active person of a roster, by id."""
        ...

    def take_away(self, people: Collection[str], now: datetime) -> int:
        """Deactivate those of these people whom a roster brought, as if it had come again without them; returns how
        many. People of the file are left as they are."""
        ...

    def plans(self) -> Mapping[str, str]:
        """By plan, the fingerprint noted when the people of rosters who are on it were last planned for."""
        ...

    def note_plans(self, fingerprints: Mapping[str, str]) -> None:
        """Note that everyone on these plans has been planned for by them."""
        ...
