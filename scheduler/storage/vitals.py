"""The service's vital signs, read from the record by a few steps into its indexes."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection, bindparam, func, literal, select

from config.person import ChannelName
from scheduler.delivery.delivery import State
from scheduler.delivery.poison import GIVEN_UP
from scheduler.delivery.ports import ChannelHold
from scheduler.delivery.watchman import DAY, HOUR, Refusal, Vitals
from scheduler.storage.marks import SHOWN, TICK
from scheduler.storage.tables import ATTEMPTS, CHANNEL_HOLDS, DELIVERIES, FINISHED, MARKS, NUDGES, PENDING

_REFUSED = literal("account refused")
_TRIED = (State.SENT, State.DELIVERED, State.FAILED, State.UNKNOWN)
_RECENT = 20
"""Deliveries looked through for the last attempt on a channel: retries are not begun in the order of their rows."""

_MARKS = select(MARKS.c.name, MARKS.c.at).where(MARKS.c.name.in_((TICK, SHOWN)))
_HOLDS = select(CHANNEL_HOLDS).order_by(CHANNEL_HOLDS.c.channel)

# A slot has to go out at its time. What is no slot, the welcome for one, may have been told to wait.
_SLOT = DELIVERIES.c.owner_day.is_not(None)
_OLDEST = select(
    select(func.min(NUDGES.c.next_due_at)).scalar_subquery(),
    select(func.min(DELIVERIES.c.due_at)).where(PENDING, _SLOT).scalar_subquery(),
    select(func.min(DELIVERIES.c.not_before)).where(PENDING, ~_SLOT).scalar_subquery(),
)

_STATES = (
    select(DELIVERIES.c.state, func.count())
    .where(FINISHED, DELIVERIES.c.updated_at >= bindparam("since"), DELIVERIES.c.updated_at <= bindparam("now"))
    .group_by(DELIVERIES.c.state)
)

_DEAD_LETTERS = (
    select(func.count())
    .select_from(DELIVERIES)
    .where(FINISHED, DELIVERIES.c.updated_at >= bindparam("since"), DELIVERIES.c.state == str(State.FAILED))
    .where(DELIVERIES.c.reason.startswith(GIVEN_UP))
)

_LATEST = (
    select(DELIVERIES.c.id)
    .where(DELIVERIES.c.due_at >= bindparam("since"), DELIVERIES.c.due_at <= bindparam("now"))
    .where(DELIVERIES.c.channel == bindparam("channel"), DELIVERIES.c.attempts > 0)
    .order_by(DELIVERIES.c.due_at.desc())
    .limit(_RECENT)
)
_LAST_ATTEMPT = (
    select(ATTEMPTS.c.outcome == _REFUSED, ATTEMPTS.c.reason)
    .where(ATTEMPTS.c.delivery.in_(_LATEST), ATTEMPTS.c.channel == bindparam("channel"))
    .where(ATTEMPTS.c.settled_at.is_not(None))
    .order_by(ATTEMPTS.c.settled_at.desc(), ATTEMPTS.c.number.desc())
    .limit(1)
)


def vitals(connection: Connection, now: datetime) -> Vitals:
    """How the service is, as far as the record tells."""
    marks = dict(tuple(row) for row in connection.execute(_MARKS))
    hour = _counts(connection, now - HOUR, now)
    day = _counts(connection, now - DAY, now)
    return Vitals(
        last_tick_at=marks.get(TICK),
        oldest_due_at=min((at for at in connection.execute(_OLDEST).one() if at is not None), default=None),
        holds=tuple(ChannelHold(ChannelName(name), until, why) for name, until, why in connection.execute(_HOLDS)),
        refusals=_refusals(connection, now),
        clock_held=SHOWN in marks,
        unknown_in_hour=hour.get(State.UNKNOWN, 0),
        unknown_in_day=day.get(State.UNKNOWN, 0),
        tried_in_day=sum(day.get(state, 0) for state in _TRIED),
        dead_letters=connection.scalar(_DEAD_LETTERS, {"since": now - DAY}) or 0,
    )


def _counts(connection: Connection, since: datetime, now: datetime) -> dict[str, int]:
    return {state: number for state, number in connection.execute(_STATES, {"since": since, "now": now})}  # noqa: C416 - a Row is a tuple only at run time


def _refusals(connection: Connection, now: datetime) -> tuple[Refusal, ...]:
    found = []
    for name in ChannelName:
        values = {"channel": str(name), "since": now - DAY, "now": now}
        last = connection.execute(_LAST_ATTEMPT, values).one_or_none()
        if last is not None and last[0]:
            found.append(Refusal(name, last[1]))
    return tuple(found)
