"""The command line as a user has it: run within the test, or as a process of its own."""

from __future__ import annotations

import os
import pty
import signal
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryFile
from threading import Condition, Thread
from types import TracebackType
from typing import ClassVar, Self

from tests.standins.forked import Forked

LEGUP = (sys.executable, "-c", "from scheduler.cli import main; raise SystemExit(main())")

FILE = """\
timezone: Europe/London
database: state/legup.db
people:
  - id: sam
    name: Sam
    nudges:
      hydration: every 3 h from 09:00 to 18:00
      bedtime_stretch: on
"""


@dataclass(frozen=True)
class Ended:
    """How a command ended."""

    code: int
    out: str
    err: str


Legup = Callable[..., Ended]

_NOTHING = os.open(os.devnull, os.O_RDONLY)


def environment(home: Path) -> dict[str, str]:
    """That of a user whose home is this folder and who has no legup yet."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("LEGUP_", "COV_"))}
    state, config = home / "state", home / "config"
    return kept | {
        "HOME": str(home),
        "STATE_DIRECTORY": str(state),
        "XDG_CONFIG_HOME": str(config),
        "COLUMNS": "100",
        "TZ": "Europe/Berlin",
    }


def converse(home: Path, words: Sequence[str], typed: str) -> tuple[int, str]:
    """Run a command on a terminal of its own and type this; returns its exit code and what the screen showed."""
    ours, theirs = pty.openpty()
    process = Forked(home, words, environment(home), (theirs, theirs, theirs))
    os.close(theirs)
    os.write(ours, typed.encode())
    screen = b""
    try:
        while part := os.read(ours, 4096):
            screen += part
    except OSError:  # how Linux says that the other side has closed
        pass
    os.close(ours)
    return process.wait(30), screen.decode()


def legup(home: Path, *words: str, **more: str) -> Ended:
    """Run a command in a process of its own; `more` is added to its environment."""
    with TemporaryFile("w+") as out, TemporaryFile("w+") as err:
        process = Forked(home, words, environment(home) | more, (_NOTHING, out.fileno(), err.fileno()))
        code = process.wait(60)
        out.seek(0)
        err.seek(0)
        return Ended(code, out.read(), err.read())


class Process:
    """A command in a process of its own; what it prints, on both streams, is gathered as it comes."""

    _begin: ClassVar[Callable[..., Forked | subprocess.Popen[bytes]]] = Forked

    def __init__(self, home: Path, *words: str, **more: str) -> None:
        self.text = ""
        self._more = Condition()
        ours, theirs = os.pipe()
        self._process = self._begin(home, words, environment(home) | more, (_NOTHING, theirs, theirs))
        os.close(theirs)
        self._printed = os.fdopen(ours)
        self._reader = Thread(target=self._read, daemon=True)
        self._reader.start()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._process.poll() is None:
            self._process.kill()
        self.ended()

    def wait_for(self, text: str, timeout: float = 30.0) -> str:
        """Everything printed so far, once this is in it."""
        assert self.comes(lambda printed: text in printed, timeout), f"no {text!r} in:\n{self.text}"
        return self.text

    def comes(self, what: Callable[[str], bool], timeout: float) -> bool:
        """Whether what was printed so far is as wanted, within so many seconds."""
        with self._more:
            return self._more.wait_for(lambda: what(self.text), timeout)

    @property
    def pid(self) -> int:
        return self._process.pid

    def interrupt(self, number: signal.Signals = signal.SIGINT) -> None:
        self._process.send_signal(number)

    def ended(self, timeout: float = 30.0) -> int:
        """The exit code; afterwards `text` is complete."""
        code = self._process.wait(timeout)
        self._reader.join(timeout)
        self._printed.close()
        return code

    def _read(self) -> None:
        for line in self._printed:
            with self._more:
                self.text += line
                self._more.notify_all()


def _started(
    home: Path, words: Sequence[str], environ: Mapping[str, str], streams: tuple[int, int, int]
) -> subprocess.Popen[bytes]:
    stdin, stdout, stderr = streams
    return subprocess.Popen([*LEGUP, *words], cwd=home, env=environ, stdin=stdin, stdout=stdout, stderr=stderr)


class NewProcess(Process):
    """One that loads and imports everything itself, as a user's does."""

    _begin = staticmethod(_started)
