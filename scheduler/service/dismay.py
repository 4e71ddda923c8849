"""What happens when hearing somebody raises: it is told, tried again when it comes again, and at last put aside.

Whoever brings it (a callback that is answered with an error, the next poll) brings it again. After five retries it is a
dead letter: recorded as heard, with its reason, so that it stands in nobody's way.
"""

from __future__ import annotations

import logging
import threading
from collections import OrderedDict

from scheduler.delivery.correspondence import Approach, React, Reaction
from scheduler.delivery.poison import MOST_RETRIES, given_up

log = logging.getLogger("legup.desk")

_MOST = 1000
"""Failures remembered; more at once are one fault, and restart the count of the oldest."""


class Dismay:
    """Counts failures by approach. For any thread."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._failures: OrderedDict[str, int] = OrderedDict()

    def raised(self, approach: Approach, error: Exception) -> React | None:
        """Hearing this raised; None: it is to be brought again, else the reaction that puts it aside."""
        with self._lock:
            failures = self._failures.pop(approach.id, 0) + 1
            self._failures[approach.id] = failures
            if len(self._failures) > _MOST:
                self._failures.popitem(last=False)
        if failures <= MOST_RETRIES:
            log.error("what came by %s could not be heard: %s; it is tried again", approach.way, type(error).__name__)
            return None
        reason = given_up(failures, "heard", error)
        log.error("what came by %s is put aside: %s", approach.way, reason, exc_info=error)
        return lambda _who: Reaction(reason)

    def past(self, approach: Approach) -> None:
        """It was heard after all."""
        if self._failures:
            with self._lock:
                self._failures.pop(approach.id, None)
