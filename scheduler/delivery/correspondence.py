"""What passes between a person and legup: someone turns to us, and what that does. Values only.

Whatever a person says or clicks is one `Approach`. The outbox reads the `Correspondent` it comes from and, in the same
transaction, carries out the `Reaction` that a pure function gives: so a stop holds from the commit that records it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import TypeAlias

from config.changes import Changes
from config.person import ChannelName, Person, Preferences
from scheduler.delivery.delivery import Delivery, NewDelivery, State
from scheduler.delivery.standing import Ended, Standing


class Way(StrEnum):
    """By which way an approach came."""

    SMS = "sms"
    LINK = "link"
    PAGE = "page"
    OPERATOR = "operator"
    PROVIDER = "provider"
    """Not the person's own words: the provider says that they opted out or in with it."""


@dataclass(frozen=True, slots=True)
class Approach:
    """Someone turned to us. Either `contact` or `person` says who."""

    id: str
    """Once only: a second approach of the same id does nothing. `sms:<sid>`, `link:<delivery>:done`, ..."""
    way: Way
    at: datetime
    contact: tuple[ChannelName, str] | None = field(default=None, repr=False)
    """Where the message came from: an E.164 number or an address."""
    person: str | None = None
    delivery: int | None = None
    """The delivery whose link was followed; None: the last one counts."""


@dataclass(frozen=True, slots=True)
class Correspondent:
    """Who turned to us, as read inside the transaction."""

    person: Person
    """As the file or roster says; its preferences do not have the changes in them."""
    changes: Changes
    preferences: Preferences
    """What they get: file and changes together."""
    standing: Standing
    last: Delivery | None = None
    """The nudge they most likely mean: the approach's own delivery, else the last one that went out to them."""
    dones: tuple[datetime, ...] = ()
    """When they said done in the last 7 days, oldest first."""
    cramps: tuple[datetime, ...] = ()
    """When they reported a cramp in the last 7 days, oldest first."""
    answered: Mapping[str, datetime] = field(default_factory=dict)
    """By kind of answer, when one was last recorded, within the last 7 days."""
    answers_lately: int = 0
    """How many answers were recorded for them since LATELY ago: a flood is not answered one by one."""
    stopped_at: datetime | None = None
    """When they last said stop, as far as anybody remembers and while it holds. What they had texted before that may
    come later, where texts are fetched, and brings nobody back."""
    snoozed_until: datetime | None = None
    """When `last` comes once more, or did: there is a delivery of its `snooze_cause`. Of one that was taken back, when
    that was."""


class Noted(StrEnum):
    """What the diary holds."""

    DONE = "done"
    CRAMP = "cramp"


@dataclass(frozen=True, slots=True)
class DiaryEntry:
    """One line of a person's diary."""

    what: Noted
    at: datetime
    nudge: str | None = None
    """For DONE, which nudge was done."""


@dataclass(frozen=True, slots=True)
class ConsentEntry:
    """One line of the consent log: what was asked, agreed, changed or withdrawn. Never deleted but with the person."""

    at: datetime
    what: str
    """`given`, `asked`, `agreed`, `stopped`, `stopped hydration`, `came back`, `paused`, `ended`, `forget`, ..."""
    way: str
    """A `Way`, or `file`, `roster`."""
    detail: str = ""
    """Source and date of a consent that was given elsewhere. Holds no contact and no text of theirs."""


@dataclass(frozen=True, slots=True)
class Reaction:
    """What an approach does. Everything in it is carried out in the one transaction that records the approach."""

    understood: str
    """The word it was taken for, for the record: `stop`, `done`, `unclear`, ... Never the text itself."""
    answers: tuple[NewDelivery, ...] = ()
    """Messages to send; one whose cause exists is left alone."""
    changes: Changes | None = None
    """What they have changed from now on; None: as before."""
    opted_out: bool | None = None
    """True: stop, for the person and every contact they have. False: they come back, on every contact."""
    paused_until: datetime | None = None
    """Paused from now until then."""
    resumed: bool = False
    """No longer paused."""
    ended: Ended | None = None
    """The nudges end for good."""
    restarted: bool = False
    """An operator takes back an `ended`."""
    noted: tuple[DiaryEntry, ...] = ()
    consents: tuple[ConsentEntry, ...] = ()
    forget: bool = False
    """Remove everything about them once the answer has gone out."""


React: TypeAlias = Callable[[Correspondent | None], Reaction]
"""None for a contact that belongs to nobody: only `opted_out` of the reaction is then carried out, for the contact.
Must not raise."""


@dataclass(frozen=True, slots=True)
class Heard:
    """What came of an approach."""

    fresh: bool
    """False: this approach was here before, and nothing was done."""
    understood: str
    person: str | None = None
    answers: int = 0
    """How many messages wait to be sent because of it."""


@dataclass(frozen=True, slots=True)
class Report:
    """What a provider says of a message it had accepted."""

    receipt: str
    state: State
    """SENT, DELIVERED or FAILED."""
    at: datetime
    reason: str | None = None
    opted_out: bool = False
    """The contact said stop to the provider."""


REMEMBERED = timedelta(days=7)
"""How far back a correspondent's diary and answers are read."""

LATELY = timedelta(hours=1)
"""How far back a correspondent's answers are counted."""

FORGET_AFTER = timedelta(minutes=10)
"""How long forgetting someone waits for the answer to go out that says so."""
