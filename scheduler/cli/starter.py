"""The config file that legup writes for someone: by `init` with their answers, by the first `run` from the example."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TextIO

from scheduler.cli.failure import Failure

HERE = Path("legup.yaml")
FALLBACK = "UTC"


def machine_zone() -> str:
    """The IANA zone of the machine; UTC where it cannot be told."""
    import tzlocal

    try:
        return tzlocal.get_localzone_name() or FALLBACK
    except (LookupError, ValueError, OSError):  # a machine set up with no zone, or with one that contradicts another
        return FALLBACK


def refuse_existing(path: Path, option: str) -> None:
    """Raises Failure, which names the option for another place, when something is there, be it a link to nowhere."""
    if os.path.lexists(path):
        raise _there(path, option)


def write_new(path: Path, text: str, option: str) -> None:
    """Write a file as `new_file` makes it."""
    with new_file(path, option) as file:
        file.write(text)


@contextmanager
def new_file(path: Path, option: str) -> Iterator[TextIO]:
    """A file that nobody else can read, for contacts and secrets go into it. Never overwrites: raises Failure, which
    names the option for another place."""
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
    except FileExistsError:
        raise _there(path, option) from None
    except OSError as error:
        raise Failure(f"cannot write {path}: {error.strerror}") from error
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        yield file


def _there(path: Path, option: str) -> Failure:
    return Failure(f"{path} is there already and is left as it is; move it away, or name another with {option}")
