"""Whatever legup makes can be read by its owner alone, however careless the umask: it holds numbers and secrets."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.standins.commands import Process


@pytest.fixture
def careless_umask() -> Iterator[None]:
    before = os.umask(0)
    yield
    os.umask(before)


def made_in(home: Path) -> dict[str, int]:
    """Everything under this folder with its mode."""
    return {str(path.relative_to(home)): stat.S_IMODE(path.lstat().st_mode) for path in home.rglob("*")}


def test_every_file_and_folder_is_the_owners_alone(tmp_path: Path, careless_umask: None) -> None:
    with Process(tmp_path, "run") as running:
        running.wait_for("Not medical advice")
        with Process(tmp_path, "db", "backup", "backup.db") as backup:
            assert backup.ended() == 0, backup.text
        at_work = made_in(tmp_path)
        running.interrupt()
        assert running.ended() == 0
    with Process(tmp_path, "db", "restore", "backup.db") as restore:
        assert restore.ended() == 0, restore.text
    assert at_work == {
        "legup.yaml": 0o600,
        "backup.db": 0o600,
        "state": 0o700,
        "state/legup.db": 0o600,
        "state/legup.db-wal": 0o600,
        "state/legup.db-shm": 0o600,
        "state/legup.db.lock": 0o600,
        "state/legup.db.bell": 0o600,
        "state/secret.key": 0o600,
    }
    assert set(made_in(tmp_path).values()) == {0o600, 0o700}
    assert any("legup.db.replaced-" in name for name in made_in(tmp_path))
