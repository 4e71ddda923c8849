"""Backups: consistent while others write, private, never over anything, and put back without forgetting a stop."""

from __future__ import annotations

import os
import sqlite3
import stat
import subprocess
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path

import pytest

from config.person import Contacts
from scheduler.delivery.delivery import State
from scheduler.delivery.ports import RosterChange, Standing
from scheduler.storage.backup import back_up, restore
from scheduler.storage.errors import StorageError
from scheduler.storage.inspection import inspect
from scheduler.storage.outbox import SqlOutbox
from scheduler.storage.sqlite import open_sqlite
from tests.standins.outbox_parts import (
    EARLY,
    HOUR,
    KEY,
    NINE,
    SMS,
    all_deliveries,
    begin_all,
    enrolment,
    message_to,
    one_each,
    outcome,
    send,
    states,
)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """A database with three people, one of them stopped."""
    path = tmp_path / "state" / "legup.db"
    with closing(open_sqlite(path, contact_key=KEY)) as outbox:
        outbox.enrol([enrolment("a"), enrolment("b"), enrolment("c")], EARLY)
        outbox.opt_out("c", EARLY, "reply")
    return path


@pytest.fixture
def careless_umask() -> Iterator[None]:
    before = os.umask(0)
    yield
    os.umask(before)


def reopened(path: Path) -> SqlOutbox:
    return open_sqlite(path, contact_key=KEY)


def stopped(outbox: SqlOutbox) -> set[str]:
    found = {each: outbox.person(each) for each in "abc"}
    return {each for each, person in found.items() if person is not None and person[1].opted_out}


def test_a_backup_is_one_private_file_that_holds_everything(path: Path, tmp_path: Path, careless_umask: None) -> None:
    target = tmp_path / "copies"
    target.mkdir()
    with closing(reopened(path)) as outbox:
        outbox.claim_due(NINE, 10, one_each)
        back_up(path, target / "monday.db", NINE)
        assert [each.name for each in target.iterdir()] == ["monday.db"]
        assert stat.S_IMODE((target / "monday.db").stat().st_mode) == 0o600
        with closing(reopened(target / "monday.db")) as copy:
            assert all_deliveries(copy) == all_deliveries(outbox)
            assert stopped(copy) == {"c"}
            assert copy.restored_from() == NINE
        assert outbox.restored_from() is None


def test_a_backup_made_during_writes_is_consistent(path: Path, tmp_path: Path) -> None:
    """Each write adds a delivery and its attempt: a copy torn between two of them would break a rule."""
    with closing(reopened(path)) as outbox, ThreadPoolExecutor(1) as threads:

        def write(number: int) -> None:
            outbox.add(message_to("a", cause=f"send:{number}"))
            outbox.settle([outcome(message, State.SENT) for message in begin_all(outbox)], NINE)

        writing = threads.map(write, range(200))
        for number in range(8):
            back_up(path, tmp_path / f"{number}.db", NINE)
        list(writing)
        assert len(all_deliveries(outbox)) == 200
    assert [inspect(tmp_path / f"{number}.db") for number in range(8)] == [()] * 8


@pytest.mark.parametrize("kind", ["file", "dangling link"])
def test_nothing_is_ever_overwritten(path: Path, tmp_path: Path, kind: str) -> None:
    target = tmp_path / "monday.db"
    if kind == "file":
        target.write_text("precious")
    else:
        target.symlink_to(tmp_path / "nowhere")
    with pytest.raises(StorageError, match=r"monday\.db exists.*another name"):
        back_up(path, target, NINE)
    assert target.is_symlink() or target.read_text() == "precious"


def test_a_missing_database_or_folder_is_named(path: Path, tmp_path: Path) -> None:
    with pytest.raises(StorageError, match="there is no database at"):
        back_up(tmp_path / "no.db", tmp_path / "monday.db", NINE)
    with pytest.raises(StorageError, match=r"cannot write to .*nowhere: no such file"):
        back_up(path, tmp_path / "nowhere" / "monday.db", NINE)
    with pytest.raises(StorageError, match="there is no backup at"):
        restore(tmp_path / "no.db", path, NINE)


