"""What an outbox itself decides, written once for every implementation. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import NamedTuple

from config.person import ChannelName
from scheduler.delivery.cause import SNOOZED
from scheduler.delivery.delivery import State
from scheduler.delivery.enrolment import Planned
from scheduler.delivery.judgement import End
from scheduler.delivery.permission import stop_bars
from scheduler.delivery.standing import Standing
from scheduler.delivery.states import may_move
from scheduler.planning.decision import EDIT_GUARD
from scheduler.planning.slot import Silence

UNCOUNTED = frozenset({State.SUPPRESSED, State.MISSED, State.CANCELLED})
"""What was never sent and never will be does not count against the daily limit."""

MOST_LOOKED = 500
"""Deliveries looked at in one beginning transaction, when many of them are held or ended and few begin."""

OVERTAKING = frozenset({State.PENDING, State.SENDING, State.SENT, State.DELIVERED, State.UNKNOWN})
"""A later slot in one of these states takes the place of an earlier one of its kind that still waits."""

UNFINISHED = frozenset({State.PENDING, State.SENDING})
"""What retention leaves alone, however old."""

ANSWERABLE = frozenset({State.SENDING, State.SENT, State.DELIVERED, State.UNKNOWN})
"""What somebody may be answering: it went out, or may have."""

NUDGING = ("slot:", SNOOZED, "send:")
"""How the causes begin of messages that speak of a nudge, and not of what somebody said."""

STOPPING = frozenset({"stop", "no", "forget_me"})
"""What an approach is taken for that is a stop."""

WITHDRAWN = frozenset({"stopped", "declined"})
"""The lines of the consent log that are one."""

BOUNCING = frozenset({ChannelName.EMAIL})
"""Channels whose addresses are left alone after they have refused for good several times in a row."""

REMOVED = "no longer in the file"
STOPPED = "stopped by the person"
INTERRUPTED = "interrupted while it was being sent"
MOVED = "the person's contact has changed"
FOUND = "found"
"""The outcome of an attempt that a look-up found at the provider."""

_COUNTED_DAYS = timedelta(days=4)


class NudgeRow(NamedTuple):
    """Where a (person, nudge) stands. Without a fingerprint it sleeps: switched off, or its person is gone. A sleeping
    row keeps what must survive an off and on: the instant last claimed, and the running number of its variants.

    A tuple, because a roster has millions of these: a dataclass takes four times as long to make.
    """

    fingerprint: str | None = None
    decided_at: datetime | None = None
    """Slots up to and including this instant are decided, or were ruled out by an edit."""
    claimed_at: datetime | None = None
    """Slots up to this instant were decided by a claim; None: never."""
    next_due_at: datetime | None = None
    sent_count: int = 0
    failures: int = 0
    """How often in a row deciding it has raised."""

    def asleep(self) -> NudgeRow:
        return self._replace(fingerprint=None, decided_at=None, next_due_at=None, failures=0)

    def rewound(self, now: datetime) -> NudgeRow:
        """The row after the wall clock was set back to `now`; see `Timekeeping.rewind`."""
        unedited = self.claimed_at is None or self.claimed_at == self.decided_at
        last = now if unedited else now + EDIT_GUARD
        return self._replace(
            decided_at=None if self.decided_at is None else min(self.decided_at, last),
            claimed_at=None if self.claimed_at is None else min(self.claimed_at, now),
            next_due_at=None if self.fingerprint is None else now,
        )


_NEW = NudgeRow()


def changed_rows(planned: Planned, rows: Mapping[str, NudgeRow], now: datetime, *, edited: bool) -> dict[str, NudgeRow]:
    """The nudge rows of a person that a plan changes; `edited` says whether anything else about them has changed.

    The guard counts from the last claim and not from the last edit: ten edits in a minute push nothing away.
    """
    changed = {}
    for nudge, fingerprint in planned.fingerprints.items():
        row = rows.get(nudge, _NEW)
        if row.fingerprint == fingerprint:
            if edited or not row.failures:
                # Not kept but derived again: new zone data may have moved it.
                due = planned.first_due(nudge, row.decided_at or now)
                derived = row._replace(next_due_at=due, failures=0)
                if derived != row:
                    changed[nudge] = derived
            continue
        after = now if row.claimed_at is None else max(row.claimed_at + EDIT_GUARD, now)
        due = planned.first_due(nudge, after)
        changed[nudge] = NudgeRow(fingerprint, after, row.claimed_at, due, row.sent_count)
    for nudge, row in rows.items():
        if row.fingerprint is not None and nudge not in planned.fingerprints:
            changed[nudge] = row.asleep()
    return changed


def counted_since(now: datetime) -> date:
    """The first owner day whose counts a claim is told. A slot of an earlier one is past any lifetime: owner days
    reach at most two days ahead of their date on the local clock, zones 14 hours, lifetimes a day."""
    return (now - _COUNTED_DAYS).date()


def barred(kind: str, *, active: bool, standing: Standing) -> End | None:
    """Why nothing of this kind may begin for a person, whatever the judge would say."""
    if standing.opted_out and stop_bars(kind):
        return End(State.SUPPRESSED, Silence.OPTED_OUT)
    if not active:
        return End(State.CANCELLED, REMOVED)
    return None


def check_move(delivery: int, current: State, new: State) -> None:
    """Raises ValueError for a move that `states` does not allow."""
    if not may_move(current, new):
        raise ValueError(f"delivery {delivery} is {current} and cannot become {new}; see scheduler/delivery/states.py")
