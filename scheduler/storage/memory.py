"""The outbox in memory, in plain Python: for tests of what stands above storage, and the measure of the real one."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from threading import RLock
from typing import Any

from config.person import ChannelName, Person
from scheduler.delivery.delivery import Delivery, Message, NewDelivery, State
from scheduler.delivery.doubt import Doubt, Resolution
from scheduler.delivery.judging import address_of
from scheduler.delivery.poison import MOST_RETRIES
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
from scheduler.delivery.resolving import REPEATABLE, closing_reason, next_look
from scheduler.delivery.timekeeping import FAR, ClockHold, ClockRecord
from scheduler.planning.decision import EDIT_GUARD
from scheduler.planning.slot import Silence
from scheduler.storage.contacts import ContactHasher
from scheduler.storage.ledger import Ledger
from scheduler.storage.roster import Roster
from scheduler.storage.rules import (
    FOUND,
    INTERRUPTED,
    MOST_LOOKED,
    MOVED,
    OVERTAKING,
    REMOVED,
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
        self._deliveries = Ledger()
        self._last_id = 0
        self._leases: dict[int, datetime] = {}
        self._attempts: dict[tuple[int, int], AttemptRecord] = {}
        self._addresses: dict[tuple[int, int], bytes | None] = {}
        self._bodies: dict[tuple[int, int], str] = {}
        self._holds: dict[ChannelName, ChannelHold] = {}
        self._last_tick: datetime | None = None
        self._clock = ClockRecord()

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
            for each in self._in_doubt():
                hold = self._holds.get(each.channel)
                pending.append(_look(each) if hold is None else max(_look(each), hold.until))
            return min([*(due for due, _, _ in self._due_rows()), *pending, *self._leases.values()], default=None)

    def claim_due(self, now: datetime, limit: int, decide: Decide) -> int:
        with self._lock:
            rows = sorted(row for row in self._due_rows() if row[0] <= now)[:limit]
            due = [self._due(person, nudge, now) for _, person, nudge in rows]
            for each, decision in zip(due, decide(due) if due else (), strict=True):
                self._decided(each, decision, now)
            return len(due)

    def _due_rows(self) -> Iterator[tuple[datetime, str, str]]:
        for identifier, member in self._roster.members.items():
            for nudge, row in member.nudges.items():
                if row.next_due_at is not None:
                    yield row.next_due_at, identifier, nudge

    def _due(self, person: str, nudge: str, now: datetime) -> DueNudge:
        member = self._roster.members[person]
        row = member.nudges[nudge]
        return DueNudge(
            person,
            nudge,
            now if row.decided_at is None else row.decided_at,
            row.sent_count,
            member.person.preferences,
            self._roster.standing(member),
            self._deliveries.counted(person, counted_since(now)),
            row.failures,
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
            failures=decision.failures,
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
            if cause is None and channel in REPEATABLE:
                pending += self._to_look_at(now, channel)
            judged: list[tuple[Delivery, Judgement]] = []
            for each in pending[:MOST_LOOKED]:
                if sum(isinstance(judgement, Send) for _, judgement in judged) == limit:
                    break
                judged.append((each, self._judged(each, judge, now)))
            messages = [self._begun(each, judgement, now, lease) for each, judgement in judged]
            return [message for message in messages if message is not None]

    def _judged(self, delivery: Delivery, judge: Judge, now: datetime) -> Judgement:
        member = self._roster.members[delivery.person]
        standing = self._roster.standing(member)
        overtaken = any(each.state in OVERTAKING for each in self._deliveries.later(delivery, now))
        judgement = (
            barred(active=member.active, standing=standing)
            or self._moved(delivery)
            or judge(Ready(delivery, member.person.preferences, member.person.contacts, standing, overtaken))
        )
        if isinstance(judgement, End) and delivery.state is State.PENDING:
            check_move(delivery.id, State.PENDING, judgement.state)
        return judgement

    def _moved(self, delivery: Delivery) -> End | None:
        if delivery.state is not State.UNKNOWN or self._same_contact(delivery):
            return None
        return End(State.UNKNOWN, MOVED)

    def _same_contact(self, delivery: Delivery) -> bool:
        contact = self._roster.contact(delivery.person, delivery.channel)
        return self._addresses[delivery.id, delivery.attempts] == contact

    def _begun(self, delivery: Delivery, judgement: Judgement, now: datetime, lease: timedelta) -> Message | None:
        doubtful = delivery.state is State.UNKNOWN
        match judgement:
            case Hold(until, failed) if doubtful:
                self._change(delivery.id, now, look_at=until, failures=delivery.failures + failed)
            case End(_, reason) if doubtful:
                closing = closing_reason(delivery.reason, f"not sent again ({reason})")
                self._change(delivery.id, now, look_at=None, reason=closing)
            case Hold(until, failed):
                self._change(delivery.id, now, not_before=until, failures=delivery.failures + failed)
            case End(state, reason):
                self._change(delivery.id, now, state=state, reason=reason)
            case Send(message):
                key = (delivery.id, message.attempt)
                looks = delivery.looks + doubtful
                self._change(
                    delivery.id, now, state=State.SENDING, attempts=delivery.attempts + 1, look_at=None, looks=looks
                )
                self._leases[delivery.id] = now + lease
                self._bodies[key] = message.text
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
        if settlement.state is State.UNKNOWN:
            changes["look_at"] = next_look(delivery.channel, delivery.looks, now)
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
                    before: dict[str, Any] = {"state": State.PENDING}
                    if message.doubtful:
                        looks = self._deliveries[message.delivery].looks - 1
                        before = {"state": State.UNKNOWN, "look_at": now, "looks": looks}
                    self._change(message.delivery, now, attempts=message.attempt - 1, **before)
                    del self._leases[message.delivery]
                    del self._attempts[message.delivery, message.attempt]

    def expire_leases(self, now: datetime) -> int:
        with self._lock:
            expired = [identifier for identifier, until in self._leases.items() if until <= now]
            for identifier in expired:
                delivery = self._deliveries[identifier]
                look_at = next_look(delivery.channel, delivery.looks, now)
                self._change(identifier, now, state=State.UNKNOWN, reason=INTERRUPTED, look_at=look_at)
                del self._leases[identifier]
                key = (identifier, delivery.attempts)
                self._attempts[key] = replace(
                    self._attempts[key], settled_at=now, outcome="unknown", reason=INTERRUPTED
                )
            return len(expired)

    def in_doubt(self, now: datetime, channel: ChannelName, limit: int) -> list[Doubt]:
        with self._lock:
            return [self._doubt(each) for each in self._to_look_at(now, channel)[:limit]]

    def _to_look_at(self, now: datetime, channel: ChannelName) -> list[Delivery]:
        found = [each for each in self._in_doubt() if each.channel is channel and _look(each) <= now]
        return sorted(found, key=lambda each: (_look(each), each.id))

    def _in_doubt(self) -> list[Delivery]:
        return [each for each in self._in(State.UNKNOWN) if each.look_at is not None]

    def _doubt(self, delivery: Delivery) -> Doubt:
        key = (delivery.id, delivery.attempts)
        same = self._addresses[key], self._bodies[key]
        others = [
            (each.id, each.attempts) for each in (*self._in(State.SENDING), *self._in_doubt()) if each != delivery
        ]
        contacts = self._roster.members[delivery.person].person.contacts
        address = address_of(delivery.person, contacts, delivery.channel) if self._same_contact(delivery) else None
        rivals = sum((self._addresses[other], self._bodies[other]) == same for other in others)
        return Doubt(delivery, self._attempts[key].started_at, address, self._bodies[key], rivals)

    def known_receipts(self, receipts: Collection[str]) -> set[str]:
        with self._lock:
            return {each.receipt for each in self._deliveries.values() if each.receipt in receipts and each.receipt}

    def resolve(self, resolutions: Sequence[Resolution], now: datetime) -> None:
        with self._lock:
            for each in resolutions:
                if each.state is not State.UNKNOWN:
                    check_move(each.delivery, State.UNKNOWN, each.state)
            taken = self.known_receipts([each.receipt for each in resolutions if each.receipt])
            for each in resolutions:
                delivery = self._deliveries.get(each.delivery)
                if delivery is None or (delivery.state, delivery.attempts) != (State.UNKNOWN, each.attempt):
                    continue
                if each.receipt not in taken:
                    self._resolve(each, now)

    def _resolve(self, resolution: Resolution, now: datetime) -> None:
        changes: dict[str, Any] = {} if resolution.receipt is None else {"receipt": resolution.receipt}
        for name in ("state", "reason", "look_at", "looks"):
            changes[name] = getattr(resolution, name)
        self._change(resolution.delivery, now, **changes)
        if resolution.state is not State.UNKNOWN:
            key = (resolution.delivery, resolution.attempt)
            self._attempts[key] = replace(self._attempts[key], outcome=FOUND, reason=resolution.reason)

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
                in_doubt=len(self._in_doubt()),
                given_up=sum(
                    row.failures > MOST_RETRIES
                    for member in self._roster.members.values()
                    for row in member.nudges.values()
                ),
            )

    def tick(self, now: datetime, *, believed: bool = True) -> None:
        with self._lock:
            self._last_tick = now
            newest = self._clock.newest
            if believed and (newest is None or newest < now):
                self._clock = replace(self._clock, newest=now)

    def clock_record(self) -> ClockRecord:
        return self._clock

    def hold_clock(self, hold: ClockHold) -> None:
        with self._lock:
            self._clock = replace(self._clock, hold=hold)

    def release_clock(self, now: datetime, wait: timedelta) -> None:
        with self._lock:
            self._clock = replace(self._clock, hold=None)
            self.rewind(now, wait)

    def confirm_clock(self, now: datetime, wait: timedelta) -> None:
        with self._lock:
            self._clock = ClockRecord(newest=now)
            self._roster.decide_since(now - FAR)
            self.rewind(now, wait)

    def rewind(self, now: datetime, wait: timedelta) -> None:
        with self._lock:
            self._roster.rewind(now)
            last, latest = now + EDIT_GUARD, now + wait
            for each in list(self._deliveries.values()):
                passed_over = each.owner_day is not None and each.attempts == 0 and each.state not in UNFINISHED
                if passed_over and each.due_at > last:
                    del self._deliveries[each.id]
                elif each.state is State.PENDING:
                    until = min(each.not_before, max(each.due_at, latest))
                    self._deliveries[each.id] = replace(each, not_before=until)
                elif each.state is State.UNKNOWN and each.look_at is not None:
                    self._deliveries[each.id] = replace(each, look_at=min(each.look_at, latest))
            self._leases = {identifier: min(until, latest) for identifier, until in self._leases.items()}
            self._holds = {name: replace(hold, until=min(hold.until, latest)) for name, hold in self._holds.items()}

    def purge(self, before: datetime, limit: int) -> int:
        with self._lock:
            old = [each for each in self._deliveries.values() if each.state not in UNFINISHED]
            old = sorted((each for each in old if each.updated_at < before), key=lambda each: each.updated_at)[:limit]
            for each in old:
                del self._deliveries[each.id]
                for number in range(1, each.attempts + 1):
                    for kept in (self._attempts, self._addresses, self._bodies):
                        kept.pop((each.id, number), None)
            return len(old)

    def _change(self, identifier: int, now: datetime, **changes: Any) -> None:
        self._deliveries[identifier] = replace(self._deliveries[identifier], updated_at=now, **changes)

    def _end_pending(self, people: set[str], state: State, reason: str, now: datetime) -> int:
        ended = [each.id for each in self._in(State.PENDING) if each.person in people]
        for identifier in ended:
            self._change(identifier, now, state=state, reason=reason)
        return len(ended)

    def _in(self, state: State) -> list[Delivery]:
        return self._deliveries.in_state(state)


def _look(delivery: Delivery) -> datetime:
    return delivery.look_at or delivery.updated_at
