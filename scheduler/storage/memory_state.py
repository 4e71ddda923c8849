"""What an outbox in memory remembers, and the changes that all its parts make."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from datetime import datetime
from threading import RLock
from typing import Any

from config.person import ChannelName
from scheduler.delivery.correspondence import Heard, Report
from scheduler.delivery.delivery import Delivery, NewDelivery, State
from scheduler.delivery.permission import stop_bars
from scheduler.delivery.record import AttemptRecord, ChannelHold
from scheduler.delivery.timekeeping import ClockRecord
from scheduler.planning.slot import Silence
from scheduler.storage.contacts import ContactHasher
from scheduler.storage.ledger import Ledger
from scheduler.storage.roster import Roster


class MemoryState:
    """Guarded by one lock; forgets all when it goes."""

    def __init__(self, *, contact_key: bytes) -> None:
        self._lock = RLock()
        self._roster = Roster(ContactHasher(contact_key))
        self._deliveries = Ledger()
        self._last_id = 0
        self._leases: dict[int, datetime] = {}
        self._attempts: dict[tuple[int, int], AttemptRecord] = {}
        self._addresses: dict[tuple[int, int], bytes | None] = {}
        self._bodies: dict[tuple[int, int], str] = {}
        self._holds: dict[ChannelName, ChannelHold] = {}
        self._last_tick: datetime | None = None
        self._clock = ClockRecord()
        self._read_until: datetime | None = None
        self._approaches: dict[str, tuple[Heard, datetime]] = {}
        self._said_stop: dict[str, datetime] = {}
        """By person, when they last did so by an approach."""
        self._early_reports: dict[str, tuple[Report, datetime]] = {}
        self._refusals: dict[bytes, tuple[int, datetime]] = {}
        """Per contact, how often in a row it has refused for good, and when last."""

    def _record(self, new: NewDelivery, now: datetime) -> bool:
        self._last_id += 1  # used up even when the cause exists, as SQL does
        if self._deliveries.has_cause(new.cause):
            return False
        self._deliveries[self._last_id] = Delivery(
            id=self._last_id,
            cause=new.cause,
            person=new.person,
            kind=new.kind,
            state=new.state,
            reason=new.reason,
            due_at=new.due_at,
            expires_at=new.expires_at,
            not_before=new.not_before or new.due_at,
            owner_day=new.owner_day,
            channels=new.channels,
            channel_index=0,
            variant=new.variant,
            attempts=0,
            asked=new.asked,
            updated_at=now,
            details=new.details,
        )
        return True

    def _opt_out(self, person: str, now: datetime, source: str, *also: bytes) -> int:
        concerned = self._roster.opt_out(person, now, source, *also)
        return self._silence(concerned, now)

    def _in(self, state: State) -> list[Delivery]:
        return self._deliveries.in_state(state)

    def _in_doubt(self) -> list[Delivery]:
        return [each for each in self._in(State.UNKNOWN) if each.look_at is not None]

    def _change(self, identifier: int, now: datetime, **changes: Any) -> None:
        self._deliveries[identifier] = replace(self._deliveries[identifier], updated_at=now, **changes)

    def _look_again(self, person: str) -> None:
        """Let what waits for the end of a pause or of quiet hours be judged anew, as these may have changed."""
        for each in self._in(State.PENDING):
            if each.person == person and each.owner_day is None and each.attempts == 0:
                self._deliveries[each.id] = replace(each, not_before=each.due_at)

    def _silence(self, people: set[str], now: datetime) -> int:
        kinds = {each.kind for each in self._in(State.PENDING) if stop_bars(each.kind)}
        return self._end_pending(people, State.SUPPRESSED, Silence.OPTED_OUT, now, kinds)

    def _end_pending(
        self, people: set[str], state: State, reason: str, now: datetime, kinds: Collection[str] | None = None
    ) -> int:
        theirs = [each for each in self._in(State.PENDING) if each.person in people]
        ended = [each.id for each in theirs if kinds is None or each.kind in kinds]
        for identifier in ended:
            self._change(identifier, now, state=state, reason=reason)
        return len(ended)
