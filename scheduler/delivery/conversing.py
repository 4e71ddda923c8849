"""What a conversation asks of an outbox; a part of `ports.Outbox`."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from config.person import ChannelName
from scheduler.delivery.correspondence import (
    Approach,
    ConsentEntry,
    Correspondent,
    DiaryEntry,
    Heard,
    React,
    Report,
)
from scheduler.delivery.enrolment import Plan


class Conversing(Protocol):
    """Someone turns to us, a provider reports: each is one write transaction. Instants in and out are aware UTC."""

    def converse(self, approach: Approach, react: React, plan: Plan, now: datetime) -> Heard:
        """Hear an approach once and carry out the reaction to it, all in one transaction.

        Who it is: the person named, or whoever has the contact; of several, an enrolled one before one who has left,
        then the one to whom a message last went out there. `react` is given None, and of its reaction only `opted_out`
        is carried out, for the contact that nobody has; a person named but unknown does nothing.

        A stop is for the person and every contact they have, and silences all who share one of those. A coming back
        lifts the person's stop and that of each of their contacts; whoever shares a contact comes back with it, unless
        they have said stop themselves or another contact of theirs has.

        Changes are stored, their nudges planned anew as by an edit, and what waits of a kind just stopped is cancelled.
        A pause takes back what was put off. An end cancels all that waits; with LOSS the diary goes too. Answers are
        recorded last, so that none of this touches them; an answer whose cause is the welcome's counts as the welcome,
        and is recorded once.
        Whoever has left the file is heard all the same, so that a stop counts; nothing is planned or sent to them.
        """
        ...

    def correspondent(self, person: str, now: datetime, *, delivery: int | None = None) -> Correspondent | None:
        """A person as a conversation sees them; None unless they are enrolled. With a delivery of theirs, that one is
        the `last`."""
        ...

    def by_handle(self, handle: str) -> str | None:
        """Whose handle this is: a random text that stands for a person in links."""
        ...

    def handle_of(self, person: str) -> str | None:
        """The handle of a person the database knows, enrolled or not."""
        ...

    def report(self, reports: Sequence[Report], now: datetime) -> int:
        """Take over what a provider says of messages it had accepted; returns how many deliveries that moved.

        Forward only: sent may become delivered or failed; unknown sent, delivered or failed; delivered and failed are
        final. A failure goes on to the delivery's next channel, pending from `now`, where there is one, the life is not
        over and it is no opt-out. An opt-out is recorded as one that a channel told of. A receipt that no delivery has
        yet is kept, and counts as soon as one is settled or resolved with it.
        """
        ...

    def awaiting(self, since: datetime, channel: ChannelName, limit: int) -> list[str]:
        """The receipts of messages sent on a channel since then whose arrival nobody has reported, newest first."""
        ...

    def consents(self, person: str) -> list[ConsentEntry]:
        """The consent log of a person, oldest first."""
        ...

    def diary(self, person: str, since: datetime, until: datetime) -> list[DiaryEntry]:
        """A person's diary with since <= at < until, oldest first."""
        ...

    def forgettable(self, now: datetime) -> list[str]:
        """People who asked to be forgotten and have had the answer: it went out, ended, or has waited for
        FORGET_AFTER."""
        ...

    def read_until(self) -> datetime | None:
        """Up to when the texts that came in have been read, where they are polled; None: none ever were."""
        ...

    def have_read(self, until: datetime) -> None:
        """Remember it."""
        ...
