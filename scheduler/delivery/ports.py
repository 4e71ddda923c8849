"""The ports: what delivery asks of an outbox and of a channel. Each has one contract suite for all implementations.

Two outbox methods take a pure function and call it inside their transaction, so that what it decides and what it read
cannot part: `claim_due` (slots become deliveries) and `begin` (deliveries become attempts). Storage only carries out.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Protocol, TypeAlias, runtime_checkable

from config.person import ChannelName, Contacts, Person, Preferences
from scheduler.delivery.delivery import Delivery, Message, NewDelivery, State
from scheduler.delivery.doubt import Answer, Doubt, Resolution
from scheduler.delivery.outcome import Outcome
from scheduler.delivery.timekeeping import Timekeeping


class Ended(StrEnum):
    """Why a person's nudges ended for good. Never shown, logged or said: both count as "ended by the person"."""

    BORN = "born"
    LOSS = "loss"


@dataclass(frozen=True, slots=True)
class Standing:
    """What the database says of a person; it always beats the file."""

    opted_out: bool = False
    """The person, or any of their contacts, said stop."""
    paused_until: datetime | None = None
    ended: Ended | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class DueNudge:
    """A (person, nudge) whose next slot has come, as read inside the claiming transaction."""

    person: str
    nudge: str
    decided_at: datetime
    """Every slot up to and including this instant has been decided."""
    sent_count: int
    """Deliveries of this nudge recorded to be sent so far: the next one's variant."""
    preferences: Preferences
    standing: Standing
    counted: Mapping[date, int] = field(default_factory=dict)
    """Per owner day, the person's slot deliveries that were or may yet be sent: the daily limit's backstop."""
    failures: int = 0
    """How often in a row deciding it has raised."""
    fault: Exception | None = None
    """What reading the person's row raised; `preferences` are then no one's."""


@dataclass(frozen=True, slots=True)
class NudgeDecision:
    """What becomes of a due nudge: rows to record, and where its row stands afterwards."""

    deliveries: tuple[NewDelivery, ...]
    decided_at: datetime
    next_due_at: datetime | None
    sent_count: int
    failures: int = 0
    """How often in a row deciding it has raised now; more often than MOST_RETRIES, it rests until an edit."""


Decide: TypeAlias = Callable[[Sequence[DueNudge]], Sequence[NudgeDecision]]
"""One decision per due nudge, in the same order. Must not raise."""


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


@dataclass(frozen=True, slots=True)
class End:
    """Not at all: the delivery ends here."""

    state: State
    reason: str


Judgement: TypeAlias = Send | Hold | End
Judge: TypeAlias = Callable[[Ready], Judgement]
"""Must not raise."""


@dataclass(frozen=True, slots=True)
class Settlement:
    """What an attempt's outcome makes of its delivery."""

    delivery: int
    attempt: int
    outcome: str
    """The outcome's name, for the attempt's record: accepted, retry, refused, opted out, account refused, unknown. A
    look-up that finds the message turns it into `found`."""
    state: State
    reason: str | None = None
    not_before: datetime | None = None
    """With state PENDING: when to try again."""
    channel_index: int | None = None
    """With state PENDING: the channel to try next; None leaves it."""
    receipt: str | None = None
    opt_out: bool = False
    """Also record the opt-out of the person and of the contact this attempt went to."""


@dataclass(frozen=True, slots=True)
class Enrolment:
    """A person with, per nudge they get, what determines its slots and the first of them after a given instant.

    `fingerprints` maps each nudge of the routine to a text that changes exactly when its slots do; `first_due(nudge,
    after)` gives the next due instant strictly after `after`. Both come from planning; storage calls, never decides.
    """

    person: Person
    fingerprints: Mapping[str, str]
    first_due: Callable[[str, datetime], datetime | None]
    welcome: NewDelivery | None = None
    """Recorded when the person is enrolled; its cause makes it happen once."""


