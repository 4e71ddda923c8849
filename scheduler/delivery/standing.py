"""What the database knows of a person beside the file: it always wins."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum


class Ended(StrEnum):
    """Why a person's nudges ended for good. Never shown, logged or said: both count as "ended by the person"."""

    BORN = "born"
    LOSS = "loss"


def shown_kind(kind: str) -> str:
    """What a message of this kind is called where records are shown: which end it was is nobody else's business."""
    return "ended" if kind in set(Ended) else kind


@dataclass(frozen=True, slots=True)
class Standing:
    """What the database says of a person; it always beats the file."""

    opted_out: bool = False
    """The person, or any of their contacts, said stop."""
    paused_until: datetime | None = None
    ended: Ended | None = field(default=None, repr=False)
