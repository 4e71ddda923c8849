"""Deliveries become attempts, committed before any call; `settling` turns attempts into outcomes after it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Select,
    bindparam,
    exists,
    false,
    func,
    literal,
    literal_column,
    null,
    select,
    update,
)
from sqlalchemy.sql.dml import UpdateBase

from config.person import ChannelName, Contacts
from scheduler.delivery.delivery import Message, State
from scheduler.delivery.judgement import MOST_REFUSALS, Divert, End, Hold, Judge, Judgement, Ready, Send
from scheduler.delivery.resolving import REPEATABLE, closing_reason
from scheduler.storage.doubting import LAST_ATTEMPT, REACHES, forget_bodies
from scheduler.storage.instants import to_micros
from scheduler.storage.locking import held_rows
from scheduler.storage.preferences import readable
from scheduler.storage.prepared import Prepared, Row
from scheduler.storage.recording import DELIVERY, NAMES, STATES, delivery_of, split, uncount
from scheduler.storage.rules import BOUNCING, MOST_LOOKED, MOVED, OVERTAKING, UNCOUNTED, barred, check_move
from scheduler.storage.standing import OPTED_OUT, standing_of
from scheduler.storage.tables import ATTEMPTS, CHANNEL_HOLDS, DELIVERIES, IN_DOUBT, PENDING, PEOPLE, REFUSALS

_LATER = DELIVERIES.alias("later")

_OVERTAKEN = exists(
    select(1).where(
        _LATER.c.person == DELIVERIES.c.person,
        _LATER.c.due_at > DELIVERIES.c.due_at,
        _LATER.c.due_at <= bindparam("now"),  # a clock that was ahead for a while has left later ones behind
        _LATER.c.kind == DELIVERIES.c.kind,
        _LATER.c.owner_day.is_not(None),
        _LATER.c.state.in_(sorted(OVERTAKING)),
    )
)
"""Hardly ever a row: what is pending is mostly the latest of its kind."""

_PERSON = (
    PEOPLE.c.active,
    PEOPLE.c.preferences,
    PEOPLE.c.name,
    PEOPLE.c.phone,
    PEOPLE.c.email,
    PEOPLE.c.apprise,
    OPTED_OUT,
    PEOPLE.c.paused_until,
    PEOPLE.c.ended,
    PEOPLE.c.handle,
    _OVERTAKEN,
)


def _person(channel: ChannelName) -> tuple[ColumnElement[Any], ...]:
    """What is read of a person, but for where the channel reaches them."""
    refused = exists(
        select(1).where(REFUSALS.c.contact == REACHES[channel][1], REFUSALS.c.times >= literal(MOST_REFUSALS))
    )
    return (*_PERSON, refused if channel in BOUNCING else false())


def _ready(channel: ChannelName) -> Select[Any]:
    return (
        select(*DELIVERY, *_person(channel), null(), REACHES[channel][1])
        .join_from(DELIVERIES, PEOPLE)
        .where(PENDING, DELIVERIES.c.channel == str(channel), DELIVERIES.c.not_before <= bindparam("now"))
        .order_by(DELIVERIES.c.not_before, DELIVERIES.c.id)
        .limit(bindparam("limit"))
    )


def _again(channel: ChannelName) -> Select[Any]:
    return (
        select(*DELIVERY, *_person(channel), ATTEMPTS.c.address_hash, REACHES[channel][1])
        .join_from(DELIVERIES, PEOPLE)
        .join(ATTEMPTS, LAST_ATTEMPT)
        .where(IN_DOUBT, DELIVERIES.c.channel == str(channel), DELIVERIES.c.look_at <= bindparam("now"))
        .order_by(DELIVERIES.c.look_at, DELIVERIES.c.id)
        .limit(bindparam("limit"))
    )


_READY = {channel: _ready(channel) for channel in ChannelName}
_AGAIN = {channel: _again(channel) for channel in REPEATABLE}

_HELD_UNTIL = select(CHANNEL_HOLDS.c.until).where(CHANNEL_HOLDS.c.channel == bindparam("channel"))

_ATTEMPT = ("delivery", "number", "channel", "started_at", "body", "address_hash")


def _insert_attempts(_dialect: str) -> UpdateBase:
    return ATTEMPTS.insert().values({name: bindparam(name) for name in _ATTEMPT})


def _hold(_dialect: str) -> UpdateBase:
    changes = update(DELIVERIES).ordered_values(
        ("not_before", bindparam("until")),
        ("expires_at", func.coalesce(bindparam("life"), DELIVERIES.c.expires_at)),
        ("failures", DELIVERIES.c.failures + bindparam("failed")),
        ("updated_at", bindparam("now")),
    )
    return changes.where(DELIVERIES.c.id == bindparam("which"))


def _divert(_dialect: str) -> UpdateBase:
    changes = update(DELIVERIES).ordered_values(
        ("reason", bindparam("why")),
        ("channel_index", DELIVERIES.c.channel_index + literal_column("1")),
        ("channel", bindparam("next")),
        ("not_before", bindparam("now")),
        ("updated_at", bindparam("now")),
    )
    return changes.where(DELIVERIES.c.id == bindparam("which"))


def _end(_dialect: str) -> UpdateBase:
    changes = update(DELIVERIES).ordered_values(
        ("state", bindparam("new")), ("reason", bindparam("why")), ("updated_at", bindparam("now"))
    )
    return changes.where(DELIVERIES.c.id == bindparam("which"))


def _hold_doubt(_dialect: str) -> UpdateBase:
    changes = update(DELIVERIES).ordered_values(
        ("look_at", bindparam("until")),
        ("failures", DELIVERIES.c.failures + bindparam("failed")),
        ("updated_at", bindparam("now")),
    )
    return changes.where(DELIVERIES.c.id == bindparam("which"))


def _close(_dialect: str) -> UpdateBase:
    changes = update(DELIVERIES).ordered_values(
        ("look_at", null()), ("reason", bindparam("why")), ("updated_at", bindparam("now"))
    )
    return changes.where(DELIVERIES.c.id == bindparam("which"))


def _begin(_dialect: str) -> UpdateBase:
    changes = update(DELIVERIES).ordered_values(
        ("state", literal_column("'sending'")),
        ("attempts", DELIVERIES.c.attempts + literal_column("1")),
        ("look_at", null()),
        ("looks", DELIVERIES.c.looks + bindparam("count")),
        ("lease_until", bindparam("until")),
        ("updated_at", bindparam("now")),
    )
    return changes.where(DELIVERIES.c.id == bindparam("which"))


_INSERT_ATTEMPTS = Prepared(_insert_attempts, _ATTEMPT)
_BEGIN = Prepared(_begin, ("count", "until", "now", "which"))
_HOLD = Prepared(_hold, ("until", "life", "failed", "now", "which"))
_DIVERT = Prepared(_divert, ("why", "next", "now", "now", "which"))
_HOLD_DOUBT = Prepared(_hold_doubt, ("until", "failed", "now", "which"))
_CLOSE = Prepared(_close, ("why", "now", "which"))
_END = Prepared(_end, ("new", "why", "now", "which"))


def begin(
    connection: Connection,
    now: datetime,
    channel: ChannelName,
    limit: int,
    lease: timedelta,
    judge: Judge,
    cause: str | None = None,
) -> list[Message]:
    """See `Outbox.begin`."""
    until = connection.scalar(_HELD_UNTIL, {"channel": str(channel)})
    if until is not None and now < until:
        return []
    begun: list[Message] = []
    looked, wanted = 0, limit
    while wanted and looked < MOST_LOOKED:
        rows = _rows(connection, now, channel, wanted, cause)
        orders = _Orders(channel, now, lease)
        for row in rows:
            orders.take(row, _judged(row, judge))
        begun += orders.carry_out(connection)
        if len(rows) < wanted:
            break
        looked, wanted = looked + len(rows), limit - len(begun)
    return begun


class _Orders:
    """What is to become of rows, gathered so that each kind of change is one statement, however many rows."""

    def __init__(self, channel: ChannelName, now: datetime, lease: timedelta) -> None:
        self._channel = str(channel)
        self._at = to_micros(now)
        self._until = to_micros(now + lease)
        self._begun: list[Message] = []
        self._attempts: list[Row] = []
        self._held: list[Row] = []
        self._diverted: list[Row] = []
        self._ended: list[Row] = []
        self._doubtful: list[tuple[Any, Judgement]] = []

    def take(self, row: Any, judgement: Judgement) -> None:
        """Begin, hold, divert or end this row as judged. Raises ValueError for an end that is no legal move."""
        identifier, at = row[0], self._at
        match judgement:
            case Send(message):
                self._begun.append(message)
                self._attempts.append((identifier, message.attempt, self._channel, at, message.text, row[-1]))
            case judgement if _is_unknown(row):
                self._doubtful.append((row, judgement))
            case Hold(again, failed, life):
                expires = None if life is None else to_micros(life)
                self._held.append((to_micros(again), expires, int(failed), at, identifier))
            case Divert(reason):
                following = str(split(row.channels)[row.channel_index + 1])
                self._diverted.append((reason, following, at, at, identifier))
            case End(state, reason):
                check_move(identifier, State.PENDING, state)
                self._ended.append((NAMES[state], reason, at, identifier))

    def carry_out(self, connection: Connection) -> list[Message]:
        """Returns the messages that have begun."""
        _HOLD.run(connection, self._held)
        _DIVERT.run(connection, self._diverted)
        _END.run(connection, self._ended)
        uncount(connection, [identifier for state, _, _, identifier in self._ended if STATES[state] in UNCOUNTED])
        _leave_unknown(connection, self._doubtful, self._at)
        _BEGIN.run(connection, [(int(each.doubtful), self._until, self._at, each.delivery) for each in self._begun])
        _INSERT_ATTEMPTS.run(connection, self._attempts)
        return self._begun


def _rows(connection: Connection, now: datetime, channel: ChannelName, limit: int, cause: str | None) -> list[Any]:
    """What is pending, and in the room that is left what may be sent again."""
    if cause is not None:
        return held_rows(connection, _READY[channel].where(DELIVERIES.c.cause == cause), now, limit)
    rows = held_rows(connection, _READY[channel], now, limit)
    if channel in _AGAIN and len(rows) < limit:
        rows += held_rows(connection, _AGAIN[channel], now, limit - len(rows))
    return rows


def _judged(row: Any, judge: Judge) -> Judgement:
    active, document, name, phone, email, apprise, *rest, held, went_to, goes_to = row[len(DELIVERY) :]
    opted_out, paused_until, ended, handle, overtaken = rest
    standing = standing_of(opted_out, paused_until, ended)
    barrier = barred(row.kind, active=active, standing=standing)
    if barrier is not None:
        return barrier
    if _is_unknown(row) and went_to != goes_to:
        return End(State.UNKNOWN, MOVED)
    try:
        delivery = delivery_of(row)
    except (KeyError, ValueError) as error:
        return End(State.FAILED, f"its row cannot be read ({type(error).__name__})")
    contacts = Contacts(name, phone, email, apprise)
    preferences, fault = readable(document)
    return judge(Ready(delivery, preferences, contacts, standing, bool(overtaken), fault, bool(held), handle))


def _is_unknown(row: Any) -> bool:
    return bool(row.state == State.UNKNOWN)


def _leave_unknown(connection: Connection, judged: Sequence[tuple[Any, Judgement]], at: int) -> None:
    """What is not sent again for now waits; what may never be is closed. Either way it stays unknown."""
    held = [(to_micros(hold.until), int(hold.failed), at, row.id) for row, hold in judged if isinstance(hold, Hold)]
    closed = [
        (closing_reason(row.reason, f"not sent again ({end.reason})"), at, row.id)
        for row, end in judged
        if isinstance(end, End)
    ]
    _HOLD_DOUBT.run(connection, held)
    _CLOSE.run(connection, closed)
    forget_bodies(connection, [identifier for _, _, identifier in closed])
