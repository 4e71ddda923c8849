"""What became of attempts, recorded in one transaction."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import BigInteger, Connection, bindparam, case, func, literal_column, null, select, update
from sqlalchemy.sql.dml import UpdateBase

from config.person import ChannelName
from scheduler.delivery.delivery import State
from scheduler.delivery.ports import Settlement
from scheduler.delivery.resolving import next_look
from scheduler.storage import refusals
from scheduler.storage.doubting import forget_bodies
from scheduler.storage.instants import to_micros
from scheduler.storage.leasing import UnderWay, under_way
from scheduler.storage.locking import Guarded, guard_with_others
from scheduler.storage.prepared import Prepared, Row
from scheduler.storage.recording import NAMES, split, uncount
from scheduler.storage.rules import BOUNCING, UNCOUNTED, check_move
from scheduler.storage.standing import PROVIDER, opt_out
from scheduler.storage.tables import ATTEMPTS, DELIVERIES


def _end(_dialect: str) -> UpdateBase:
    changes = update(DELIVERIES).ordered_values(
        ("state", bindparam("new")),
        ("reason", bindparam("why")),
        ("receipt", bindparam("given")),
        ("look_at", bindparam("look")),
        ("lease_until", null()),
        ("updated_at", bindparam("now")),
    )
    return changes.where(DELIVERIES.c.id == bindparam("which"))


def _retry(_dialect: str) -> UpdateBase:
    columns = DELIVERIES.c
    changes = update(DELIVERIES).ordered_values(
        ("state", literal_column("'pending'")),
        ("reason", bindparam("why")),
        ("not_before", func.coalesce(bindparam("again", type_=columns.not_before.type), columns.not_before)),
        ("channel_index", func.coalesce(bindparam("index", type_=columns.channel_index.type), columns.channel_index)),
        ("channel", func.coalesce(bindparam("next", type_=columns.channel.type), columns.channel)),
        ("look_at", null()),
        ("lease_until", null()),
        ("updated_at", bindparam("now")),
    )
    return changes.where(columns.id == bindparam("which"))


def _settle_attempt(_dialect: str) -> UpdateBase:
    columns = ATTEMPTS.c
    return (
        update(ATTEMPTS)
        .ordered_values(
            ("settled_at", bindparam("now")),
            ("outcome", bindparam("became")),
            ("reason", bindparam("why")),
            ("receipt", bindparam("given")),
            # What is looked up keeps its body: it is compared with what the provider has.
            ("body", case((bindparam("look", type_=BigInteger).is_not(None), columns.body), else_=null())),
        )
        .where(columns.delivery == bindparam("which"), columns.number == bindparam("nth"))
    )


_END = Prepared(_end, ("new", "why", "given", "look", "now", "which"))
_RETRY = Prepared(_retry, ("why", "again", "index", "next", "now", "which"))
_ATTEMPT = Prepared(_settle_attempt, ("now", "became", "why", "given", "look", "which", "nth"))

_ADDRESS = select(ATTEMPTS.c.address_hash).where(
    ATTEMPTS.c.delivery == bindparam("which"), ATTEMPTS.c.number == bindparam("nth")
)


def settle(connection: Connection, settlements: Sequence[Settlement], now: datetime) -> None:
    """See `Outbox.settle`."""
    for each in settlements:
        check_move(each.delivery, State.SENDING, each.state)
    if any(each.receipt is not None for each in settlements):
        guard_with_others(connection, Guarded.RECEIPTS)
    known = under_way(connection, {each.delivery: each.attempt for each in settlements})
    settled = [each for each in settlements if each.delivery in known and _tells(each, known[each.delivery])]
    looks = {each.delivery: _look(each, known[each.delivery], now) for each in settled}
    at = to_micros(now)
    again = [each for each in settled if each.state is State.PENDING]
    _RETRY.run(connection, [_retry_row(each, known[each.delivery].channels, at) for each in again])
    _END.run(
        connection, [_end_row(each, looks[each.delivery], at) for each in settled if each.state is not State.PENDING]
    )
    uncount(connection, [each.delivery for each in settled if each.state in UNCOUNTED])
    _ATTEMPT.run(connection, [_attempt_row(each, looks[each.delivery], at) for each in settled])
    forget_bodies(connection, [each.delivery for each in settled if each.attempt > 1 and looks[each.delivery] is None])
    bouncing = [each for each in settled if known[each.delivery].channel in BOUNCING]
    refusals.count(
        connection,
        {each.delivery: each.attempt for each in bouncing if each.bounced},
        {each.delivery: each.attempt for each in bouncing if each.state is State.SENT},
        now,
    )
    for each in settled:
        if each.opt_out:
            address = connection.scalar(_ADDRESS, {"which": each.delivery, "nth": each.attempt})
            opt_out(connection, known[each.delivery].person, now, PROVIDER, *([] if address is None else [address]))


def _tells(settlement: Settlement, under_way: UnderWay) -> bool:
    """Of what is unknown already, one more Unknown tells nothing, and must not open it again."""
    return under_way.leased or settlement.state is not State.UNKNOWN


def _look(settlement: Settlement, under_way: UnderWay, now: datetime) -> int | None:
    """When what is now unknown is looked at next."""
    if settlement.state is not State.UNKNOWN:
        return None
    look_at = next_look(ChannelName(under_way.channel), under_way.looks, now)
    return None if look_at is None else to_micros(look_at)


def _end_row(settlement: Settlement, look_at: int | None, now: int) -> Row:
    return (NAMES[settlement.state], settlement.reason, settlement.receipt, look_at, now, settlement.delivery)


def _retry_row(settlement: Settlement, channels: str, now: int) -> Row:
    index = settlement.channel_index
    return (
        settlement.reason,
        None if settlement.not_before is None else to_micros(settlement.not_before),
        index,
        None if index is None else str(split(channels)[index]),
        now,
        settlement.delivery,
    )


def _attempt_row(settlement: Settlement, look_at: int | None, now: int) -> Row:
    return (
        now,
        settlement.outcome,
        settlement.reason,
        settlement.receipt,
        look_at,
        settlement.delivery,
        settlement.attempt,
    )
