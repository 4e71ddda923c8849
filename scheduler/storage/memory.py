"""The outbox in memory, in plain Python: for tests of what stands above storage, and the measure of the real one."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from threading import RLock
from typing import Any

from config.person import ChannelName, Person
from scheduler.delivery.delivery import Delivery, Message, NewDelivery, State
from scheduler.delivery.ports import (
    AttemptRecord,
    ChannelHold,
    Decide,
    DueNudge,
    End,
    Enrolment,
    Hold,
    Judge,
    Judgement,
    NudgeDecision,
    Overview,
    Ready,
    RosterChange,
    Send,
    Settlement,
    Standing,
)
from scheduler.planning.slot import Silence
from scheduler.storage.contacts import ContactHasher
from scheduler.storage.roster import Roster
from scheduler.storage.rules import (
    INTERRUPTED,
    REMOVED,
    UNCOUNTED,
    UNFINISHED,
    NudgeRow,
    barred,
    check_move,
    counted_since,
)


class MemoryOutbox:
    """Implements `scheduler.delivery.ports.Outbox`, where each method is specified. Forgets all when it goes."""

    def __init__(self, *, contact_key: bytes) -> None:
        self._lock = RLock()
        self._roster = Roster(ContactHasher(contact_key))
        self._deliveries: dict[int, Delivery] = {}
        self._last_id = 0
        self._leases: dict[int, datetime] = {}
        self._attempts: dict[tuple[int, int], AttemptRecord] = {}
        self._addresses: dict[tuple[int, int], bytes | None] = {}
        self._holds: dict[ChannelName, ChannelHold] = {}
        self._last_tick: datetime | None = None

    def close(self) -> None:
        """Nothing to let go of."""

    def enrol(self, enrolments: Iterable[Enrolment], now: datetime, *, origin: str = "file") -> RosterChange:
        with self._lock:
            people = {each.person.id: each for each in enrolments}
            changes: Counter[str] = Counter()
            for each in people.values():
                change, welcome = self._roster.enrol(each, now, origin)
                changes[change] += 1
                if welcome is not None:
                    self._record(welcome, now)
            gone = self._roster.remove_others(people, origin)
            self._end_pending(gone, State.CANCELLED, REMOVED, now)
            return RosterChange(changes["added"], changes["changed"], len(gone))

    def next_event_at(self) -> datetime | None:
        with self._lock:
            pending = []
            for each in self._in(State.PENDING):
                hold = self._holds.get(each.channel)
                pending.append(each.not_before if hold is None else max(each.not_before, hold.until))
            return min([*(due for due, _, _ in self._due_rows()), *pending, *self._leases.values()], default=None)

    def claim_due(self, now: datetime, limit: int, decide: Decide) -> int:
        with self._lock:
            rows = [row for row in self._due_rows() if row[0] <= now][:limit]
            due = [self._due(person, nudge, now) for _, person, nudge in rows]
            for each, decision in zip(due, decide(due) if due else (), strict=True):
                self._decided(each, decision, now)
            return len(due)

    def _due_rows(self) -> list[tuple[datetime, str, str]]:
        return sorted(
            (row.next_due_at, identifier, nudge)
            for identifier, member in self._roster.members.items()
            for nudge, row in member.nudges.items()
            if row.next_due_at is not None
        )

    def _due(self, person: str, nudge: str, now: datetime) -> DueNudge:
        member = self._roster.members[person]
        row = member.nudges[nudge]
        counted: Counter[date] = Counter()
        for each in self._deliveries.values():
            day = each.owner_day
            if each.person == person and each.state not in UNCOUNTED and day is not None and day >= counted_since(now):
                counted[day] += 1
        return DueNudge(
            person,
            nudge,
            now if row.decided_at is None else row.decided_at,
            row.sent_count,
            member.person.preferences,
            self._roster.standing(member),
            dict(counted),
        )

    def _decided(self, due: DueNudge, decision: NudgeDecision, now: datetime) -> None:
        for new in decision.deliveries:
            self._record(new, now)
        nudges = self._roster.members[due.person].nudges
        row = nudges[due.nudge]
        nudges[due.nudge] = replace(
            row,
            decided_at=decision.decided_at,
            claimed_at=row.claimed_at if decision.decided_at == due.decided_at else decision.decided_at,
            next_due_at=decision.next_due_at,
            sent_count=decision.sent_count,
        )

    def add(self, delivery: NewDelivery) -> bool:
        with self._lock:
            nudges = self._roster.members[delivery.person].nudges
            new = self._record(delivery, delivery.due_at)
            if new and delivery.state is State.PENDING:
                row = nudges.get(delivery.kind, NudgeRow())
                nudges[delivery.kind] = replace(row, sent_count=row.sent_count + 1)
            return new

    def _record(self, new: NewDelivery, now: datetime) -> bool:
        self._last_id += 1  # used up even when the cause exists, as SQL does
        if any(each.cause == new.cause for each in self._deliveries.values()):
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
        )
        return True

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
        with self._lock:
            hold = self._holds.get(channel)
            if hold is not None and now < hold.until:
                return []
            pending = [each for each in self._in(State.PENDING) if each.channel is channel and each.not_before <= now]
            if cause is not None:
                pending = [each for each in pending if each.cause == cause]
            pending.sort(key=lambda each: (each.not_before, each.id))
            judged = [(each, self._judged(each, judge)) for each in pending[:limit]]
            messages = [self._begun(each, judgement, now, lease) for each, judgement in judged]
            return [message for message in messages if message is not None]

    def _judged(self, delivery: Delivery, judge: Judge) -> Judgement:
        member = self._roster.members[delivery.person]
        standing = self._roster.standing(member)
        judgement = barred(active=member.active, standing=standing) or judge(
            Ready(delivery, member.person.preferences, member.person.contacts, standing)
        )
        if isinstance(judgement, End):
            check_move(delivery.id, State.PENDING, judgement.state)
        return judgement

    def _begun(self, delivery: Delivery, judgement: Judgement, now: datetime, lease: timedelta) -> Message | None:
        match judgement:
            case Hold(until):
                self._change(delivery.id, now, not_before=until)
            case End(state, reason):
                self._change(delivery.id, now, state=state, reason=reason)
            case Send(message):
                key = (delivery.id, message.attempt)
                self._change(delivery.id, now, state=State.SENDING, attempts=delivery.attempts + 1)
                self._leases[delivery.id] = now + lease
                self._attempts[key] = AttemptRecord(*key, delivery.channel, now, None, None, None)
                self._addresses[key] = self._roster.contact(delivery.person, delivery.channel)
                return message
        return None

    def settle(self, settlements: Sequence[Settlement], now: datetime) -> None:
        with self._lock:
            for each in settlements:
                check_move(each.delivery, State.SENDING, each.state)
            for each in settlements:
                if self._under_way(each.delivery, each.attempt):
                    self._settle(each, now)

    def _settle(self, settlement: Settlement, now: datetime) -> None:
        key = (settlement.delivery, settlement.attempt)
        delivery = self._deliveries[settlement.delivery]
        changes: dict[str, Any] = {"state": settlement.state, "reason": settlement.reason}
        for name in ("not_before", "channel_index", "receipt"):
            if getattr(settlement, name) is not None:
                changes[name] = getattr(settlement, name)
        self._change(delivery.id, now, **changes)
        del self._leases[delivery.id]
        self._attempts[key] = replace(
            self._attempts[key], settled_at=now, outcome=settlement.outcome, reason=settlement.reason
        )
        if settlement.opt_out:
            address = self._addresses[key]
            self._opt_out(delivery.person, now, *([] if address is None else [address]))

    def _under_way(self, identifier: int, attempt: int) -> bool:
        delivery = self._deliveries.get(identifier)
        return delivery is not None and delivery.state is State.SENDING and delivery.attempts == attempt

    def hand_back(self, messages: Sequence[Message], now: datetime) -> None:
        with self._lock:
            for message in messages:
                if self._under_way(message.delivery, message.attempt):
                    self._change(message.delivery, now, state=State.PENDING, attempts=message.attempt - 1)
                    del self._leases[message.delivery]
                    del self._attempts[message.delivery, message.attempt]

    def expire_leases(self, now: datetime) -> int:
        with self._lock:
            expired = [identifier for identifier, until in self._leases.items() if until <= now]
            for identifier in expired:
                self._change(identifier, now, state=State.UNKNOWN, reason=INTERRUPTED)
                del self._leases[identifier]
                key = (identifier, self._deliveries[identifier].attempts)
                self._attempts[key] = replace(
                    self._attempts[key], settled_at=now, outcome="unknown", reason=INTERRUPTED
                )
            return len(expired)

    def open_breaker(self, hold: ChannelHold) -> None:
        with self._lock:
            self._holds[hold.channel] = hold

    def opt_out(self, person: str, now: datetime, source: str) -> int:  # noqa: ARG002 - nothing here shows it
        with self._lock:
            return self._opt_out(person, now)

    def _opt_out(self, person: str, now: datetime, *also: bytes) -> int:
        return self._end_pending(self._roster.stop(person, *also), State.SUPPRESSED, Silence.OPTED_OUT, now)

    def pause(self, person: str, until: datetime | None, now: datetime) -> None:  # noqa: ARG002 - the port's
        with self._lock:
            member = self._roster.active(person)
            if member is None:
                raise KeyError(person)
            member.paused_until = until

    def person(self, person: str) -> tuple[Person, Standing] | None:
        with self._lock:
            member = self._roster.active(person)
            return None if member is None else (member.person, self._roster.standing(member))

    def sent_counts(self, person: str) -> Mapping[str, int]:
        with self._lock:
            member = self._roster.members.get(person)
            rows = {} if member is None else member.nudges
            return {nudge: row.sent_count for nudge, row in rows.items() if row.sent_count}

    def deliveries(
        self, since: datetime, until: datetime, *, person: str | None = None, limit: int = 1000
    ) -> list[Delivery]:
        with self._lock:
            found = [
                each
                for each in self._deliveries.values()
                if since <= each.due_at < until and person in (None, each.person)
            ]
        found.sort(key=lambda each: (each.due_at, each.id))
        return found[max(0, len(found) - limit) :]

    def attempts(self, deliveries: Sequence[int]) -> list[AttemptRecord]:
        with self._lock:
            return [self._attempts[key] for key in sorted(self._attempts) if key[0] in deliveries]

    def overview(self, since: datetime) -> Overview:
        with self._lock:
            members = [member for member in self._roster.members.values() if member.active]
            return Overview(
                people=len(members),
                nudges=sum(row.fingerprint is not None for member in members for row in member.nudges.values()),
                next_due_at=min((due for due, _, _ in self._due_rows()), default=None),
                states=Counter(each.state for each in self._deliveries.values() if each.updated_at >= since),
                oldest_pending_due_at=min((each.due_at for each in self._in(State.PENDING)), default=None),
                holds=tuple(self._holds[name] for name in sorted(self._holds) if self._holds[name].until > since),
                last_tick_at=self._last_tick,
            )

    def tick(self, now: datetime) -> None:
        with self._lock:
            self._last_tick = now

    def purge(self, before: datetime, limit: int) -> int:
        with self._lock:
            old = [each for each in self._deliveries.values() if each.state not in UNFINISHED]
            old = sorted((each for each in old if each.updated_at < before), key=lambda each: each.updated_at)[:limit]
            for each in old:
                del self._deliveries[each.id]
                for number in range(1, each.attempts + 1):
                    del self._attempts[each.id, number]
            return len(old)

    def _change(self, identifier: int, now: datetime, **changes: Any) -> None:
        self._deliveries[identifier] = replace(self._deliveries[identifier], updated_at=now, **changes)

    def _end_pending(self, people: set[str], state: State, reason: str, now: datetime) -> int:
        ended = [each.id for each in self._in(State.PENDING) if each.person in people]
        for identifier in ended:
            self._change(identifier, now, state=state, reason=reason)
        return len(ended)

    def _in(self, state: State) -> list[Delivery]:
        return [each for each in self._deliveries.values() if each.state is state]
