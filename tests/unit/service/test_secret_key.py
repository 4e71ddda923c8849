from __future__ import annotations

import errno
import os
import stat
from pathlib import Path

import pytest
from pydantic import SecretStr

from scheduler.service.errors import ServiceError
from scheduler.service.secret_key import derived, secret_key


def test_a_configured_key_is_used_and_nothing_is_written(tmp_path: Path) -> None:
    assert secret_key(SecretStr("chosen by the operator"), tmp_path / "legup.db") == b"chosen by the operator"
    assert list(tmp_path.iterdir()) == []


def test_a_key_is_made_once_and_then_kept(tmp_path: Path) -> None:
    folder = tmp_path / "state"
    first = secret_key(None, folder / "legup.db")
    assert len(first) == 64
    assert secret_key(None, folder / "legup.db") == first


def test_two_installations_have_different_keys(tmp_path: Path) -> None:
    assert secret_key(None, tmp_path / "one" / "db") != secret_key(None, tmp_path / "two" / "db")


def test_only_its_owner_can_read_the_key(tmp_path: Path) -> None:
    folder = tmp_path / "state"
    secret_key(None, folder / "legup.db")
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert stat.S_IMODE((folder / "secret.key").stat().st_mode) == 0o600


def test_a_key_that_was_cut_off_is_refused_instead_of_replaced(tmp_path: Path) -> None:
    (tmp_path / "secret.key").write_text("short\n")
    with pytest.raises(ServiceError, match=r"cut off \(5 characters instead of 64\).*backup"):
        secret_key(None, tmp_path / "legup.db")
    assert (tmp_path / "secret.key").read_text() == "short\n"


def test_a_database_without_its_key_is_refused_because_a_new_key_would_forget_who_opted_out(tmp_path: Path) -> None:
    (tmp_path / "legup.db").write_bytes(b"SQLite format 3\0 and so on")
    with pytest.raises(ServiceError, match=r"has lost its secret key .*secret\.key\. Restore it from a backup"):
        secret_key(None, tmp_path / "legup.db")
    assert not (tmp_path / "secret.key").exists()


def test_making_the_key_leaves_nothing_else_behind(tmp_path: Path) -> None:
    secret_key(None, tmp_path / "legup.db")
    assert [each.name for each in tmp_path.iterdir()] == ["secret.key"]


def test_a_folder_that_cannot_be_made_is_told_with_the_remedy(tmp_path: Path) -> None:
    (tmp_path / "state").write_text("a file where the folder should be")
    with pytest.raises(ServiceError, match=r"secret\.key.*or set `secret_key`"):
        secret_key(None, tmp_path / "state" / "legup.db")


def test_each_purpose_has_a_key_of_its_own() -> None:
    contacts, identifiers = derived(b"key", "contacts"), derived(b"key", "message ids")
    assert contacts != identifiers
    assert contacts == derived(b"key", "contacts")
    assert contacts != derived(b"another key", "contacts")


def test_where_there_are_no_hard_links_the_key_is_made_all_the_same(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refused(*_: object) -> None:
        raise OSError(errno.EPERM, "Operation not permitted")

    monkeypatch.setattr(os, "link", refused)
    first = secret_key(None, tmp_path / "legup.db")
    assert len(first) == 64
    assert secret_key(None, tmp_path / "legup.db") == first
    assert [each.name for each in tmp_path.iterdir()] == ["secret.key"]
    assert stat.S_IMODE((tmp_path / "secret.key").stat().st_mode) == 0o600


def test_what_else_keeps_the_key_from_its_place_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "link", full)
    with pytest.raises(ServiceError, match="No space left"):
        secret_key(None, tmp_path / "legup.db")
