"""Who asked to be forgotten, and has had the answer, is forgotten: an errand of the running service."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

from scheduler.clock import Clock
from scheduler.delivery.ports import Outbox
from scheduler.service.forgetting import forget
from scheduler.storage.dossier import Dossiers

log = logging.getLogger("legup.forgetter")


class Forgetter:
    """`open_dossiers` opens the outbox's own database; `database` is its file, None where workers share one."""

    def __init__(
        self, outbox: Outbox, open_dossiers: Callable[[], Dossiers], database: Path | None, clock: Clock
    ) -> None:
        self._outbox = outbox
        self._open_dossiers = open_dossiers
        self._database = database
        self._clock = clock
        self._unfinished: set[str] = set()
        """A message to them was still being sent."""

    def __call__(self) -> None:
        """Forget everyone whose time it is. Raises StorageError."""
        asked = {*self._outbox.forgettable(self._clock.now()), *self._unfinished}
        if not asked:
            return
        with closing(self._open_dossiers()) as dossiers:
            for person in sorted(asked):
                self._forget(dossiers, person)

    def _forget(self, dossiers: Dossiers, person: str) -> None:
        if dossiers.held(person) and not forget(dossiers, self._database, person, time.sleep, patience=0).complete:
            self._unfinished.add(person)
            return
        self._unfinished.discard(person)
        log.warning("%s asked to be forgotten, and is: take them out of the config file or roster too", person)
