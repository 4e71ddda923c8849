"""A delivery that is ready to go, and whether it may: the values of `Outbox.begin`."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import TypeAlias

from config.person import Contacts, Preferences
from scheduler.delivery.delivery import Delivery, Message, State
from scheduler.delivery.standing import Standing

MOST_REFUSALS = 3
"""An address that refuses for good so many times in a row is left alone."""


@dataclass(frozen=True, slots=True)
class Ready:
    """A pending delivery whose time has come, with what is known of its person, read in the beginning transaction."""

    delivery: Delivery
    preferences: Preferences
    contacts: Contacts
    standing: Standing
    overtaken: bool = False
    """A later slot of the same nudge has come meanwhile, and waits or went out."""
    fault: Exception | None = None
    """What reading the person's row raised; `preferences` are then no one's."""
    contact_held: bool = False
    """The address it would go to has refused for good MOST_REFUSALS times in a row."""
    handle: str = field(default="", repr=False, compare=False)
    """Stands for the person in links. Random, so that two outboxes agree on everything but this."""


@dataclass(frozen=True, slots=True)
class Send:
    """Begin an attempt with this message."""

    message: Message


@dataclass(frozen=True, slots=True)
class Hold:
    """Not now: look again at this instant."""

    until: datetime
    failed: bool = False
    """Because preparing it raised, which is counted (`Delivery.failures`)."""
    expires_at: datetime | None = None
    """Its life lasts until then from now on; None leaves it."""


@dataclass(frozen=True, slots=True)
class Divert:
    """Not on this channel: at once on the next one of the delivery's, which there must be."""

    reason: str


@dataclass(frozen=True, slots=True)
class End:
    """Not at all: the delivery ends here."""

    state: State
    reason: str


Judgement: TypeAlias = Send | Hold | Divert | End
Judge: TypeAlias = Callable[[Ready], Judgement]
"""Must not raise."""
