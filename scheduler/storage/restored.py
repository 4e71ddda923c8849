"""A database that was restored from a backup does not know what was sent after the backup was made. It carries a mark,
put into every copy, until what may have been sent meanwhile is withdrawn."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection, delete, select, update

from scheduler.delivery.delivery import State
from scheduler.delivery.passing_over import RESTORED
from scheduler.delivery.resolving import REPEATABLE
from scheduler.storage.leasing import expire_leases
from scheduler.storage.marks import BACKUP, marked
from scheduler.storage.tables import ATTEMPTS, CHANNEL_HOLDS, DELIVERIES, IN_DOUBT, MARKS, PENDING, SENDING


def restored_from(connection: Connection) -> datetime | None:
    """When the backup was made from which this database comes, until `accept`; None: it is an original."""
    return marked(connection, BACKUP)


def accept(connection: Connection, now: datetime) -> int:
    """Withdraw what may have gone out since, and make the copy an original. Returns how many messages it withdrew.

    What was being sent becomes unknown and is looked up where it can be; an email is not sent again. What was to go
    out later than now is left as it is: it cannot have been sent yet.
    """
    connection.execute(update(DELIVERIES).where(SENDING).values(lease_until=now))
    expire_leases(connection, now)
    repeats = select(DELIVERIES.c.id).where(IN_DOUBT, DELIVERIES.c.channel.in_([str(each) for each in REPEATABLE]))
    connection.execute(update(ATTEMPTS).where(ATTEMPTS.c.delivery.in_(repeats)).values(body=None))
    connection.execute(update(DELIVERIES).where(DELIVERIES.c.id.in_(repeats)).values(look_at=None, updated_at=now))
    withdrawn = {"state": State.SUPPRESSED, "reason": RESTORED, "counted_on": None, "updated_at": now}
    number = connection.execute(
        update(DELIVERIES).where(PENDING, DELIVERIES.c.not_before <= now).values(withdrawn)
    ).rowcount
    connection.execute(delete(CHANNEL_HOLDS))
    connection.execute(delete(MARKS).where(MARKS.c.name == BACKUP))
    return number
