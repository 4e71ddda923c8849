"""Forgetting a person: removed in small steps while the service goes on, then out of the files."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from scheduler.service.lock import is_running
from scheduler.storage.dossier import Dossiers

STEP = 500
"""Deliveries per transaction: no nudge waits longer for it than for any other write."""
PATIENCE = 250.0
"""Seconds. A send under way is settled by then: it takes 240 at most, unless an HTTP answer dribbles (pump.LEASE)."""
_PAUSE = 0.2
_TRIES = 3
"""To cut the journal. Each waits for readers as long as any write waits; theirs are short."""


@dataclass(frozen=True, slots=True)
class Forgotten:
    """What was done."""

    deliveries: int
    complete: bool
    """False: a message is still being sent, and its row with the person's bare id stays until one asks again."""
    shredded: bool
    """False: traces may stay in the database's journal until the service is restarted."""


def forget(
    dossiers: Dossiers,
    database: Path | None,
    person: str,
    pause: Callable[[float], None],
    *,
    patience: float = PATIENCE,
) -> Forgotten:
    """Remove everything held on a person. Without a `database` file, workers share one: some may always be running, and
    its server clears up by itself. `patience`: seconds to wait for a message under way. Raises KeyError where nobody of
    that id is known, StorageError."""
    waited, removed = 0.0, 0
    while True:
        step = dossiers.forget(person, STEP, abandoned=database is not None and not is_running(database))
        removed += step.removed
        if step.done or (not step.removed and waited >= patience):
            break
        if step.under_way and not step.removed:
            pause(_PAUSE)
            waited += _PAUSE
    return Forgotten(removed, step.done, database is None or _shred(dossiers, pause))


def _shred(dossiers: Dossiers, pause: Callable[[float], None]) -> bool:
    dossiers.compact()
    for _ in range(_TRIES):
        if dossiers.cut_journal():
            return True
        pause(_PAUSE)
    return False
