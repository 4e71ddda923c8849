"""A wall clock that a test may set while real processes go by it. Nothing of the machine itself is touched."""

from __future__ import annotations

import shutil
import struct
import subprocess
from datetime import UTC, datetime, timedelta
from pathlib import Path

COMPILER = shutil.which("cc") or shutil.which("gcc")
_SOURCE = Path(__file__).with_suffix(".c")


class MachineClock:
    """For processes started with its `environment`. Needs a C compiler and a dynamically linked Python."""

    def __init__(self, folder: Path) -> None:
        assert COMPILER is not None
        library, self._file = folder / "machine_clock.so", folder / "machine_clock"
        words = [COMPILER, "-shared", "-fPIC", "-O1", "-Wall", "-Werror", str(_SOURCE), "-o", str(library), "-ldl"]
        subprocess.run(words, check=True)
        self.environment = {"LD_PRELOAD": str(library), "MACHINE_CLOCK": str(self._file)}
        self._off = timedelta(0)
        self.step(timedelta(0))

    def now(self) -> datetime:
        return datetime.now(UTC) + self._off

    def set(self, now: datetime) -> None:
        self.step(now - self.now())

    def step(self, by: timedelta) -> None:
        self._off += by
        microseconds = self._off // timedelta(microseconds=1)
        # In place: the processes have these eight bytes mapped.
        with self._file.open("r+b" if self._file.exists() else "wb") as file:
            file.write(struct.pack("=q", microseconds * 1000))
