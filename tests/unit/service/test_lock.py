from __future__ import annotations

import os
import stat
from pathlib import Path

import pytest

from scheduler.service.errors import ServiceError
from scheduler.service.lock import RunLock, is_running


def test_a_second_run_on_the_same_database_is_refused_and_told_who_holds_it(tmp_path: Path) -> None:
    database = tmp_path / "legup.db"
    with (
        RunLock(database),
        pytest.raises(ServiceError, match=rf"process {os.getpid()}\) already works on this database"),
        RunLock(database),
    ):
        pytest.fail("two runs on one database")


def test_two_databases_in_one_folder_do_not_hinder_each_other(tmp_path: Path) -> None:
    with RunLock(tmp_path / "one.db"), RunLock(tmp_path / "two.db"):
        assert is_running(tmp_path / "one.db")
        assert is_running(tmp_path / "two.db")


def test_the_lock_is_free_again_afterwards_even_after_an_error(tmp_path: Path) -> None:
    database = tmp_path / "legup.db"
    with pytest.raises(KeyboardInterrupt), RunLock(database):
        raise KeyboardInterrupt
    assert not is_running(database)
    with RunLock(database):
        assert is_running(database)


def test_a_lock_file_left_by_a_crash_holds_nobody_up(tmp_path: Path) -> None:
    (tmp_path / "legup.db.lock").write_text("4194303 and more than a process number\n")
    database = tmp_path / "legup.db"
    with RunLock(database):
        assert (tmp_path / "legup.db.lock").read_text() == f"{os.getpid()}\n"


def test_nothing_runs_where_there_is_no_lock_file(tmp_path: Path) -> None:
    assert not is_running(tmp_path / "legup.db")


def test_asking_whether_it_runs_does_not_hinder_a_start(tmp_path: Path) -> None:
    database = tmp_path / "legup.db"
    with RunLock(database):
        pass
    assert not is_running(database)
    with RunLock(database):
        pass


def test_the_lock_file_and_its_folder_are_private(tmp_path: Path) -> None:
    with RunLock(tmp_path / "state" / "legup.db"):
        assert stat.S_IMODE((tmp_path / "state").stat().st_mode) == 0o700
        assert stat.S_IMODE((tmp_path / "state" / "legup.db.lock").stat().st_mode) == 0o600


def test_a_lock_file_that_cannot_be_opened_is_told_by_name(tmp_path: Path) -> None:
    (tmp_path / "legup.db.lock").mkdir()
    with pytest.raises(ServiceError, match=r"legup\.db\.lock: Is a directory"), RunLock(tmp_path / "legup.db"):
        pytest.fail("a folder was locked")
