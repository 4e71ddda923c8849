"""The part of an outbox in memory that sends: attempts, their outcomes, and what is in doubt."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from config.person import ChannelName
from scheduler.delivery.composing import address_of
from scheduler.delivery.correspondence import Way
from scheduler.delivery.delivery import Delivery, Message, State
from scheduler.delivery.doubt import Doubt, Resolution
from scheduler.delivery.judgement import MOST_REFUSALS, Divert, End, Hold, Judge, Judgement, Ready, Send
from scheduler.delivery.record import AttemptRecord
from scheduler.delivery.resolving import REPEATABLE, closing_reason, next_look
from scheduler.delivery.settlement import Settlement
from scheduler.delivery.standing import Standing
from scheduler.storage.memory_reporting import MemoryReporting
from scheduler.storage.roster import Member
from scheduler.storage.rules import (
    BOUNCING,
    FOUND,
    INTERRUPTED,
    MOST_LOOKED,
    MOVED,
    OVERTAKING,
    barred,
    check_move,
)


class MemorySending(MemoryReporting):
    """See `scheduler.delivery.ports.Outbox`."""

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
            barred(delivery.kind, active=member.active, standing=standing)
            or self._moved(delivery)
            or judge(self._ready(delivery, member, standing, overtaken=overtaken))
        )
        if isinstance(judgement, End) and delivery.state is State.PENDING:
            check_move(delivery.id, State.PENDING, judgement.state)
        return judgement

    def _ready(self, delivery: Delivery, member: Member, standing: Standing, *, overtaken: bool) -> Ready:
        times, _ = self._refusals.get(self._roster.contact(delivery.person, delivery.channel) or b"", (0, None))
        return Ready(
            delivery,
            member.gets.preferences,
            member.person.contacts,
            standing,
            overtaken,
            contact_held=times >= MOST_REFUSALS,
            handle=member.handle,
        )

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
            case Hold(until=until, failed=failed) if doubtful:
                self._change(delivery.id, now, look_at=until, failures=delivery.failures + failed)
            case End(_, reason) if doubtful:
                closing = closing_reason(delivery.reason, f"not sent again ({reason})")
                self._change(delivery.id, now, look_at=None, reason=closing)
            case Hold(until, failed, life):
                changes = {} if life is None else {"expires_at": life}
                self._change(delivery.id, now, not_before=until, failures=delivery.failures + failed, **changes)
            case Divert(reason):
                following = delivery.channel_index + 1
                self._change(delivery.id, now, channel_index=following, not_before=now, reason=reason)
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
                if self._under_way(each.delivery, each.attempt) or self._late(each):
                    self._settle(each, now)
            self._catch_up([each.receipt for each in settlements], now)

    def _settle(self, settlement: Settlement, now: datetime) -> None:
        key = (settlement.delivery, settlement.attempt)
        delivery = self._deliveries[settlement.delivery]
        changes: dict[str, Any] = {"state": settlement.state, "reason": settlement.reason, "look_at": None}
        if settlement.state is State.UNKNOWN:
            changes["look_at"] = next_look(delivery.channel, delivery.looks, now)
        if settlement.state is not State.PENDING:
            changes["receipt"] = settlement.receipt
        for name in ("not_before", "channel_index"):
            if getattr(settlement, name) is not None:
                changes[name] = getattr(settlement, name)
        self._change(delivery.id, now, **changes)
        self._leases.pop(delivery.id, None)
        self._attempts[key] = replace(
            self._attempts[key], settled_at=now, outcome=settlement.outcome, reason=settlement.reason
        )
        address = self._addresses[key]
        if delivery.channel in BOUNCING and address is not None:
            self._count_refusal(address, settlement, now)
        if settlement.opt_out:
            self._opt_out(delivery.person, now, Way.PROVIDER, *([] if address is None else [address]))

    def _count_refusal(self, contact: bytes, settlement: Settlement, now: datetime) -> None:
        if settlement.bounced:
            times, _ = self._refusals.get(contact, (0, None))
            self._refusals[contact] = (times + 1, now)
        elif settlement.state is State.SENT:
            self._refusals.pop(contact, None)

    def _under_way(self, identifier: int, attempt: int, *states: State) -> bool:
        delivery = self._deliveries.get(identifier)
        known = delivery is not None and delivery.state in (states or (State.SENDING,))
        return delivery is not None and known and delivery.attempts == attempt

    def _late(self, settlement: Settlement) -> bool:
        """It settles the last attempt of a delivery that is unknown since its lease has ended."""
        delivery = self._deliveries.get(settlement.delivery)
        if delivery is None or settlement.state is State.UNKNOWN:
            return False
        return (delivery.state, delivery.attempts) == (State.UNKNOWN, settlement.attempt)

    def hand_back(self, messages: Sequence[Message], now: datetime) -> None:
        with self._lock:
            for message in messages:
                if self._under_way(message.delivery, message.attempt, State.SENDING, State.UNKNOWN):
                    before: dict[str, Any] = {"state": State.PENDING}
                    if message.doubtful:
                        looks = self._deliveries[message.delivery].looks - 1
                        before = {"state": State.UNKNOWN, "look_at": now, "looks": looks}
                    before = {"look_at": None} | before
                    self._change(message.delivery, now, attempts=message.attempt - 1, **before)
                    self._leases.pop(message.delivery, None)
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
        found = [each for each in self._in_doubt() if each.channel is channel and look(each) <= now]
        return sorted(found, key=lambda each: (look(each), each.id))

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
            self._catch_up([each.receipt for each in resolutions], now)

    def _resolve(self, resolution: Resolution, now: datetime) -> None:
        changes: dict[str, Any] = {} if resolution.receipt is None else {"receipt": resolution.receipt}
        for name in ("state", "reason", "look_at", "looks"):
            changes[name] = getattr(resolution, name)
        self._change(resolution.delivery, now, **changes)
        if resolution.state is not State.UNKNOWN:
            key = (resolution.delivery, resolution.attempt)
            self._attempts[key] = replace(self._attempts[key], outcome=FOUND, reason=resolution.reason)


def look(delivery: Delivery) -> datetime:
    """When a delivery in doubt is looked at next."""
    return delivery.look_at or delivery.updated_at
