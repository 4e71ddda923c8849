"""What `legup run`, `legup worker` and `legup web` have in common: it is entered, started, waited for, and left."""

from __future__ import annotations

from abc import ABC, abstractmethod
from contextlib import AbstractContextManager, ExitStack
from types import TracebackType
from typing import Self

from scheduler.service.garbage import settled
from scheduler.service.stop import Stop
from scheduler.service.systemd import notify


class Program(ABC):
    """Entered: all that it needs is open. Started: it works. Left: all of that is closed, the last first."""

    def __init__(self) -> None:
        self._stop = Stop()
        self._open = ExitStack()

    @abstractmethod
    def _enter(self, opening: ExitStack) -> None:
        """Open what is needed, and leave it to `opening` to close it, also where this raises."""

    def __enter__(self) -> Self:
        with ExitStack() as opening:
            self._enter(opening)
            self._open = opening.pop_all()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._open.close()

    def _ready(self) -> None:
        """Tell systemd that the start is over; the stop is told when it begins."""
        self._open.enter_context(settled())
        self._open.callback(notify, "STOPPING=1")
        notify("READY=1")

    def stop(self) -> None:
        """Let `wait` return. May be called from any thread and from a signal handler."""
        self._stop.ask()

    def wait(self) -> None:
        """Until someone asks to stop. Raises FatalStorageError when the database is lost."""
        self._stop.wait()

    def stopped_by_signals(self) -> AbstractContextManager[None]:
        """SIGTERM and SIGINT ask to stop, however often they come. Main thread only."""
        return self._stop.asked_by_signals()
