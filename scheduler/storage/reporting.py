"""What providers report of messages they had accepted. In SQL."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, bindparam, delete, func, literal_column, null, select, update
from sqlalchemy.sql.dml import UpdateBase

from config.person import ChannelName
from scheduler.delivery.correspondence import Report
from scheduler.delivery.delivery import State
from scheduler.delivery.reporting import UNDELIVERED, Move, furthest, move
from scheduler.storage.arrays import is_among
from scheduler.storage.dialect import upsert
from scheduler.storage.doubting import forget_bodies, known_receipts
from scheduler.storage.instants import to_micros
from scheduler.storage.locking import Guarded, guard, several_writers
from scheduler.storage.prepared import Prepared, Row
from scheduler.storage.recording import NAMES, STATES, split
from scheduler.storage.standing import PROVIDER, opt_out
from scheduler.storage.tables import ATTEMPTS, DELIVERIES, EARLY_REPORTS, FINISHED

_EARLY = ("receipt", "state", "reason", "opted_out", "at", "kept_at")

_FOUND = (
    select(
        DELIVERIES.c.receipt,
        DELIVERIES.c.id,
        DELIVERIES.c.person,
        DELIVERIES.c.state,
        DELIVERIES.c.attempts,
        DELIVERIES.c.channels,
        DELIVERIES.c.channel_index,
        DELIVERIES.c.expires_at,
    )
    .where(is_among(DELIVERIES.c.receipt, "receipts"))
    .order_by(DELIVERIES.c.id)
    .with_for_update(key_share=True)
)

_KEPT = select(*(EARLY_REPORTS.c[name] for name in _EARLY[:-1])).where(is_among(EARLY_REPORTS.c.receipt, "receipts"))

_TAKEN_OVER = delete(EARLY_REPORTS).where(is_among(EARLY_REPORTS.c.receipt, "receipts"))

_ADDRESS = select(ATTEMPTS.c.address_hash).where(
    ATTEMPTS.c.delivery == bindparam("which"), ATTEMPTS.c.number == bindparam("nth")
)


def _move(_dialect: str) -> UpdateBase:
    columns = DELIVERIES.c
    changes = update(DELIVERIES).ordered_values(
        ("state", bindparam("new")),
        ("reason", bindparam("why")),
        ("channel_index", func.coalesce(bindparam("index"), columns.channel_index)),
        ("channel", func.coalesce(bindparam("next"), columns.channel)),
        ("not_before", func.coalesce(bindparam("again"), columns.not_before)),
        ("look_at", null()),
        ("updated_at", bindparam("now")),
    )
    return changes.where(columns.id == bindparam("which"))


def _fail_attempt(_dialect: str) -> UpdateBase:
    failed = update(ATTEMPTS).ordered_values(
        ("outcome", literal_column(f"'{UNDELIVERED}'")), ("reason", bindparam("why"))
    )
    return failed.where(ATTEMPTS.c.delivery == bindparam("which"), ATTEMPTS.c.number == bindparam("nth"))


def _keep(dialect: str) -> UpdateBase:
    return upsert(dialect, EARLY_REPORTS, _EARLY).values({name: bindparam(name) for name in _EARLY})


_MOVE = Prepared(_move, ("new", "why", "index", "next", "again", "now", "which"))
_FAIL_ATTEMPT = Prepared(_fail_attempt, ("why", "which", "nth"))
_KEEP = Prepared(_keep, _EARLY)


def report(connection: Connection, reports: Iterable[Report], now: datetime) -> int:
    """See `Conversing.report`."""
    told = furthest(reports)
    if several_writers(connection) and told.keys() - known_receipts(connection, told):
        # Who settles with a receipt that is not there yet must either see what we keep, or be seen by us.
        guard(connection, Guarded.RECEIPTS)
    found = connection.execute(_FOUND, {"receipts": told}).all()
    moves = [(row, told[row.receipt], _moved(row, told[row.receipt], now)) for row in found]
    changed = [(row, made) for row, _, made in moves if made is not None]
    _MOVE.run(connection, [_row(row, made, now) for row, made in changed])
    _FAIL_ATTEMPT.run(connection, [(made.reason, row.id, row.attempts) for row, made in changed if _undelivered(made)])
    forget_bodies(connection, [row.id for row, _ in changed])
    for row, told_of_it, _ in moves:
        if told_of_it.opted_out:
            _opt_out(connection, row, now)
    _keep_for_later(connection, {each: told[each] for each in told.keys() - {row.receipt for row in found}}, now)
    return len(changed)


def catch_up(connection: Connection, receipts: Iterable[str | None], now: datetime) -> None:
    """Take over what was reported of these receipts before a delivery had them."""
    given = [receipt for receipt in receipts if receipt is not None]
    kept = _kept(connection, given) if given else {}
    if kept:
        connection.execute(_TAKEN_OVER, {"receipts": kept})
        report(connection, kept.values(), now)


def awaiting(connection: Connection, since: datetime, channel: ChannelName, limit: int) -> list[str]:
    """See `Conversing.awaiting`."""
    columns = DELIVERIES.c
    sent = select(columns.receipt).where(
        FINISHED,
        columns.updated_at >= since,
        columns.state == State.SENT,
        columns.channel == str(channel),
        columns.receipt.is_not(None),
    )
    return list(connection.scalars(sent.order_by(columns.updated_at.desc(), columns.id.desc()).limit(limit)))


def _moved(row: Any, told: Report, now: datetime) -> Move | None:
    further = row.channel_index + 1 < len(split(row.channels))
    return move(told, STATES[row.state], further=further, alive=now < row.expires_at)


def _undelivered(made: Move) -> bool:
    return made.state in {State.FAILED, State.PENDING}


def _row(row: Any, made: Move, now: datetime) -> Row:
    at = to_micros(now)
    if made.state is not State.PENDING:
        return (NAMES[made.state], made.reason, None, None, None, at, row.id)
    following = row.channel_index + 1
    return (NAMES[made.state], made.reason, following, str(split(row.channels)[following]), at, at, row.id)


def _opt_out(connection: Connection, row: Any, now: datetime) -> None:
    address = connection.scalar(_ADDRESS, {"which": row.id, "nth": row.attempts})
    opt_out(connection, row.person, now, PROVIDER, *([] if address is None else [address]))


def _kept(connection: Connection, receipts: Sequence[str]) -> dict[str, Report]:
    return furthest(
        Report(receipt, STATES[state], at, reason, bool(opted_out))
        for receipt, state, reason, opted_out, at in connection.execute(_KEPT, {"receipts": receipts})
    )


def _keep_for_later(connection: Connection, reports: dict[str, Report], now: datetime) -> None:
    before = _kept(connection, list(reports))
    kept = furthest([*before.values(), *reports.values()])
    rows = [
        (each.receipt, NAMES[each.state], each.reason, each.opted_out, to_micros(each.at), to_micros(now))
        for each in kept.values()
        if before.get(each.receipt) != each
    ]
    _KEEP.run(connection, rows)
