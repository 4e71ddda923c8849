"""A database that was deleted or replaced is noticed; a journal without its database is not thrown away."""

from __future__ import annotations

from pathlib import Path

import pytest

from scheduler.storage.errors import FatalStorageError, StorageError
from scheduler.storage.same_file import SameFile, refuse_orphan


@pytest.fixture
def path(tmp_path: Path) -> Path:
    path = tmp_path / "state" / "legup.db"
    path.parent.mkdir()
    path.write_text("first")
    return path


def test_the_same_file_is_the_same_whatever_is_written_to_it(path: Path) -> None:
    same_file = SameFile(path)
    path.write_text("other content")
    same_file()


def test_a_deleted_file_is_named_with_the_remedy(path: Path) -> None:
    same_file = SameFile(path)
    path.unlink()
    with pytest.raises(FatalStorageError, match=r"legup\.db was deleted.*legup db restore FILE") as caught:
        same_file()
    assert str(path) in str(caught.value)


def test_a_folder_that_turned_into_a_file_counts_as_deleted(path: Path) -> None:
    same_file = SameFile(path)
    path.unlink()
    path.parent.rmdir()
    path.parent.touch()
    with pytest.raises(FatalStorageError, match="deleted or moved away"):
        same_file()


def test_another_file_in_its_place_is_noticed(path: Path) -> None:
    same_file = SameFile(path)
    other = path.with_name("other.db")
    other.write_text("first")
    other.replace(path)
    with pytest.raises(FatalStorageError, match=r"replaced by another file.*Stop legup before"):
        same_file()


def test_a_place_that_cannot_be_looked_at_may_come_back(path: Path) -> None:
    with pytest.raises(StorageError, match="too long") as caught:
        SameFile(path.with_name("x" * 300))
    assert not isinstance(caught.value, FatalStorageError)


def test_a_journal_without_its_database_is_refused(path: Path) -> None:
    journal = path.with_name("legup.db-wal")
    journal.write_bytes(b"what came last")
    refuse_orphan(path)
    path.unlink()
    with pytest.raises(FatalStorageError, match="To begin anew, delete"):
        refuse_orphan(path)
    journal.write_bytes(b"")
    refuse_orphan(path)
    journal.unlink()
    refuse_orphan(path)
