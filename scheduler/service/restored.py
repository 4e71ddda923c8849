"""The first start on a database that was restored: what may have been sent since the backup is not sent again."""

from __future__ import annotations

import logging

from scheduler.clock import Clock
from scheduler.delivery.claiming import Claiming
from scheduler.delivery.passing_over import PassingOver
from scheduler.delivery.routines import Routines
from scheduler.service.clockwatch import time_of_record
from scheduler.service.defaults import nudge_defaults
from scheduler.storage.outbox import SqlOutbox

log = logging.getLogger("legup.database")

_CLAIM = 500


def pass_over(outbox: SqlOutbox, clock: Clock) -> None:
    """Decide everything that is due without sending any of it; nothing on an original. Raises StorageError."""
    if outbox.restored_from() is None:
        return
    now, routines = time_of_record(outbox, clock), Routines(nudge_defaults())
    while outbox.claim_due(now, _CLAIM, PassingOver(Claiming(routines, now, _tell))) == _CLAIM:
        pass


def accept(outbox: SqlOutbox, clock: Clock) -> None:
    """Withdraw what waits, and make the database an original; nothing on one that is.

    To be called when everybody is enrolled: whoever came after the backup was made may have been welcomed then. The
    mark goes last: whoever is killed before begins again, and finds less to do. Raises StorageError.
    """
    made_at = outbox.restored_from()
    if made_at is None:
        return
    withdrawn = outbox.accept_restored(time_of_record(outbox, clock))
    log.warning(
        "the database comes from a backup of %s UTC: what came due since is passed over, and %d waiting messages are "
        "withdrawn, as they may have been sent before",
        f"{made_at:%Y-%m-%d %H:%M}",
        withdrawn,
    )


def _tell(person: str, nudge: str, error: Exception) -> None:
    log.error("%s of %s could not be decided: %s", nudge, person, type(error).__name__)
