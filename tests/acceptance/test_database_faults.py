"""The database held, full, deleted, damaged, read-only under a running legup: nothing is sent without its
row, one line says what is wrong, and it goes on by itself or ends with the remedy."""

from __future__ import annotations

import os
import resource
import sqlite3
import subprocess
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest

from scheduler.cli import main
from tests.standins.serving import Serving
from tests.standins.twilio import TwilioStandIn

LOST = 3
PAGE = 4096

as_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root may do to a file system what this needs")


@pytest.fixture
def twilio() -> Iterator[TwilioStandIn]:
    with TwilioStandIn() as standin:
        yield standin


@pytest.fixture
def serving(tmp_path: Path, twilio: TwilioStandIn) -> Iterator[Serving]:
    with Serving(tmp_path, tmp_path / "state", twilio) as serving:
        yield serving


@contextmanager
def small_disk(place: Path) -> Iterator[Path]:
    place.mkdir()
    subprocess.run(["mount", "-t", "tmpfs", "-o", "size=32m,mode=0700", "tmpfs", place], check=True)
    try:
        yield place
    finally:
        subprocess.run(["umount", "--lazy", place], check=True)


def ends_with_remedy(serving: Serving, *said: str) -> None:
    assert serving.process.ended(60) == LOST, serving.process.text
    last = serving.process.text.splitlines()[-1]
    assert all(each in last for each in (f"legup: the database {serving.database}", *said)), serving.process.text
    assert "Traceback" not in serving.process.text


def test_held_by_another_program_it_waits_says_so_once_and_goes_on(serving: Serving) -> None:
    with closing(sqlite3.connect(serving.database, timeout=30, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        recorded = serving.attempts()
        serving.process.wait_for("another program is holding it", 60)
        assert serving.received <= recorded == serving.attempts()
        other.execute("ROLLBACK")
    serving.goes_on(30)
    assert serving.lines("another program is holding it") == 1
    serving.stops_well()


@as_root
def test_on_a_full_disk_it_sends_nothing_says_so_once_and_goes_on_when_there_is_room(
    tmp_path: Path, twilio: TwilioStandIn
) -> None:
    with small_disk(tmp_path / "disk") as disk, Serving(tmp_path, disk, twilio) as serving:
        fill(disk / "filler")
        serving.process.wait_for("the disk is full", 60)
        recorded = serving.attempts()
        serving.process.wait_for("Nothing is sent meanwhile")
        assert serving.received <= recorded == serving.attempts()
        (disk / "filler").unlink()
        serving.goes_on(30)
        assert serving.lines("the disk is full") == 1
        serving.stops_well()


def fill(path: Path) -> None:
    with path.open("wb", buffering=0) as file:
        for size in (1 << 20, PAGE, 1):
            try:
                while True:
                    file.write(b"x" * size)
            except OSError:
                continue


def test_out_of_descriptors_it_doubles_and_loses_nothing_and_goes_on_when_it_has_some(serving: Serving) -> None:
    pid = serving.process.pid
    before = resource.prlimit(pid, resource.RLIMIT_NOFILE)
    resource.prlimit(pid, resource.RLIMIT_NOFILE, (3, before[1]))
    with closing(sqlite3.connect(serving.database)) as connection:
        connection.execute("PRAGMA wal_checkpoint(RESTART)")
    serving.goes_on(30)
    resource.prlimit(pid, resource.RLIMIT_NOFILE, before)
    serving.goes_on(60)
    serving.stops_well()


def test_a_deleted_database_ends_it_with_the_remedy_and_a_new_one_is_not_begun(serving: Serving) -> None:
    kept = serving.database.with_name("kept.db")
    os.link(serving.database, kept)
    serving.database.unlink()
    ends_with_remedy(serving, "was deleted or moved away", "legup db restore FILE")
    again = serving.run()
    assert again.ended(60) == LOST
    assert "holds what was recorded last" in again.text
    received = serving.received
    kept.rename(serving.database)
    assert received <= serving.attempts()


def test_a_damaged_database_ends_it_with_the_remedy_and_is_not_begun_on_again(serving: Serving) -> None:
    with closing(sqlite3.connect(serving.database, timeout=30)) as connection:
        connection.execute("PRAGMA wal_checkpoint(RESTART)")
    spoil(serving.database)
    ends_with_remedy(serving, "it is damaged", "restore a backup")
    received = serving.received
    again = serving.run()
    assert again.ended(60) == LOST
    assert "it is damaged. Keep a copy, then restore a backup" in again.text.splitlines()[-1]
    assert serving.received == received


def spoil(path: Path) -> None:
    """Overwrite every page but the first."""
    with path.open("r+b") as file:
        file.seek(PAGE)
        file.write(os.urandom(path.stat().st_size - PAGE))


@as_root
def test_a_database_that_turns_read_only_ends_it_with_the_remedy(serving: Serving) -> None:
    files = [serving.database, serving.database.with_name("legup.db-wal")]
    if subprocess.run(["chattr", "+i", *files], check=False, capture_output=True).returncode:
        pytest.skip("this file system knows no immutable files")
    try:
        ends_with_remedy(serving, "it is read-only", "Let this user write")
        recorded = serving.attempts()
    finally:
        subprocess.run(["chattr", "-i", *files], check=True)
    assert serving.received <= recorded


def test_a_backup_made_while_it_sends_is_sound(serving: Serving, tmp_path: Path) -> None:
    config = ["--config", str(tmp_path / "legup.yaml")]
    assert main([*config, "db", "backup", str(tmp_path / "backup.db")]) == 0
    assert main([*config, "db", "check"]) == 0
    serving.goes_on(30)
    serving.stops_well()
