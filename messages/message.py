"""What rendering is given and what comes out of it."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum


class Form(StrEnum):
    """The shapes a message can have. Everything that is not an email (console, Apprise) takes the text of an SMS."""

    SMS = "sms"
    EMAIL = "email"


@dataclass(frozen=True, slots=True)
class Details:
    """What an answer speaks of, beside its own words. Nothing that tells who or where anybody is."""

    count: int = 0
    about: str = ""
    """A nudge's key; its title is said."""
    nth: int = 1
    """Every so-manieth is sent."""
    until: datetime | None = None
    """An aware UTC instant, said on the person's wall clock."""


NO_DETAILS = Details()


@dataclass(frozen=True, slots=True)
class Context:
    """What a message may know of the person it is for."""

    name: str = field(default="", repr=False)
    """For the greeting of an email only."""
    discreet: bool = True
    """Nothing that tells a stranger what the messages are about."""
    replies: bool = False
    """This installation can receive replies, STOP among them."""
    due_local: str = ""
    """The due time on the person's wall clock, `16:30`; empty when the message stands in no plan."""


@dataclass(frozen=True, slots=True)
class Rendered:
    """A message ready to be sent. Its words stay out of repr."""

    subject: str = field(repr=False)
    """One line; empty for an SMS."""
    text: str = field(repr=False)
    html: str | None = field(repr=False)
    """A whole document with the same content as `text`; None for an SMS."""
    variant: int
    """The variant that was used, from 0."""
