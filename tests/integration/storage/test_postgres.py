"""A PostgreSQL database, opened: what is refused and how it is said, and what becomes of cut connections."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from datetime import timedelta

import psycopg
import pytest

from scheduler.storage.errors import FatalStorageError, StorageError
from scheduler.storage.locking import Guarded
from scheduler.storage.outbox import SqlOutbox
from scheduler.storage.postgres import (
    Shared,
    conninfo,
    glance_postgres,
    open_dossiers,
    open_postgres,
    open_shared,
    shown,
    upgrade_postgres,
)
from tests.standins.outbox_parts import EARLY, HOUR, KEY, MINUTE, NINE, enrolment, one_each
from tests.standins.postgres import drop_database, new_database

SECRET = "hush-hush"


@pytest.fixture
def empty(postgres_url: str) -> Iterator[str]:
    url = new_database(postgres_url)
    yield url
    drop_database(postgres_url, url)


@pytest.fixture
def shared(postgres_database: str) -> Iterator[Shared]:
    opened = open_shared(postgres_database, contact_key=KEY)
    with closing(opened.outbox):
        yield opened


def opened(url: str) -> SqlOutbox:
    return open_postgres(url, contact_key=KEY)


def execute(url: str, statement: str) -> None:
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(statement.encode())


def cut_all(shared: Shared) -> None:
    """End every connection to this database but the one that asks for it."""
    execute(
        shared.conninfo,
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
        "WHERE datname = current_database() AND pid <> pg_backend_pid()",
    )


def test_an_empty_database_is_refused_until_it_was_upgraded(empty: str) -> None:
    with pytest.raises(FatalStorageError, match=r"is empty\. Bring it up to date once: legup db upgrade"):
        opened(empty)
    upgrade_postgres(empty)
    upgrade_postgres(empty)
    opened(empty).close()


def test_a_newer_database_and_another_programs_are_refused(empty: str, postgres_database: str) -> None:
    execute(postgres_database, "UPDATE legup_schema SET version_num = '9999'")
    with pytest.raises(StorageError, match="written by a newer legup"):
        opened(postgres_database)
    execute(empty, "CREATE TABLE cakes (id int)")
    for open_it in (opened, upgrade_postgres):
        with pytest.raises(StorageError, match="belongs to another program"):
            open_it(empty)


def test_the_tables_of_the_engine_that_hands_out_work_may_be_there_first(empty: str) -> None:
    execute(empty, "CREATE TABLE procrastinate_jobs (id int)")
    upgrade_postgres(empty)
    opened(empty).close()


@pytest.mark.parametrize(
    ("url", "words"),
    [
        ("postgresql://legup@127.0.0.1:1/legup", "cannot be reached"),
        ("postgresql://legup@127.0.0.1:1", "is no URL of PostgreSQL"),
        ("mysql://legup@127.0.0.1:1/legup", "is no URL of PostgreSQL"),
    ],
)
def test_what_cannot_be_opened_is_told_without_the_password(url: str, words: str) -> None:
    with pytest.raises(StorageError, match=words) as told:
        open_postgres(url, contact_key=KEY, password=SECRET)
    assert SECRET not in f"{told.value!r} {told.value.__cause__}"


def test_a_database_that_is_not_there_is_told(postgres_url: str) -> None:
    url = postgres_url.replace("/postgres?", "/nowhere?")
    with pytest.raises(StorageError, match=r"there is no such database\. Make it: createdb"):
        opened(url)


def test_the_database_is_shown_without_a_password(postgres_database: str) -> None:
    assert shown(f"postgresql://legup:{SECRET}@db.example.org:5433/legup?password={SECRET}") == (
        "postgresql://legup@db.example.org:5433/legup"
    )
    assert SECRET in conninfo("postgresql://legup@db.example.org/legup", SECRET)
    known = open_shared(postgres_database, contact_key=KEY, password=SECRET)
    with closing(known.outbox):
        assert known.outbox.next_event_at() is None
        assert SECRET not in repr(known)


def test_a_connection_that_is_cut_is_made_anew(shared: Shared) -> None:
    outbox = shared.outbox
    outbox.enrol([enrolment("a")], EARLY)
    cut_all(shared)
    assert outbox.claim_due(NINE, 10, one_each) == 1


def test_a_read_that_would_write_is_refused(shared: Shared) -> None:
    with pytest.raises(StorageError, match="takes no writes"), shared.outbox._database.read() as connection:
        connection.exec_driver_sql("DELETE FROM marks")


def test_a_transaction_that_stands_still_is_ended_by_the_server_and_told(shared: Shared) -> None:
    def stand_still() -> None:
        with shared.outbox._database.write() as connection:
            connection.exec_driver_sql("SET idle_in_transaction_session_timeout = 1")
            for _ in range(10):
                psycopg.connect(shared.conninfo).close()  # takes longer than a millisecond
            connection.exec_driver_sql("SELECT 1")

    with pytest.raises(StorageError, match=r"stood still for too long|connection to it broke|cannot be reached"):
        stand_still()


def test_a_person_whom_somebody_works_for_is_passed_over_and_not_waited_for(shared: Shared) -> None:
    outbox = shared.outbox
    outbox.enrol([enrolment("a"), enrolment("b")], EARLY)
    with psycopg.connect(shared.conninfo) as another:
        another.execute("SELECT * FROM people WHERE id = 'a' FOR NO KEY UPDATE")
        assert outbox.claim_due(NINE, 10, one_each) == 1
    assert outbox.claim_due(NINE, 10, one_each) == 1


def test_a_glance_and_a_dossier_look_at_the_same_record(shared: Shared, postgres_database: str) -> None:
    shared.outbox.enrol([enrolment("a")], EARLY)
    shared.outbox.tick(NINE)
    assert glance_postgres(postgres_database, NINE).last_tick_at == NINE
    with closing(open_dossiers(postgres_database)) as dossiers:
        assert dossiers.held("a")["nudges"]
        assert dossiers.forget("a", 10, abandoned=False).done
        assert dossiers.held("a") == {}


def test_what_is_due_is_counted_no_further_than_asked(shared: Shared) -> None:
    shared.outbox.enrol([enrolment(each) for each in "abc"], EARLY)
    assert [shared.commons.due(NINE, most) for most in (2, 10)] == [2, 3]
    assert shared.commons.due(EARLY, 10) == 0


def test_the_clock_is_the_servers(shared: Shared) -> None:
    first, second = shared.commons.now(), shared.commons.now()
    assert timedelta(0) < second - first < MINUTE


def test_workers_have_places_by_age_and_who_is_silent_or_leaves_has_none(shared: Shared) -> None:
    commons = shared.commons
    second = timedelta(seconds=1)
    assert (commons.renew("b", NINE).rank, commons.renew("a", NINE + second).rank) == (0, 1)
    assert commons.renew("b", NINE + 2 * second).age == 2 * second
    commons.leave("b", NINE + 3 * second)
    assert commons.renew("a", NINE + 4 * second).workers == 2, "its last messages still count"
    assert commons.renew("a", NINE + 6 * second).workers == 1
    assert commons.renew("c", NINE + MINUTE).workers == 1, "nobody has heard of the first for long"
    assert commons.renew("d", NINE - HOUR).workers == 1, "a clock that was set back keeps nobody alive"


def test_the_newest_roster_is_remembered_and_changed_by_one_at_a_time(shared: Shared) -> None:
    commons = shared.commons
    assert commons.newest_roster() is None
    with commons.turn_at_roster():
        commons.note_roster(NINE)
        asked = 0

        def give_up() -> None:
            nonlocal asked
            asked += 1
            raise TimeoutError

        with pytest.raises(TimeoutError), shared.outbox._database.alone(Guarded.ROSTER, give_up):
            pass
    assert asked == 1
    assert commons.newest_roster() == NINE
    with commons.turn_at_roster():
        pass


def test_a_ring_is_heard_and_silence_is_told(shared: Shared) -> None:
    with shared.bell() as bell:
        assert not bell.heard(0)
        shared.commons.ring()
        assert bell.heard(10)
    with pytest.raises(RuntimeError, match="enter it first"):
        bell.heard(0)


def test_a_bell_whose_connection_is_cut_says_so(shared: Shared) -> None:
    with shared.bell() as bell:
        cut_all(shared)
        with pytest.raises(StorageError):
            bell.heard(10)
