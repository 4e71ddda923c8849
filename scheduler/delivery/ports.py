"""The port to storage, and one door to the values that go through it. `tests/contract` has one suite for every outbox.

Some outbox methods take a pure function and call it inside their transaction, so that what it decides and what it read
cannot part: `claim_due` (slots become deliveries), `begin` (deliveries become attempts), `converse` (what a person says
takes effect) and `enrol` (people are planned for). Storage only carries out.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Protocol

from config.person import ChannelName, Person
from scheduler.delivery.channel import Channel, Resolving
from scheduler.delivery.conversing import Conversing
from scheduler.delivery.delivery import Delivery, Message, NewDelivery
from scheduler.delivery.doubt import Doubt, Resolution
from scheduler.delivery.due_nudge import Decide, DueNudge, NudgeDecision
from scheduler.delivery.enrolment import UNPLANNED, Enrolment, Plan, Planned, RosterChange
from scheduler.delivery.judgement import Divert, End, Hold, Judge, Judgement, Ready, Send
from scheduler.delivery.record import AttemptRecord, ChannelHold, Overview
from scheduler.delivery.rosters import FILE, Rosters
from scheduler.delivery.settlement import Settlement
from scheduler.delivery.standing import Ended, Standing
from scheduler.delivery.timekeeping import Timekeeping

__all__ = [
    "UNPLANNED",
    "AttemptRecord",
    "Channel",
    "ChannelHold",
    "Decide",
    "Divert",
    "DueNudge",
    "End",
    "Ended",
    "Enrolment",
    "Hold",
    "Judge",
    "Judgement",
    "NudgeDecision",
    "Outbox",
    "Overview",
    "Plan",
    "Planned",
    "Ready",
    "Resolving",
    "RosterChange",
    "Send",
    "Settlement",
    "Standing",
]


class Outbox(Conversing, Rosters, Timekeeping, Protocol):
    """The record of what is due, being sent and done. Every method is one transaction (or several small ones where it
    says so) and may be called from any thread. Instants in and out are aware UTC."""

    def enrol(
        self, enrolments: Iterable[Enrolment], now: datetime, *, origin: str = FILE, whole: bool = True
    ) -> RosterChange:
        """Make the people of one origin exactly these; not `whole`, only add and change these.

        A new (person, nudge) is decided up to `now`. One whose fingerprint changed is decided up to
        max(decided_at + EDIT_GUARD if anything was decided, now) and its next due instant derived from there (an edit
        holds from now on, and 08:00 changed to 08:01 at 08:00:30 does not send twice); an unchanged one keeps its row,
        its next due instant derived again, for zone data may have changed.
        What waits for the end of a pause or of quiet hours is judged anew when its person changed.
        What a person changed holds on, except where the file now says something new (`config.changes.reconciled`): the
        plan is asked of both together. Nothing is planned for whom the nudges have ended.
        One that failed to be decided starts afresh where it stood when anything about its person changed.
        Whoever has not agreed is asked once, whoever has is welcomed once; the consent log says so.
        A person of this origin who is not among them is deactivated: no nudge rows, pending deliveries cancelled
        ("no longer in the file"). One whose id an active person of the other origin has is left out. Opt-outs and
        standing are untouched. May commit in steps of some thousand people.
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
        them `sending` (lease, attempt with body), held, diverted or ended. Returns the messages whose attempts are
        committed. After an opt-out commits, no delivery of that person begins but the answers of
        `permission.AFTER_STOP`. A channel with an open breaker begins nothing.

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
        """Attempts begun but never called (we are stopping): back to pending, or unknown, the attempt erased. Also when
        the lease has ended meanwhile, unless there was another attempt."""
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

    def holds(self, since: datetime) -> Sequence[ChannelHold]:
        """Breakers that are open later than this instant; by channel."""
        ...

    def opt_out(self, person: str, now: datetime, source: str) -> int:
        """Record that a person said stop: for them and for every contact they have; pending deliveries of everyone
        concerned become suppressed ("opted out"). Returns how many deliveries that silenced. The consent log names
        `source` as the way, the first time."""
        ...

    def pause(self, person: str, until: datetime | None, now: datetime) -> None:
        """Pause a person until an instant; None resumes. What an earlier pause held is judged anew. Raises KeyError
        when there is no such person."""
        ...

    def person(self, person: str) -> tuple[Person, Standing] | None:
        """An active person and their standing; their preferences have in them what they changed."""
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
        """Delete up to `limit` finished deliveries last updated before this instant; returns how many. Of approaches,
        reports of unknown receipts and refusals of addresses as many go with them."""
        ...
