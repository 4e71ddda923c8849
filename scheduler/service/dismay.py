"""What happens when hearing somebody raises: it is told, tried again when it comes again, and at last put aside.

Whoever brings it (a callback that is answered with an error, the next poll) brings it again. After five retries it is a
dead letter: told with its reason, and what somebody said recorded as heard with it, so that it stands in nobody's way.
"""

from __future__ import annotations

import logging
import threading
from collections import OrderedDict

from scheduler.delivery.poison import MOST_RETRIES, given_up

log = logging.getLogger("legup.desk")

_MOST = 1000
"""Failures remembered; more at once are one fault, and restart the count of the oldest."""


class Dismay:
    """Counts failures by what failed. For any thread."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._failures: OrderedDict[str, int] = OrderedDict()

    def raised(self, key: str, what: str, error: Exception) -> str | None:
        """Hearing `what` raised; None: it is to be brought again, else the reason why it is put aside."""
        with self._lock:
            failures = self._failures.pop(key, 0) + 1
            self._failures[key] = failures
            if len(self._failures) > _MOST:
                self._failures.popitem(last=False)
        if failures <= MOST_RETRIES:
            log.error("%s could not be heard: %s; it is tried again", what, type(error).__name__)
            return None
        reason = given_up(failures, "heard", error)
        if failures == MOST_RETRIES + 1:  # what goes on being brought is not told of for ever
            log.error("%s is put aside: %s", what, reason, exc_info=error)
        return reason

    def past(self, key: str) -> None:
        """It was heard after all."""
        if self._failures:
            with self._lock:
                self._failures.pop(key, None)