@dataclass(frozen=True, slots=True)
class RosterChange:
    """How an enrolment changed the roster; numbers of people."""

    added: int = 0
    changed: int = 0
    removed: int = 0


@dataclass(frozen=True, slots=True)
class ChannelHold:
    """A channel account whose breaker is open."""

    channel: ChannelName
    until: datetime
    reason: str


@dataclass(frozen=True, slots=True)
class AttemptRecord:
    """One attempt as recorded."""

    delivery: int
    number: int
    channel: ChannelName
    started_at: datetime
    settled_at: datetime | None
    outcome: str | None
    reason: str | None


@dataclass(frozen=True, slots=True)
class Overview:
    """What `status` shows: numbers only, no personal data."""

    people: int
    nudges: int
    next_due_at: datetime | None
    states: Mapping[State, int]
    """Deliveries by state, over those updated since the instant asked for."""
    oldest_pending_due_at: datetime | None
    holds: tuple[ChannelHold, ...]
    last_tick_at: datetime | None
    in_doubt: int = 0
    """Unknown deliveries, however old, that are still being looked up or sent again."""
    given_up: int = 0
    """Nudges that could not be decided and rest until their person's entry is edited."""


class Outbox(Timekeeping, Protocol):
    """The record of what is due, being sent and done. Every method is one transaction (or several small ones where it
    says so) and may be called from any thread. Instants in and out are aware UTC."""

    def enrol(self, enrolments: Iterable[Enrolment], now: datetime, *, origin: str = "file") -> RosterChange:
        """Make the people of one origin exactly these.

        A new (person, nudge) is decided up to `now`. One whose fingerprint changed is decided up to
        max(decided_at + EDIT_GUARD if anything was decided, now) and its next due instant derived from there (an edit
        holds from now on, and 08:00 changed to 08:01 at 08:00:30 does not send twice); an unchanged one keeps its row,
        its next due instant derived again, for zone data may have changed.
        What waits for the end of a pause or of quiet hours is judged anew when its person changed.
        One that failed to be decided starts afresh where it stood when anything about its person changed.
        A person of this origin who is not among them is deactivated: no nudge rows, pending deliveries cancelled
        ("no longer in the file"). Opt-outs and standing are untouched. May commit in steps of some thousand people.
        """
        ...

    def next_event_at(self) -> datetime | None:
        """The earliest instant at which something wants doing: a due nudge, a pending delivery, an expiring lease, an
        unknown delivery to look up or to send again."""
        ...

    def claim_due(self, now: datetime, limit: int, decide: Decide) -> int:
        """Turn up to `limit` due (person, nudge) rows into deliveries; returns how many rows were claimed.

        In one transaction: reads the rows with next_due_at <= now (earliest first), their people and standing, calls
        `decide`, inserts the deliveries (a cause that exists is left alone) and moves the rows on. A person whose row
        cannot be read is among them, with its fault.
        """
        ...

    def add(self, delivery: NewDelivery) -> bool:
        """Record one delivery; False when its cause exists."""
        ...

    def begin(
        self,
        now: datetime,
        channel: ChannelName,
        limit: int,
        lease: timedelta,
        judge: Judge,
        *,
        cause: str | None = None,
    ) -> list[Message]:
        """Begin attempts on one channel: up to `limit` pending deliveries with not_before <= now, earliest first;
        with a `cause`, none but the delivery of that cause. What is held or ended does not use up the limit, so that
        a heap whose life is over does not delay the living; about MOST_LOOKED are looked at in one call.

        In one transaction, under the write lock: reads them with contacts and standing, asks `judge` of each, and makes
        them `sending` (lease, attempt with body), held, or ended. Returns the messages whose attempts are committed.
        After an opt-out commits, no delivery of that person begins. A channel with an open breaker begins nothing.

        Where room is left, and without a `cause`, unknown deliveries of a channel that is REPEATABLE and whose time has
        come begin again. One that the judge ends, or whose contact has changed, is closed and stays unknown.
        """
        ...

    def settle(self, settlements: Sequence[Settlement], now: datetime) -> None:
        """Record outcomes in one transaction. One that comes after the lease of its attempt had ended still counts,
        while the delivery is unknown and had no other attempt. A settlement whose delivery has moved on, or had another
        attempt, changes nothing. A settled attempt's body is dropped, except of an unknown one that is looked up
        (`resolving.next_look`). Illegal moves raise ValueError."""
        ...

    def hand_back(self, messages: Sequence[Message], now: datetime) -> None:
        """Attempts begun but never called (we are stopping): back to pending, or unknown, the attempt erased."""
        ...

    def expire_leases(self, now: datetime) -> int:
        """Deliveries left `sending` past their lease (a crash) become `unknown`; returns how many."""
        ...

    def in_doubt(self, now: datetime, channel: ChannelName, limit: int) -> list[Doubt]:
        """Up to `limit` unknown deliveries of a channel whose look-up has come, those waiting longest first."""
        ...

    def resolve(self, resolutions: Sequence[Resolution], now: datetime) -> None:
        """Record what look-ups found, in one transaction. One whose delivery is no longer unknown, or has had another
        attempt, changes nothing; nor does one whose receipt another delivery has meanwhile. The body goes when a
        delivery is settled or closed. Illegal moves raise ValueError."""
        ...

    def known_receipts(self, receipts: Collection[str]) -> set[str]:
        """Those of these receipts that deliveries have: the messages behind them are accounted for."""
        ...

    def open_breaker(self, hold: ChannelHold) -> None:
        """No attempt begins on this channel before `until`."""
        ...

    def opt_out(self, person: str, now: datetime, source: str) -> int:
        """Record that a person said stop: for them and for every contact they have; pending deliveries of everyone
        concerned become suppressed ("opted out"). Returns how many deliveries that silenced."""
        ...

    def pause(self, person: str, until: datetime | None, now: datetime) -> None:
        """Pause a person until an instant; None resumes. What an earlier pause held is judged anew. Raises KeyError
        when there is no such person."""
        ...

    def person(self, person: str) -> tuple[Person, Standing] | None:
        """An active person and their standing."""
        ...

    def sent_counts(self, person: str) -> Mapping[str, int]:
        """Per nudge, the deliveries recorded to be sent so far: what the next variant follows from."""
        ...

    def deliveries(
        self, since: datetime, until: datetime, *, person: str | None = None, limit: int = 1000
    ) -> list[Delivery]:
        """Deliveries with since <= due_at < until, in order of due_at; the newest `limit` of them."""
        ...

    def attempts(self, deliveries: Sequence[int]) -> list[AttemptRecord]:
        """All attempts of these deliveries, in order."""
        ...

    def overview(self, since: datetime) -> Overview:
        """The state of things, in numbers."""
        ...

    def purge(self, before: datetime, limit: int) -> int:
        """Delete up to `limit` finished deliveries last updated before this instant; returns how many."""
        ...


@runtime_checkable
class Resolving(Protocol):
    """What a channel may also be able to do: tell whether its provider has a message."""

    def look_up(self, doubt: Doubt) -> Answer:
        """Every message the provider has that may be this one. `doubt.address` is given. Never raises."""
        ...


class Channel(Protocol):
    """One way out. Implementations overlap the sends of a batch as they see fit."""

    name: ChannelName

    def send(self, messages: Sequence[Message], now: datetime) -> Iterator[tuple[Message, Outcome]]:
        """Try each message once, yielding outcomes as they come. Never raises for a message's sake, never retries by
        itself. `now` is the instant at which the batch begins: remaining life and Date headers count from it."""
        ...

    def close(self) -> None:
        """Let go of connections. Sending again afterwards is allowed and opens new ones."""
        ...
