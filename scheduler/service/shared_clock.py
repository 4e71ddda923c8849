"""One clock for all workers of a cluster: the database server's."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

from scheduler.clock import Clock

_AT_ONCE = timedelta(seconds=0.1)
"""An answer that took longer (a slow network, a suspended process) tells the time badly, and is asked for again."""
_TRIES = 3


class SharedClock:
    """Shows what the server's clock showed when it was last asked, and the time that has passed since. A machine whose
    own wall clock is wrong sends nothing at a wrong time. Read from any thread; synchronised by one at a time."""

    def __init__(self, ask: Callable[[], datetime], machine: Clock) -> None:
        """`ask` returns what the server's clock shows, and raises what the database raises."""
        self._ask = ask
        self._machine = machine
        self._told = self._asked()

    def synchronise(self) -> None:
        """Ask anew. Where the server's clock was stepped, this one steps with it."""
        self._told = self._asked()

    def now(self) -> datetime:
        shown, at = self._told
        return shown + (self._machine.uptime() - at)

    def uptime(self) -> timedelta:
        return self._machine.uptime()

    def _asked(self) -> tuple[datetime, timedelta]:
        """What the server showed, and our uptime in the middle of asking."""
        for _ in range(_TRIES):
            before = self._machine.uptime()
            shown = self._ask()
            took = self._machine.uptime() - before
            if took < _AT_ONCE:
                break
        return shown, before + took / 2
