"""A doorbell beside the database: whoever changes something there in another process wakes the running service.

A named pipe, because it needs neither a port nor a short path, and because a ring at a door where nobody lives is lost
without a trace. It says nothing but "look": what there is to see is in the database.
"""

from __future__ import annotations

import logging
import os
import stat
import threading
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

log = logging.getLogger("legup.doorbell")

_SUFFIX = ".bell"
_OURS = os.O_CLOEXEC | os.O_NOFOLLOW


class Doorbell(threading.Thread):
    """Calls `answer` whenever somebody rings, until it is stopped. Where no pipe can be made, it hears nothing, and
    what comes by another process is seen at the next look."""

    def __init__(self, database: Path, answer: Callable[[], None]) -> None:
        super().__init__(name="legup-doorbell")
        self._answer = answer
        self._stopping = threading.Event()
        self._path = _beside(database)
        self._pipe = _open(self._path)

    def start(self) -> None:
        """Listen from now on."""
        if self._pipe is not None:
            super().start()

    def run(self) -> None:
        pipe = self._pipe
        while pipe is not None and not self._stopping.is_set():
            os.read(pipe.ear, 4096)
            if not self._stopping.is_set():
                self._answer()

    def stop(self) -> None:
        """Listen no more, take the bell away, and return when nobody is called any more."""
        pipe, self._pipe = self._pipe, None
        self._stopping.set()
        if pipe is None:
            return
        _ring(pipe.hand)
        if self.ident is not None:
            self.join()
        os.close(pipe.ear)
        os.close(pipe.hand)
        with suppress(OSError):  # one that stays behind does no harm
            self._path.unlink()


def ring(database: Path) -> bool:
    """Wake the service that runs on this database; False when none hears it."""
    try:
        hand = os.open(_beside(database), os.O_WRONLY | os.O_NONBLOCK | _OURS)
    except OSError:  # no bell, or nobody listens
        return False
    try:
        if not stat.S_ISFIFO(os.fstat(hand).st_mode):
            return False
        _ring(hand)
    except BrokenPipeError:  # the service went away just now
        return False
    finally:
        os.close(hand)
    return True


def _beside(database: Path) -> Path:
    return database.with_name(database.name + _SUFFIX)


def _ring(hand: int) -> None:
    with suppress(BlockingIOError):  # it has been rung thousands of times, and once is enough
        os.write(hand, b"\0")


@dataclass(frozen=True, slots=True)
class _Pipe:
    """Both ends: with no hand of our own, the pipe would end whenever somebody who rang hangs up."""

    ear: int
    hand: int


def _open(path: Path) -> _Pipe | None:
    try:
        with suppress(FileExistsError):
            os.mkfifo(path, 0o600)
        if not stat.S_ISFIFO(path.lstat().st_mode):
            path.unlink()
            os.mkfifo(path, 0o600)
        ear = os.open(path, os.O_RDONLY | os.O_NONBLOCK | _OURS)  # would otherwise wait for somebody to ring
        hand = os.open(path, os.O_WRONLY | os.O_NONBLOCK | _OURS)
    except OSError as error:
        log.warning("no doorbell (%s): what another process changes is seen within 30 s", error.strerror)
        return None
    os.set_blocking(ear, True)
    os.fchmod(ear, 0o600)
    return _Pipe(ear, hand)
