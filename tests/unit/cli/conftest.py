"""A place to run commands in: an empty folder, and an environment without anybody's legup."""

from __future__ import annotations

import logging
import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from scheduler.cli import main
from tests.standins.commands import FILE, Ended, Legup, environment


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    for name in [name for name in os.environ if name.startswith("LEGUP_")]:
        monkeypatch.delenv(name)
    for name, value in environment(tmp_path).items():
        monkeypatch.setenv(name, value)
    return tmp_path


@pytest.fixture(autouse=True)
def logging_as_it_was() -> Iterator[None]:
    """A command sets up logging for a process that is its own; here other tests follow."""
    root, ours = logging.getLogger(), logging.getLogger("legup")
    handlers, levels = root.handlers[:], (root.level, ours.level)
    yield
    root.handlers[:] = [each for each in root.handlers if each in handlers or type(each) is not logging.StreamHandler]
    root.setLevel(levels[0])
    ours.setLevel(levels[1])


@pytest.fixture
def legup(here: Path, capsys: pytest.CaptureFixture[str]) -> Legup:
    def run(*words: str) -> Ended:
        capsys.readouterr()
        code = main(words)
        captured = capsys.readouterr()
        return Ended(code, captured.out, captured.err)

    return run


@pytest.fixture
def file(here: Path) -> Path:
    """A good config file."""
    path = here / "legup.yaml"
    path.write_text(FILE)
    return path