def test_no_backup_is_made_of_a_database_that_is_damaged(path: Path, tmp_path: Path) -> None:
    damage(path)
    with pytest.raises(StorageError, match=r"no backup was made of|is damaged"):
        back_up(path, tmp_path / "monday.db", NINE)
    assert [each.name for each in tmp_path.iterdir()] == ["state"]


def test_a_broken_rule_is_no_reason_not_to_keep_a_backup(path: Path, tmp_path: Path) -> None:
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("UPDATE people SET active = 0")
    back_up(path, tmp_path / "monday.db", NINE)
    assert restore(tmp_path / "monday.db", path, NINE).made_at == NINE


def test_damage_that_a_copy_takes_along_is_found_before_it_gets_its_name(path: Path, tmp_path: Path) -> None:
    with path.open("r+b") as file:
        file.seek(5 * 4096)
        file.write(b"\xa5" * 4 * 4096)
    with pytest.raises(StorageError, match=r"no backup was made of .*legup\.db: the file"):
        back_up(path, tmp_path / "monday.db", NINE)
    assert [each.name for each in tmp_path.iterdir()] == ["state"]


@pytest.mark.skipif(os.geteuid() != 0, reason="only root may mount the small disk this needs")
def test_a_full_disk_leaves_no_half_a_backup(path: Path, tmp_path: Path) -> None:
    disk = tmp_path / "disk"
    disk.mkdir()
    subprocess.run(["mount", "-t", "tmpfs", "-o", "size=64k", "tmpfs", disk], check=True)
    try:
        with pytest.raises(StorageError, match=r"cannot be written to .*disk: database or disk is full"):
            back_up(path, disk / "monday.db", NINE)
        assert list(disk.iterdir()) == []
    finally:
        subprocess.run(["umount", disk], check=True)


def damage(path: Path) -> None:
    """Overwrite every page but the first."""
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    contents = bytearray(path.read_bytes())
    contents[4096:] = b"\xa5" * (len(contents) - 4096)
    path.write_bytes(contents)


def test_a_restored_database_is_that_of_the_backup_and_the_other_is_kept(path: Path, tmp_path: Path) -> None:
    back_up(path, tmp_path / "monday.db", EARLY)
    with closing(reopened(path)) as outbox:
        outbox.claim_due(NINE, 10, one_each)
    restored = restore(tmp_path / "monday.db", path, NINE)
    assert restored.made_at == EARLY
    assert restored.aside == path.with_name("legup.db.replaced-20261123T090000000000Z")
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    with closing(reopened(path)) as outbox:
        assert all_deliveries(outbox) == []
        assert outbox.restored_from() == EARLY
    with closing(reopened(restored.aside)) as before:
        assert len(all_deliveries(before)) == 3


def test_who_said_stop_after_the_backup_stays_stopped(path: Path, tmp_path: Path) -> None:
    back_up(path, tmp_path / "monday.db", EARLY)
    with closing(reopened(path)) as outbox:
        outbox.opt_out("a", NINE, "reply")
    assert restore(tmp_path / "monday.db", path, NINE).stops == 1
    with closing(reopened(path)) as outbox:
        assert stopped(outbox) == {"a", "c"}
        outbox.enrol([enrolment("new", contacts=enrolment("a").person.contacts)], NINE)
        found = outbox.person("new")
        assert found is not None
        assert found[1].opted_out


def test_who_was_paused_after_the_backup_stays_paused(path: Path, tmp_path: Path) -> None:
    """The later end of two holds; a pause that is over is nobody's."""
    with closing(reopened(path)) as outbox:
        outbox.pause("b", NINE + 2 * HOUR, EARLY)
    back_up(path, tmp_path / "monday.db", EARLY)
    with closing(reopened(path)) as outbox:
        for person, until in (("a", NINE + HOUR), ("b", NINE + HOUR), ("c", NINE)):
            outbox.pause(person, until, EARLY)
    restored = restore(tmp_path / "monday.db", path, NINE)
    assert (restored.stops, restored.pauses) == (0, 1)
    with closing(reopened(path)) as outbox:
        ends = {each: found[1].paused_until for each in "abc" if (found := outbox.person(each))}
    assert ends == {"a": NINE + HOUR, "b": NINE + 2 * HOUR, "c": None}


