"""What always holds between the rows of a sound record, whatever happened. `legup db check` asks, and so do the tests
after everything they do to an outbox."""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy import ColumnElement, Connection, FromClause, String, and_, exists, func, literal, not_, or_, select

from config.person import ChannelName
from scheduler.delivery.delivery import State
from scheduler.delivery.standing import Ended
from scheduler.storage.rules import UNCOUNTED
from scheduler.storage.tables import ATTEMPTS, DELIVERIES, DIARY, NUDGES, PEOPLE

_D = DELIVERIES.c
_STATE = _D.state
_BEING_SENT = _STATE == State.SENDING
_OF_IT = ATTEMPTS.c.delivery == _D.id
_OPEN_ATTEMPT = exists().where(_OF_IT, ATTEMPTS.c.number == _D.attempts, ATTEMPTS.c.settled_at.is_(None))
_RECORDED = select(func.count()).where(_OF_IT).correlate(DELIVERIES).scalar_subquery()
_OWNER_ACTIVE = exists().where(PEOPLE.c.id == NUDGES.c.person, PEOPLE.c.active)
_OWNER_ENDED = exists().where(PEOPLE.c.id == NUDGES.c.person, PEOPLE.c.ended.is_not(None))
_AFTER_LOSS = exists().where(PEOPLE.c.id == DIARY.c.person, PEOPLE.c.ended == Ended.LOSS)
_TEXT_NEEDED = exists().where(
    _D.id == ATTEMPTS.c.delivery, or_(_BEING_SENT, and_(_STATE == State.UNKNOWN, _D.look_at.is_not(None)))
)


def _within(channels: ColumnElement[str], channel: ColumnElement[str]) -> ColumnElement[bool]:
    comma = literal(",", String)
    return (comma + channels + comma).contains(comma + channel + comma)


_BROKEN: tuple[tuple[FromClause, ColumnElement[bool], str], ...] = (
    (DELIVERIES, _STATE.not_in([str(each) for each in State]), "deliveries are in a state that does not exist"),
    (DELIVERIES, _D.channel.not_in([str(each) for each in ChannelName]), "deliveries are on an unknown channel"),
    (DELIVERIES, not_(_within(_D.channels, _D.channel)), "deliveries are on a channel that is not one of theirs"),
    (
        DELIVERIES,
        and_(_STATE == State.PENDING, _D.expires_at <= _D.due_at),
        "deliveries wait that never had a life to be sent in",
    ),
    (
        DELIVERIES,
        and_(_BEING_SENT, or_(_D.lease_until.is_(None), not_(_OPEN_ATTEMPT))),
        "deliveries are being sent without a lease or an attempt",
    ),
    (
        DELIVERIES,
        and_(not_(_BEING_SENT), _D.lease_until.is_not(None)),
        "deliveries hold a lease and are not being sent",
    ),
    (DELIVERIES, _D.attempts != _RECORDED, "deliveries count other attempts than are recorded"),
    (
        DELIVERIES,
        and_(_D.look_at.is_not(None), _STATE != State.UNKNOWN),
        "deliveries are to be looked up though it is known what became of them",
    ),
    (
        DELIVERIES,
        and_(_D.counted_on.is_not(None), _STATE.in_([str(each) for each in UNCOUNTED])),
        "deliveries count against the daily limit though they were never sent",
    ),
    (
        ATTEMPTS,
        and_(ATTEMPTS.c.body.is_not(None), not_(_TEXT_NEEDED)),
        "attempts keep the text of a message that nothing needs any more",
    ),
    (NUDGES, and_(NUDGES.c.next_due_at.is_not(None), not_(_OWNER_ACTIVE)), "nudges of people who are gone are due"),
    (NUDGES, and_(NUDGES.c.next_due_at.is_not(None), _OWNER_ENDED), "nudges are due that their person has ended"),
    (DIARY, _AFTER_LOSS, "lines of a diary are kept that should have gone"),
    (
        NUDGES,
        and_(NUDGES.c.next_due_at.is_not(None), NUDGES.c.fingerprint.is_(None)),
        "nudges are due that are switched off",
    ),
    (
        NUDGES,
        and_(NUDGES.c.fingerprint.is_not(None), NUDGES.c.decided_at.is_(None)),
        "nudges do not know up to when they are decided",
    ),
)
"""Each table with what must hold for none of its rows, and the sentence when it does for some."""


def broken(connection: Connection) -> Iterator[str]:
    """A sentence for each rule that some rows break."""
    for table, condition, sentence in _BROKEN:
        number = connection.scalar(select(func.count()).select_from(table).where(condition))
        if number:
            yield f"{number} {sentence}"
