"""What somebody says takes effect: everything an approach does, in the transaction that records it. In SQL."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, delete, exists, insert, or_, select, update

from config.changes import Changes, to_text, with_changes
from config.document import from_document, to_document
from config.person import Preferences
from scheduler.delivery.cause import welcome_cause
from scheduler.delivery.correspondence import FORGET_AFTER, Approach, Correspondent, Heard, React, Reaction
from scheduler.delivery.delivery import NewDelivery, State
from scheduler.delivery.enrolment import UNPLANNED, Plan
from scheduler.delivery.standing import Ended
from scheduler.planning.slot import Silence
from scheduler.storage import standing
from scheduler.storage.contacts import ContactHasher
from scheduler.storage.dialect import insert_new
from scheduler.storage.enrolled import plan_anew
from scheduler.storage.instants import to_micros
from scheduler.storage.listening import Known, contact_of, correspondent_of, known, whose
from scheduler.storage.locking import Guarded, guard_with_others
from scheduler.storage.marks import INBOX, mark, marked
from scheduler.storage.recording import record
from scheduler.storage.rules import STOPPED
from scheduler.storage.tables import APPROACHES, DELIVERIES, DIARY, LEAVING, PENDING, PEOPLE


def converse(
    connection: Connection, hasher: ContactHasher, approach: Approach, react: React, plan: Plan, now: datetime
) -> Heard:
    """See `Conversing.converse`."""
    earlier = _noted(connection, approach, now)
    if earlier is not None:
        return earlier
    contact = contact_of(hasher, approach)
    guard_with_others(connection, Guarded.CONTACTS)
    identifier = whose(connection, approach, contact)
    if identifier is None:
        heard = _from_nobody(connection, approach, contact, react(None), now)
    else:
        standing.hold_sharers(connection, identifier)
        heard = _from_somebody(connection, approach, identifier, react, plan, now)
    record_of_it = update(APPROACHES).where(APPROACHES.c.id == approach.id)
    connection.execute(record_of_it.values(person=heard.person, understood=heard.understood))
    return heard


def correspondent(connection: Connection, person: str, now: datetime, delivery: int | None) -> Correspondent | None:
    """See `Conversing.correspondent`."""
    active = connection.scalar(select(PEOPLE.c.active).where(PEOPLE.c.id == person))
    return correspondent_of(connection, known(connection, person), now, delivery) if active else None


def forgettable(connection: Connection, now: datetime) -> list[str]:
    """See `Conversing.forgettable`."""
    waiting = exists().where(
        DELIVERIES.c.person == PEOPLE.c.id,
        DELIVERIES.c.kind == "forgotten",
        DELIVERIES.c.state.in_([State.PENDING, State.SENDING]),
    )
    answered = or_(PEOPLE.c.forget_at <= now - FORGET_AFTER, ~waiting)
    return list(
        connection.scalars(select(PEOPLE.c.id).where(LEAVING, answered).order_by(PEOPLE.c.forget_at, PEOPLE.c.id))
    )


def read_until(connection: Connection) -> datetime | None:
    """See `Conversing.read_until`."""
    return marked(connection, INBOX)


def have_read(connection: Connection, until: datetime) -> None:
    """See `Conversing.have_read`."""
    mark(connection, INBOX, until)


def _noted(connection: Connection, approach: Approach, now: datetime) -> Heard | None:
    """Record the approach; what came of it before, where it was here already."""
    new = {"id": approach.id, "way": approach.way, "at": approach.at, "understood": "", "heard_at": now}
    recorded = insert_new(connection.dialect.name, APPROACHES).values(new).returning(APPROACHES.c.id)
    if connection.execute(recorded).first() is not None:
        return None
    row = connection.execute(
        select(APPROACHES.c.understood, APPROACHES.c.person).where(APPROACHES.c.id == approach.id)
    ).one()
    return Heard(False, row.understood, row.person)


def _from_somebody(
    connection: Connection, approach: Approach, identifier: str, react: React, plan: Plan, now: datetime
) -> Heard:
    try:
        found = known(connection, identifier)
    except ValueError:  # a damaged row must not keep anyone from stopping
        reaction = react(None)
        if reaction.opted_out is True:
            standing.stop(connection, identifier, now, approach.way)
        return Heard(True, reaction.understood, identifier)
    reaction = react(correspondent_of(connection, found, now, approach.delivery))
    answers = _Carrying(connection, approach, found, now).out(reaction, plan)
    return Heard(True, reaction.understood, identifier, answers)


def _from_nobody(
    connection: Connection, approach: Approach, contact: bytes | None, reaction: Reaction, now: datetime
) -> Heard:
    if contact is not None and reaction.opted_out is True:
        standing.shut(connection, [contact], now, approach.way)
    if contact is not None and reaction.opted_out is False:
        standing.reopen(connection, [contact])
    return Heard(True, reaction.understood)


class _Carrying:
    """Carries out one reaction of one person."""

    def __init__(self, connection: Connection, approach: Approach, known: Known, now: datetime) -> None:
        self._connection = connection
        self._approach = approach
        self._known = known
        self._id = known.person.id
        self._now = now

    def out(self, reaction: Reaction, plan: Plan) -> int:
        """Everything; returns how many answers wait to be sent."""
        before, ended = self._known.standing.ended, self._ended(reaction)
        gets = self._known.gets
        standing.log(self._connection, self._id, reaction.consents)
        if reaction.changes is not None:
            gets = replace(gets, preferences=self._change(reaction.changes))
        self._stop_or_come_back(reaction.opted_out)
        if reaction.paused_until is not None or reaction.resumed:
            self._set(paused_until=reaction.paused_until)
        if reaction.paused_until is not None:
            standing.take_back_snoozes(self._connection, self._id, self._now)
        if ended is not before:
            self._set(ended=ended, ended_at=None if ended is None else self._now)
        if ended is not None and ended is not before:  # only then: later it would be the answers that wait
            self._cancel(Silence.ENDED)
        if self._known.active and (reaction.changes is not None or ended is not before):
            plan_anew(self._connection, self._id, UNPLANNED if ended else plan(gets), self._now)
        self._note(reaction, ended)
        if reaction.forget:
            self._set(forget_at=self._now)
        standing.look_again(self._connection, [self._id])
        return sum([self._answer(each) for each in reaction.answers])

    def _stop_or_come_back(self, opted_out: bool | None) -> None:  # noqa: FBT001 - as `Reaction` has it
        if opted_out is True:
            standing.stop(self._connection, self._id, self._now, self._approach.way)
        elif opted_out is False:
            standing.come_back(self._connection, self._id)

    def _ended(self, reaction: Reaction) -> Ended | None:
        """After a loss nothing takes its place; only an operator takes it back."""
        before = self._known.standing.ended
        if reaction.restarted:
            return None
        return before if before is Ended.LOSS else reaction.ended or before

    def _set(self, **values: Any) -> None:
        self._connection.execute(update(PEOPLE).where(PEOPLE.c.id == self._id).values(values))

    def _change(self, changes: Changes) -> Preferences:
        """Keep what they have changed now; returns what they get."""
        filed = to_document(self._known.person.preferences)
        gets = to_document(with_changes(self._known.person.preferences, changes))
        self._set(preferences=gets, filed=None if gets == filed else filed, changes=to_text(changes))
        stopped = changes.stopped - self._known.changes.stopped
        if stopped:
            self._cancel(STOPPED, DELIVERIES.c.kind.in_(sorted(stopped)))
        return from_document(gets)

    def _cancel(self, reason: str, *which: ColumnElement[bool]) -> None:
        ended = {"state": State.CANCELLED, "reason": reason, "counted_on": None, "updated_at": self._now}
        connection, theirs = self._connection, DELIVERIES.c.person == self._id
        connection.execute(update(DELIVERIES).where(PENDING, theirs, *which).values(ended))

    def _note(self, reaction: Reaction, ended: Ended | None) -> None:
        """What they did and felt; after a loss nothing is kept of it."""
        if ended is Ended.LOSS:
            self._connection.execute(delete(DIARY).where(DIARY.c.person == self._id))
        elif reaction.noted:
            rows = [
                {"person": self._id, "at": each.at, "what": each.what, "nudge": each.nudge} for each in reaction.noted
            ]
            self._connection.execute(insert(DIARY), rows)

    def _answer(self, answer: NewDelivery) -> bool:
        """Whether it waits to be sent."""
        if answer.cause == welcome_cause(self._id):
            if self._known.welcomed:
                return False
            self._set(welcomed=True)
        new = record(self._connection, [answer], to_micros(self._now)) > 0
        return new and answer.state is State.PENDING
