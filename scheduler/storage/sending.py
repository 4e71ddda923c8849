"""Deliveries become attempts before any call, and attempts become outcomes after it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Select, bindparam, delete, literal_column, null, select, update
from sqlalchemy.sql.dml import UpdateBase

from config.document import from_document
from config.person import ChannelName, Contacts
from scheduler.delivery.delivery import Message, State
from scheduler.delivery.ports import End, Hold, Judge, Judgement, Ready, Send
from scheduler.storage.batches import batches
from scheduler.storage.instants import to_micros
from scheduler.storage.prepared import Prepared, Row
from scheduler.storage.recording import DELIVERY, NAMES, STATES, delivery_of, uncount
from scheduler.storage.rules import INTERRUPTED, UNCOUNTED, barred, check_move
from scheduler.storage.standing import OPTED_OUT, standing_of
from scheduler.storage.tables import ATTEMPTS, CHANNEL_HOLDS, DELIVERIES, PENDING, PEOPLE, SENDING

_HASH = {
    ChannelName.CONSOLE: null(),
    ChannelName.SMS: PEOPLE.c.phone_hash,
    ChannelName.EMAIL: PEOPLE.c.email_hash,
    ChannelName.APPRISE: PEOPLE.c.apprise_hash,
}
"""The contact that each channel goes to, as opt-outs keep it."""


def _ready(channel: ChannelName) -> Select[Any]:
    return (
        select(
            *DELIVERY,
            PEOPLE.c.active,
            PEOPLE.c.preferences,
            PEOPLE.c.name,
            PEOPLE.c.phone,
            PEOPLE.c.email,
            PEOPLE.c.apprise,
            OPTED_OUT,
            PEOPLE.c.paused_until,
            _HASH[channel],
        )
        .join_from(DELIVERIES, PEOPLE)
        .where(PENDING, DELIVERIES.c.channel == str(channel), DELIVERIES.c.not_before <= bindparam("now"))
        .order_by(DELIVERIES.c.not_before, DELIVERIES.c.id)
        .limit(bindparam("limit"))
    )


_READY = {channel: _ready(channel) for channel in ChannelName}

_HELD_UNTIL = select(CHANNEL_HOLDS.c.until).where(CHANNEL_HOLDS.c.channel == bindparam("channel"))

_ATTEMPT = ("delivery", "number", "channel", "started_at", "body", "address_hash")


def _insert_attempts(_dialect: str) -> UpdateBase:
    return ATTEMPTS.insert().values({name: bindparam(name) for name in _ATTEMPT})


def _hold(_dialect: str) -> UpdateBase:
    changes = update(DELIVERIES).ordered_values(("not_before", bindparam("until")), ("updated_at", bindparam("now")))
    return changes.where(DELIVERIES.c.id == bindparam("which"))


def _end(_dialect: str) -> UpdateBase:
    changes = update(DELIVERIES).ordered_values(
        ("state", bindparam("new")), ("reason", bindparam("why")), ("updated_at", bindparam("now"))
    )
    return changes.where(DELIVERIES.c.id == bindparam("which"))


def _back(_dialect: str) -> UpdateBase:
    changes = update(DELIVERIES).ordered_values(
        ("state", literal_column("'pending'")),
        ("attempts", DELIVERIES.c.attempts - literal_column("1")),
        ("lease_until", null()),
        ("updated_at", bindparam("now")),
    )
    return changes.where(DELIVERIES.c.id == bindparam("which"))


def _erase(_dialect: str) -> UpdateBase:
    return delete(ATTEMPTS).where(ATTEMPTS.c.delivery == bindparam("which"), ATTEMPTS.c.number == bindparam("nth"))


def _begin(_dialect: str) -> UpdateBase:
    changes = update(DELIVERIES).ordered_values(
        ("state", literal_column("'sending'")),
        ("attempts", DELIVERIES.c.attempts + literal_column("1")),
        ("lease_until", bindparam("until")),
        ("updated_at", bindparam("now")),
    )
    return changes.where(DELIVERIES.c.id == bindparam("which"))


_INSERT_ATTEMPTS = Prepared(_insert_attempts, _ATTEMPT)
_BEGIN = Prepared(_begin, ("until", "now", "which"))
_HOLD = Prepared(_hold, ("until", "now", "which"))
_END = Prepared(_end, ("new", "why", "now", "which"))
_HAND_BACK = Prepared(_back, ("now", "which"))
_ERASE = Prepared(_erase, ("which", "nth"))

_UNDER_WAY = select(DELIVERIES.c.id, DELIVERIES.c.attempts, DELIVERIES.c.person, DELIVERIES.c.channels).where(
    SENDING, DELIVERIES.c.id.in_(bindparam("ids", expanding=True))
)
"""By id; the state is only compared."""


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
    at, name = to_micros(now), str(channel)
    begun: list[Message] = []
    attempts: list[Row] = []
    held: list[Row] = []
    ended: list[Row] = []
    ready = _READY[channel] if cause is None else _READY[channel].where(DELIVERIES.c.cause == cause)
    for row in connection.execute(ready, {"now": now, "limit": limit}).all():
        identifier = row[0]
        match _judged(row, judge):
            case Send(message):
                begun.append(message)
                attempts.append((identifier, message.attempt, name, at, message.text, row[-1]))
            case Hold(again):
                held.append((to_micros(again), at, identifier))
            case End(state, reason):
                check_move(identifier, State.PENDING, state)
                ended.append((NAMES[state], reason, at, identifier))
    _HOLD.run(connection, held)
    _END.run(connection, ended)
    uncount(connection, [identifier for state, _, _, identifier in ended if STATES[state] in UNCOUNTED])
    _BEGIN.run(connection, [(to_micros(now + lease), at, message.delivery) for message in begun])
    _INSERT_ATTEMPTS.run(connection, attempts)
    return begun


def _judged(row: Any, judge: Judge) -> Judgement:
    active, preferences, name, phone, email, apprise, opted_out, paused_until, _hash = row[len(DELIVERY) :]
    standing = standing_of(opted_out, paused_until)
    barrier = barred(active=active, standing=standing)
    if barrier is not None:
        return barrier
    contacts = Contacts(name, phone, email, apprise)
    return judge(Ready(delivery_of(row), from_document(preferences), contacts, standing))


def under_way(connection: Connection, attempts: Mapping[int, int]) -> dict[int, tuple[str, str]]:
    """Of these deliveries, each with the number of its attempt, those whose attempt is still under way: their person
    and channels. The others have been taken over meanwhile."""
    found = {}
    for some in batches(attempts):
        for identifier, number, person, channels in connection.execute(_UNDER_WAY, {"ids": some}):
            if attempts[identifier] == number:
                found[identifier] = (person, channels)
    return found


def hand_back(connection: Connection, messages: Sequence[Message], now: datetime) -> None:
    """See `Outbox.hand_back`."""
    attempts = {message.delivery: message.attempt for message in messages}
    at = to_micros(now)
    back = list(under_way(connection, attempts))
    _HAND_BACK.run(connection, [(at, identifier) for identifier in back])
    _ERASE.run(connection, [(identifier, attempts[identifier]) for identifier in back])


def expire_leases(connection: Connection, now: datetime) -> int:
    """See `Outbox.expire_leases`."""
    past = DELIVERIES.c.lease_until <= now
    left = select(DELIVERIES.c.id).where(SENDING, past)
    interrupted = {"outcome": "unknown", "reason": INTERRUPTED, "settled_at": now}
    # The body stays: it is what the attempt is looked up by.
    connection.execute(
        update(ATTEMPTS).where(ATTEMPTS.c.settled_at.is_(None), ATTEMPTS.c.delivery.in_(left)).values(interrupted)
    )
    unknown = {"state": State.UNKNOWN, "reason": INTERRUPTED, "lease_until": None, "updated_at": now}
    return connection.execute(update(DELIVERIES).where(SENDING, past).values(unknown)).rowcount
