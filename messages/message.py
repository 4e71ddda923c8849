"""What rendering is given and what comes out of it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, fields
from datetime import date, datetime
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
    """Aware. A delivery keeps it in UTC; a `Context` has it in the person's own zone, and so it is said."""


NO_DETAILS = Details()


@dataclass(frozen=True, slots=True)
class Links:
    """Where the links of an email lead; None: there is no such link. Whoever has one may do what it does, so they stay
    out of repr. An email shows those that its kind has (`Entry.links`) and leaves the others out."""

    done: str | None = field(default=None, repr=False)
    snooze: str | None = field(default=None, repr=False)
    less: str | None = field(default=None, repr=False)
    agree: str | None = field(default=None, repr=False)
    """Yes to the request for consent."""
    preferences: str | None = field(default=None, repr=False)
    pause: str | None = field(default=None, repr=False)
    stop_one: str | None = field(default=None, repr=False)
    stop_all: str | None = field(default=None, repr=False)

    def named(self, names: Iterable[str]) -> dict[str, str]:
        """Those of these names that lead somewhere."""
        return {name: url for name in names if (url := getattr(self, name)) is not None}


NO_LINKS = Links()
LINKS = tuple(each.name for each in fields(Links))


@dataclass(frozen=True, slots=True)
class Context:
    """What a message may know of the person it is for."""

    name: str = field(default="", repr=False)
    """For the greeting of an email only."""
    discreet: bool = True
    """Nothing that tells a stranger what the messages are about."""
    replies: bool = False
    """An answer to this very message is read, STOP among them: an SMS where this installation takes replies in."""
    due_local: str = ""
    """The due time on the person's wall clock, `16:30`; empty when the message stands in no plan."""
    details: Details = NO_DETAILS
    today: date | None = None
    """The person's own day; an `until` on it is said without its date."""
    links: Links = NO_LINKS
    """For an email only."""


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
