"""The part of an outbox in memory that people turn to."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

from scheduler.delivery.cause import SNOOZED, snooze_cause, welcome_cause
from scheduler.delivery.correspondence import (
    FORGET_AFTER,
    LATELY,
    REMEMBERED,
    Approach,
    ConsentEntry,
    Correspondent,
    DiaryEntry,
    Heard,
    Noted,
    React,
    Reaction,
)
from scheduler.delivery.delivery import Delivery, NewDelivery, State
from scheduler.delivery.enrolment import UNPLANNED, Plan
from scheduler.delivery.standing import Ended
from scheduler.planning.slot import Silence
from scheduler.storage.memory_sending import MemorySending
from scheduler.storage.roster import Member
from scheduler.storage.rules import ANSWERABLE, NUDGING, STOPPED, STOPPING, UNFINISHED, WITHDRAWN

_NEVER = datetime.min.replace(tzinfo=UTC)


class MemoryConversing(MemorySending):
    """See `scheduler.delivery.conversing.Conversing`."""

    def converse(self, approach: Approach, react: React, plan: Plan, now: datetime) -> Heard:
        with self._lock:
            if approach.id in self._approaches:
                earlier, _ = self._approaches[approach.id]
                return Heard(False, earlier.understood, earlier.person)
            member = self._whose(approach)
            if member is None:
                heard = self._from_nobody(approach, react(None))
            else:
                reaction = react(self._correspondent(member, now, approach.delivery))
                self._note_stop(member.person.id, approach, reaction)
                answers = self._carry_out(member, reaction, plan, now)
                heard = Heard(True, reaction.understood, member.person.id, answers)
            self._approaches[approach.id] = (heard, now)
            return heard

    def correspondent(self, person: str, now: datetime, *, delivery: int | None = None) -> Correspondent | None:
        with self._lock:
            member = self._roster.active(person)
            return None if member is None else self._correspondent(member, now, delivery)

    def by_handle(self, handle: str) -> str | None:
        with self._lock:
            return next((person for person, each in self._roster.members.items() if each.handle == handle), None)

    def handle_of(self, person: str) -> str | None:
        with self._lock:
            member = self._roster.members.get(person)
            return None if member is None else member.handle

    def consents(self, person: str) -> list[ConsentEntry]:
        with self._lock:
            member = self._roster.members.get(person)
            return [] if member is None else sorted(member.consents, key=lambda each: each.at)

    def diary(self, person: str, since: datetime, until: datetime) -> list[DiaryEntry]:
        with self._lock:
            member = self._roster.members.get(person)
            return [] if member is None else [each for each in _diary(member, since) if each.at < until]

    def forgettable(self, now: datetime) -> list[str]:
        with self._lock:
            unanswered = {
                each.person for each in (*self._in(State.PENDING), *self._in(State.SENDING)) if each.kind == "forgotten"
            }
            leaving = [
                (each.forget_at, person) for person, each in self._roster.members.items() if each.forget_at is not None
            ]
            overdue = now - FORGET_AFTER
            return [person for at, person in sorted(leaving) if at <= overdue or person not in unanswered]

    def read_until(self) -> datetime | None:
        return self._read_until

    def have_read(self, until: datetime) -> None:
        self._read_until = until

    def _whose(self, approach: Approach) -> Member | None:
        if approach.person is not None:
            return self._roster.members.get(approach.person)
        contact = None if approach.contact is None else self._roster.hasher.at(*approach.contact)
        having = [] if contact is None else self._roster.having(contact)

        def last_written_to(member: Member) -> datetime:
            began = [
                self._attempts[key].started_at
                for key, address in self._addresses.items()
                if address == contact and key in self._attempts and self._deliveries[key[0]].person == member.person.id
            ]
            return max(began, default=_NEVER)

        having.sort(key=lambda member: member.person.id)
        return max(having, key=lambda member: (member.active, last_written_to(member)), default=None)

    def _from_nobody(self, approach: Approach, reaction: Reaction) -> Heard:
        contact = None if approach.contact is None else self._roster.hasher.at(*approach.contact)
        if contact is not None and reaction.opted_out is not None:
            (self._roster.shut if reaction.opted_out else self._roster.reopen)(contact)
        return Heard(True, reaction.understood)

    def _correspondent(self, member: Member, now: datetime, delivery: int | None) -> Correspondent:
        since, standing = now - REMEMBERED, self._roster.standing(member)
        noted = _diary(member, since)
        answered: dict[str, datetime] = {}
        mine = [each for each in self._deliveries.values() if each.person == member.person.id]
        answers = [each for each in mine if each.cause.startswith("reply:") and each.due_at >= since]
        for each in answers:
            answered[each.kind] = max(answered.get(each.kind, _NEVER), each.due_at)
        last = self._meant(member.person.id, delivery)
        again = [_coming(each) for each in mine if last is not None and each.cause == snooze_cause(last.id)]
        return Correspondent(
            person=member.person,
            changes=member.changes,
            preferences=member.gets.preferences,
            standing=standing,
            last=last,
            dones=tuple(each.at for each in noted if each.what is Noted.DONE),
            cramps=tuple(each.at for each in noted if each.what is Noted.CRAMP),
            answered=answered,
            stopped_at=self._stopped_at(member) if standing.opted_out else None,
            answers_lately=sum(each.due_at > now - LATELY for each in answers),
            snoozed_until=again[0] if again else None,
        )

    def _note_stop(self, person: str, approach: Approach, reaction: Reaction) -> None:
        if reaction.understood in STOPPING:
            self._said_stop[person] = max(self._said_stop.get(person, _NEVER), approach.at)

    def _stopped_at(self, member: Member) -> datetime | None:
        logged = [each.at for each in member.consents if each.what in WITHDRAWN]
        said = self._said_stop.get(member.person.id)
        return max(logged if said is None else [*logged, said], default=None)

    def _meant(self, person: str, delivery: int | None) -> Delivery | None:
        theirs = [each for each in self._deliveries.values() if each.person == person]
        named = [each for each in theirs if each.id == delivery]
        went_out = [each for each in theirs if each.state in ANSWERABLE and each.cause.startswith(NUDGING)]
        return max(named or went_out, key=lambda each: (each.due_at, each.id), default=None)

    def _carry_out(self, member: Member, reaction: Reaction, plan: Plan, now: datetime) -> int:
        person, before = member.person.id, member.ended
        member.consents += reaction.consents
        if reaction.changes is not None:
            stopped = reaction.changes.stopped - member.changes.stopped
            member.change(reaction.changes)
            self._end_pending({person}, State.CANCELLED, STOPPED, now, stopped)
        if reaction.opted_out is True:
            self._silence(self._roster.stop(person), now)
        elif reaction.opted_out is False:
            self._roster.come_back(person)
        if reaction.paused_until is not None or reaction.resumed:
            member.paused_until = reaction.paused_until
        if reaction.paused_until is not None:  # the later word counts
            self._take_back_snoozes(person, now)
        self._end(member, reaction, now)
        if member.active and (reaction.changes is not None or member.ended is not before):
            member.plan_anew(UNPLANNED if member.ended else plan(member.gets), now)
        self._look_again(person)
        if member.ended is not Ended.LOSS:
            member.diary += reaction.noted
        if reaction.forget:
            member.forget_at = now
        return sum([self._answer(member, each, now) for each in reaction.answers])

    def _take_back_snoozes(self, person: str, now: datetime) -> None:
        for each in self._in(State.PENDING):
            if each.person == person and each.cause.startswith(SNOOZED):
                self._deliveries[each.id] = replace(each, state=State.SUPPRESSED, reason=Silence.PAUSED, updated_at=now)

    def _end(self, member: Member, reaction: Reaction, now: datetime) -> None:
        before = member.ended
        if reaction.restarted:
            member.ended = None
        elif member.ended is not Ended.LOSS:
            member.ended = reaction.ended or member.ended
        if member.ended is not None and member.ended is not before:
            self._end_pending({member.person.id}, State.CANCELLED, Silence.ENDED, now)
        if member.ended is Ended.LOSS:
            member.diary.clear()

    def _answer(self, member: Member, answer: NewDelivery, now: datetime) -> bool:
        if answer.cause == welcome_cause(member.person.id):
            if member.welcomed:
                return False
            member.welcomed = True
        return self._record(answer, now) and answer.state is State.PENDING


def _coming(delivery: Delivery) -> datetime:
    return delivery.due_at if delivery.state in UNFINISHED | ANSWERABLE else delivery.updated_at


def _diary(member: Member, since: datetime) -> list[DiaryEntry]:
    return sorted((each for each in member.diary if each.at >= since), key=lambda each: each.at)