def test_who_came_after_the_backup_keeps_their_stop_and_their_pause(path: Path, tmp_path: Path) -> None:
    new = [enrolment(each, contacts=Contacts("No number")) for each in ("stopped", "paused")]
    back_up(path, tmp_path / "monday.db", EARLY)
    with closing(reopened(path)) as outbox:
        outbox.enrol(new, EARLY)
        outbox.opt_out("stopped", EARLY, "operator")
        outbox.pause("paused", NINE + HOUR, EARLY)
    restored = restore(tmp_path / "monday.db", path, NINE)
    assert (restored.stops, restored.pauses) == (1, 1)
    assert inspect(path) == ()
    with closing(reopened(path)) as outbox:
        assert outbox.person("paused") is None
        assert outbox.enrol(new, NINE) == RosterChange(added=2, removed=3)
        assert outbox.person("stopped") == (new[0].person, Standing(opted_out=True))
        assert outbox.person("paused") == (new[1].person, Standing(paused_until=NINE + HOUR))


def test_a_damaged_database_is_replaced_and_the_unknown_stops_are_owned_up_to(path: Path, tmp_path: Path) -> None:
    back_up(path, tmp_path / "monday.db", EARLY)
    damage(path)
    restored = restore(tmp_path / "monday.db", path, NINE)
    assert restored.stops is None
    assert restored.aside is not None
    assert inspect(path) == ()


def test_a_database_whose_process_was_killed_is_set_aside_with_its_journal(path: Path, tmp_path: Path) -> None:
    back_up(path, tmp_path / "monday.db", EARLY)
    journal = path.with_name("legup.db-wal")
    damage(path)
    journal.write_bytes(b"what cannot be read any more")
    restored = restore(tmp_path / "monday.db", path, NINE)
    assert restored.aside is not None
    assert not journal.exists() or journal.stat().st_size == 0
    assert inspect(path) == ()


def test_a_backup_can_be_put_where_there_is_no_database(path: Path, tmp_path: Path) -> None:
    back_up(path, tmp_path / "monday.db", EARLY)
    restored = restore(tmp_path / "monday.db", tmp_path / "new" / "legup.db", NINE)
    assert (restored.aside, restored.stops) == (None, None)
    with closing(reopened(tmp_path / "new" / "legup.db")) as outbox:
        assert stopped(outbox) == {"c"}


def test_a_file_that_was_merely_copied_counts_as_made_when_it_was_last_written(path: Path, tmp_path: Path) -> None:
    copy = tmp_path / "copied.db"
    copy.write_bytes(path.read_bytes())
    os.utime(copy, (EARLY.timestamp(), EARLY.timestamp()))
    assert restore(copy, path, NINE).made_at == EARLY


def test_what_is_no_sound_backup_changes_nothing(path: Path, tmp_path: Path) -> None:
    (tmp_path / "letter.db").write_text("Dear diary\n" * 1000)
    with pytest.raises(StorageError, match="cannot be used, so nothing was changed"):
        restore(tmp_path / "letter.db", path, NINE)
    assert [each.name for each in path.parent.iterdir()] == ["legup.db"]


def test_accepting_a_restored_database_withdraws_what_may_have_been_sent_since(path: Path) -> None:
    with closing(reopened(path)) as outbox:
        outbox.claim_due(NINE, 10, one_each)
        begun = outbox.begin(NINE, SMS, 1, HOUR, send)
        assert len(begun) == 1
        outbox.add(message_to("b", cause="send:later", due=NINE + HOUR))
        assert outbox.accept_restored(NINE) == 2
        found = {cause: state for cause, (state, _) in states(outbox).items()}
    assert found == {
        "slot:a/hydration/2026-11-23/09:00": State.UNKNOWN,
        "slot:b/hydration/2026-11-23/09:00": State.SUPPRESSED,
        "slot:c/hydration/2026-11-23/09:00": State.SUPPRESSED,
        "send:later": State.PENDING,
    }
    assert inspect(path) == ()
