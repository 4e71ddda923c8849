"""The messages of one call of a channel: those that wait for their turn, and the outcomes that wait to be taken."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from queue import SimpleQueue

from scheduler.channels.deadline import LONGEST, Deadline, steady
from scheduler.delivery.delivery import Message
from scheduler.delivery.outcome import Outcome, RetryAfter, Unknown

STOPPED = RetryAfter("stopped before its turn came")


@dataclass(frozen=True, slots=True)
class Turn:
    """A message that may begin."""

    message: Message
    at: datetime
    """The moment at which its turn came."""
    deadline: Deadline
    """After it the message is not sent."""


class Batch:
    """Each message leaves it once: by a turn of its own, or handed back. For any number of threads."""

    def __init__(self, messages: Sequence[Message], now: datetime) -> None:
        self.done: SimpleQueue[tuple[Message, Outcome]] = SimpleQueue()
        """Whoever took a turn puts its message here, with its outcome."""
        self._owed = len(messages)
        self._waiting = deque(messages)
        self._now = now
        self._started = steady()

    def turn(self) -> Turn | None:
        """The next message whose life has not ended; None when none is left to begin."""
        while (message := self._next()) is not None:
            life = (message.expires_at - self._now).total_seconds()
            deadline = Deadline(self._started + min(life, LONGEST))
            if not deadline.passed:
                return Turn(message, self._now + timedelta(seconds=steady() - self._started), deadline)
            self.done.put((message, RetryAfter("its time ran out before its turn came")))
        return None

    def outcomes(self) -> Iterator[tuple[Message, Outcome]]:
        """Yield every message once, with its outcome, as the outcomes come.

        A consumer that stops early stops the rest from beginning; those under way are finished before this returns.
        """
        try:
            while self._owed:
                yield self._next_done()
        finally:
            self.hand_back()
            while self._owed:
                self._next_done()

    def _next_done(self) -> tuple[Message, Outcome]:
        landed = self.done.get()
        self._owed -= 1
        return landed

    def hand_back(self, outcome: RetryAfter = STOPPED) -> None:
        """Let nothing more begin; what has not begun ends so."""
        while (message := self._next()) is not None:
            self.done.put((message, outcome))

    def _next(self) -> Message | None:
        # One atomic step: whoever gets the message is the only one to begin it or to hand it back.
        try:
            return self._waiting.popleft()
        except IndexError:
            return None


def fault_of_ours(fault: Exception) -> Unknown:
    """What an exception that nobody foresaw makes of a message; its text may hold a number or a body and stays out."""
    return Unknown(f"fault in legup: {type(fault).__name__} at {_place(fault)}")


def _place(fault: Exception) -> str:
    """Where it arose, by file and line."""
    trace = fault.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    return f"{Path(trace.tb_frame.f_code.co_filename).name}:{trace.tb_lineno}" if trace is not None else "?"
