"""What the database remembers of the wall clock, and what becomes of its instants when the clock is set back."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import Connection, bindparam, case, delete, func, or_, select, update

from scheduler.delivery.passing_over import RESTORED
from scheduler.delivery.timekeeping import FAR, ClockHold, ClockRecord
from scheduler.planning.decision import EDIT_GUARD
from scheduler.storage.marks import NEWEST, SHOWN, TICK, TRUSTED, mark, marked
from scheduler.storage.tables import CHANNEL_HOLDS, DELIVERIES, FINISHED, IN_DOUBT, MARKS, NUDGES, PENDING, SENDING

_AWAKE = NUDGES.c.fingerprint.is_not(None)
_UNEDITED = or_(NUDGES.c.claimed_at.is_(None), NUDGES.c.claimed_at == NUDGES.c.decided_at)
_DECIDED = (
    select(NUDGES.c.decided_at)
    .where(NUDGES.c.person == DELIVERIES.c.person, NUDGES.c.nudge == DELIVERIES.c.kind)
    .scalar_subquery()
)


def tick(connection: Connection, now: datetime, *, believed: bool) -> None:
    """See `Timekeeping.tick`."""
    mark(connection, TICK, now)
    if believed:
        newest = marked(connection, NEWEST)
        if newest is None or newest < now:
            mark(connection, NEWEST, now)


def clock_record(connection: Connection) -> ClockRecord:
    """See `Timekeeping.clock_record`."""
    rows = connection.execute(select(MARKS.c.name, MARKS.c.at).where(MARKS.c.name.in_((NEWEST, TRUSTED, SHOWN))))
    marks = {name: at for name, at in rows}  # noqa: C416 - a Row is a tuple only at run time
    hold = ClockHold(marks[TRUSTED], marks[SHOWN]) if SHOWN in marks else None
    return ClockRecord(marks.get(NEWEST), hold)


def hold_clock(connection: Connection, hold: ClockHold) -> None:
    """See `Timekeeping.hold_clock`."""
    mark(connection, TRUSTED, hold.trusted_at)
    mark(connection, SHOWN, hold.shown_at)


def release_clock(connection: Connection, now: datetime, wait: timedelta) -> None:
    """See `Timekeeping.release_clock`."""
    connection.execute(delete(MARKS).where(MARKS.c.name.in_((TRUSTED, SHOWN))))
    rewind(connection, now, wait)


def confirm_clock(connection: Connection, now: datetime, wait: timedelta) -> None:
    """See `Timekeeping.confirm_clock`."""
    mark(connection, NEWEST, now)
    oldest = bindparam("oldest", now - FAR, NUDGES.c.decided_at.type)
    forward = case((NUDGES.c.decided_at < oldest, oldest), else_=NUDGES.c.decided_at)
    connection.execute(update(NUDGES).where(_AWAKE).values(decided_at=forward))
    release_clock(connection, now, wait)


def rewind(connection: Connection, now: datetime, wait: timedelta) -> None:
    """See `Timekeeping.rewind`. A column that makes something wait for an instant belongs here."""
    guarded = now + EDIT_GUARD
    connection.execute(update(NUDGES).where(_UNEDITED, NUDGES.c.decided_at > now).values(decided_at=now))
    connection.execute(update(NUDGES).where(NUDGES.c.decided_at > guarded).values(decided_at=guarded))
    connection.execute(update(NUDGES).where(NUDGES.c.claimed_at > now).values(claimed_at=now))
    connection.execute(update(NUDGES).where(_AWAKE).values(next_due_at=now))
    # What a restored copy withdrew may have been sent before: it stays withdrawn.
    told = func.coalesce(DELIVERIES.c.reason, "") != RESTORED
    passed_over = (FINISHED, DELIVERIES.c.owner_day.is_not(None), DELIVERIES.c.attempts == 0, told)
    ahead = (DELIVERIES.c.due_at > now, DELIVERIES.c.due_at > _DECIDED)
    connection.execute(delete(DELIVERIES).where(*passed_over, *ahead))
    latest = now + wait
    connection.execute(update(DELIVERIES).where(SENDING, DELIVERIES.c.lease_until > latest).values(lease_until=latest))
    connection.execute(update(DELIVERIES).where(IN_DOUBT, DELIVERIES.c.look_at > latest).values(look_at=latest))
    connection.execute(update(CHANNEL_HOLDS).where(CHANNEL_HOLDS.c.until > latest).values(until=latest))
    columns = DELIVERIES.c
    bound = bindparam("latest", latest, columns.not_before.type)
    until = case((columns.due_at > bound, columns.due_at), else_=bound)
    connection.execute(update(DELIVERIES).where(PENDING, columns.not_before > until).values(not_before=until))
