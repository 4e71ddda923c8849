"""A delivery is one message to one person: the row of record. An attempt is one try of it on one channel."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum

from config.person import ChannelName
from messages.message import NO_DETAILS, Details


class State(StrEnum):
    """Where a delivery stands; which moves are legal is in `states`."""

    PENDING = "pending"
    SENDING = "sending"
    SENT = "sent"
    DELIVERED = "delivered"
    FAILED = "failed"
    MISSED = "missed"
    SUPPRESSED = "suppressed"
    CANCELLED = "cancelled"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class NewDelivery:
    """A delivery about to be recorded; an equal `cause` already in the outbox means that it exists."""

    cause: str
    """`slot:person/nudge/owner-day/local`, `welcome:person`, `send:id`, ..."""
    person: str
    kind: str
    """The catalogue entry to render: a nudge, or `welcome`."""
    due_at: datetime
    expires_at: datetime
    channels: tuple[ChannelName, ...]
    owner_day: date | None = None
    """Only slots have one; only they count against the daily limit."""
    variant: int = 0
    """Running number of this kind for this person; rendering takes it modulo the number of variants."""
    state: State = State.PENDING
    reason: str | None = None
    not_before: datetime | None = None
    """No attempt begins before this instant; None: `due_at`."""
    asked: bool = False
    """The person asked for it just now: quiet hours and the daily limit do not apply (TIME_RULES)."""
    details: Details = NO_DETAILS


@dataclass(frozen=True, slots=True)
class Delivery:
    """A delivery as the outbox keeps it. Instants are aware UTC."""

    id: int
    cause: str
    person: str
    kind: str
    state: State
    reason: str | None
    due_at: datetime
    expires_at: datetime
    not_before: datetime
    owner_day: date | None
    channels: tuple[ChannelName, ...]
    channel_index: int
    """Which of `channels` the next attempt (or the last one) uses."""
    variant: int
    attempts: int
    """Attempts begun so far, on all channels."""
    asked: bool
    updated_at: datetime
    receipt: str | None = None
    """The provider's own id of the message, once accepted."""
    look_at: datetime | None = None
    """While `unknown`: when it is looked up, or sent again, next. None: it is closed, and stays unknown."""
    looks: int = 0
    """How often it was looked up, or sent again, so far."""
    failures: int = 0
    """How often preparing it has raised."""
    details: Details = NO_DETAILS

    @property
    def channel(self) -> ChannelName:
        """The channel of the next attempt, or of the last one."""
        return self.channels[self.channel_index]


@dataclass(frozen=True, slots=True)
class Message:
    """What a channel is given to send: one attempt, rendered and addressed. Its address and words stay out of repr."""

    delivery: int
    attempt: int
    """1 for a delivery's first attempt."""
    key: str
    """The same for every attempt of a delivery; Message-IDs are derived from it."""
    person: str
    kind: str
    due_local: datetime
    """The due instant in the person's own zone."""
    expires_at: datetime
    address: str = field(repr=False)
    """E.164 number, e-mail address, apprise URL; for the console the person's id."""
    text: str = field(repr=False)
    subject: str = field(default="", repr=False)
    html: str | None = field(default=None, repr=False)
    unsubscribe: str | None = field(default=None, repr=False)
    """The URL that ends all messages to this person, for an email's List-Unsubscribe; None: there is none."""
    further_channel: int | None = None
    """Index of the channel to try after a definite failure of this one; None: there is none."""
    doubtful: bool = False
    """An earlier attempt may have arrived, so that whatever now fails leaves the delivery unknown."""
