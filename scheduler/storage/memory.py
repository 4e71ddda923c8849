"""The outbox in memory, in plain Python: for tests of what stands above storage, and the measure of the real one."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import TypeVar

from config.person import Person
from scheduler.delivery.correspondence import ConsentEntry, Way
from scheduler.delivery.delivery import Delivery, NewDelivery, State
from scheduler.delivery.due_nudge import Decide, DueNudge, NudgeDecision
from scheduler.delivery.enrolment import Enrolment, RosterChange
from scheduler.delivery.judgement import MOST_REFUSALS
from scheduler.delivery.passing_over import RESTORED
from scheduler.delivery.poison import MOST_RETRIES
from scheduler.delivery.record import AttemptRecord, ChannelHold, Overview
from scheduler.delivery.rosters import FILE, Listed
from scheduler.delivery.standing import Standing
from scheduler.delivery.timekeeping import FAR, ClockHold, ClockRecord
from scheduler.storage.memory_conversing import MemoryConversing
from scheduler.storage.memory_sending import look
from scheduler.storage.rules import (
    REMOVED,
    UNFINISHED,
    NudgeRow,
    counted_since,
)

Key = TypeVar("Key")
Kept = TypeVar("Kept")


class MemoryOutbox(MemoryConversing):
    """Implements `scheduler.delivery.ports.Outbox`, where each method is specified. Forgets all when it goes."""

    def close(self) -> None:
        """Nothing to let go of."""

    def enrol(
        self, enrolments: Iterable[Enrolment], now: datetime, *, origin: str = FILE, whole: bool = True
    ) -> RosterChange:
        with self._lock:
            people = {each.person.id: each for each in enrolments}
            changes: Counter[str] = Counter()
            overruled, elsewhere = [], []
            for each in people.values():
                change, against_them, message = self._roster.enrol(each, now, origin)
                changes[change] += 1
                if against_them:
                    overruled.append(each.person.id)
                if change == "elsewhere":
                    elsewhere.append(each.person.id)
                if change == "changed":
                    self._look_again(each.person.id)
                if message is not None:
                    self._record(message, now)
            gone = self._roster.remove_others(people, origin) if whole else set()
            self._end_pending(gone, State.CANCELLED, REMOVED, now)
            return RosterChange(changes["added"], changes["changed"], len(gone), tuple(overruled), tuple(elsewhere))

    def origins(self, people: Collection[str]) -> dict[str, str]:
        with self._lock:
            known = {each: self._roster.active(each) for each in people}
            return {each: member.origin for each, member in known.items() if member is not None}

    def listed(self, after: str, limit: int, *, plan: str | None = None) -> list[Listed]:
        with self._lock:
            listed = (self._roster.listing(each) for each in sorted(self._roster.members) if each > after)
            found = [each for each in listed if each is not None and plan in (None, each.entry.plan)]
            return found[:limit]

    def listing(self, person: str) -> Listed | None:
        with self._lock:
            return self._roster.listing(person)

    def take_away(self, people: Collection[str], now: datetime) -> int:
        with self._lock:
            gone = self._roster.remove(each for each in people if self._roster.listing(each) is not None)
            self._end_pending(gone, State.CANCELLED, REMOVED, now)
            return len(gone)

    def plans(self) -> dict[str, str]:
        with self._lock:
            return dict(self._roster.plans)

    def note_plans(self, fingerprints: Mapping[str, str]) -> None:
        with self._lock:
            self._roster.plans.update(fingerprints)

    def next_event_at(self) -> datetime | None:
        with self._lock:
            pending = []
            for each in self._in(State.PENDING):
                hold = self._holds.get(each.channel)
                pending.append(each.not_before if hold is None else max(each.not_before, hold.until))
            for each in self._in_doubt():
                hold = self._holds.get(each.channel)
                pending.append(look(each) if hold is None else max(look(each), hold.until))
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
            member.gets.preferences,
            self._roster.standing(member),
            self._deliveries.counted(person, counted_since(now)),
            row.failures,
        )

    def _decided(self, due: DueNudge, decision: NudgeDecision, now: datetime) -> None:
        for new in decision.deliveries:
            self._record(new, now)
        nudges = self._roster.members[due.person].nudges
        row = nudges[due.nudge]
        nudges[due.nudge] = row._replace(
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
                nudges[delivery.kind] = row._replace(sent_count=row.sent_count + 1)
            return new

    def open_breaker(self, hold: ChannelHold) -> None:
        with self._lock:
            self._holds[hold.channel] = hold

    def opt_out(self, person: str, now: datetime, source: str) -> int:
        with self._lock:
            return self._opt_out(person, now, source)

    def pause(self, person: str, until: datetime | None, now: datetime) -> None:
        with self._lock:
            member = self._roster.active(person)
            if member is None:
                raise KeyError(person)
            member.paused_until = until
            if until is not None:
                self._take_back_snoozes(person, now)
            member.consents.append(ConsentEntry(now, "resumed" if until is None else "paused", Way.OPERATOR))
            self._look_again(person)

    def person(self, person: str) -> tuple[Person, Standing] | None:
        with self._lock:
            member = self._roster.active(person)
            return None if member is None else (member.gets, self._roster.standing(member))

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

    def holds(self, since: datetime) -> list[ChannelHold]:
        with self._lock:
            return self._held(since)

    def _held(self, since: datetime) -> list[ChannelHold]:
        return [self._holds[name] for name in sorted(self._holds) if self._holds[name].until > since]

    def overview(self, since: datetime) -> Overview:
        with self._lock:
            members = [member for member in self._roster.members.values() if member.active]
            return Overview(
                people=len(members),
                nudges=sum(row.fingerprint is not None for member in members for row in member.nudges.values()),
                next_due_at=min((due for due, _, _ in self._due_rows()), default=None),
                states=Counter(each.state for each in self._deliveries.values() if each.updated_at >= since),
                holds=tuple(self._held(since)),
                last_tick_at=self._last_tick,
                in_doubt=len(self._in_doubt()),
                given_up=sum(
                    row.failures > MOST_RETRIES
                    for member in self._roster.members.values()
                    for row in member.nudges.values()
                ),
                held_contacts=sum(times >= MOST_REFUSALS for times, _ in self._refusals.values()),
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
            latest = now + wait
            for each in list(self._deliveries.values()):
                untried = each.attempts == 0 and each.state not in UNFINISHED and each.reason != RESTORED
                if untried and each.owner_day is not None and each.due_at > now and self._undecided(each):
                    del self._deliveries[each.id]
                elif each.state is State.PENDING:
                    until = min(each.not_before, max(each.due_at, latest))
                    self._deliveries[each.id] = replace(each, not_before=until)
                elif each.state is State.UNKNOWN and each.look_at is not None:
                    self._deliveries[each.id] = replace(each, look_at=min(each.look_at, latest))
            self._leases = {identifier: min(until, latest) for identifier, until in self._leases.items()}
            self._holds = {name: replace(hold, until=min(hold.until, latest)) for name, hold in self._holds.items()}

    def _undecided(self, slot: Delivery) -> bool:
        row = self._roster.members[slot.person].nudges.get(slot.kind, NudgeRow())
        return row.decided_at is not None and slot.due_at > row.decided_at

    def purge(self, before: datetime, limit: int) -> int:
        with self._lock:
            _purge(self._approaches, before, limit)
            _purge(self._early_reports, before, limit)
            _purge(self._refusals, before, limit)
            old = [each for each in self._deliveries.values() if each.state not in UNFINISHED]
            old = sorted((each for each in old if each.updated_at < before), key=lambda each: each.updated_at)[:limit]
            for each in old:
                del self._deliveries[each.id]
                for number in range(1, each.attempts + 1):
                    for kept in (self._attempts, self._addresses, self._bodies):
                        kept.pop((each.id, number), None)
            return len(old)


def _purge(kept: dict[Key, tuple[Kept, datetime]], before: datetime, limit: int) -> None:
    old = sorted(((at, key) for key, (_, at) in kept.items() if at < before), key=lambda each: each[0])
    for _, key in old[:limit]:
        del kept[key]
