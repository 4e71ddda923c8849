from __future__ import annotations

import logging
import os
import stat
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from scheduler.service.doorbell import Doorbell, ring
from tests.standins.gathering import Gathering


class House:
    """A service at home."""

    def __init__(self, database: Path) -> None:
        self.rings: Gathering[None] = Gathering()
        self.bell = Doorbell(database, lambda: self.rings.add(None))
        self.bell.start()


@pytest.fixture
def database(tmp_path: Path) -> Path:
    return tmp_path / ("a-long-name-" * 12 + "legup.db")


@pytest.fixture
def house(database: Path) -> Iterator[House]:
    house = House(database)
    yield house
    house.bell.stop()


def descriptors() -> int:
    return sum(1 for _ in Path("/proc/self/fd").iterdir())


def bell_of(database: Path) -> Path:
    return database.with_name(database.name + ".bell")


def test_whoever_rings_is_heard_each_time(house: House, database: Path) -> None:
    for number in (1, 2, 3):
        assert ring(database)
        house.rings.wait_for(number)


def test_nobody_hears_a_ring_where_no_service_is(database: Path) -> None:
    assert not ring(database)


def test_a_service_that_has_stopped_hears_nothing_and_its_next_start_does(database: Path) -> None:
    House(database).bell.stop()
    assert not bell_of(database).exists()
    assert not ring(database)
    again = House(database)
    assert ring(database)
    again.rings.wait_for(1)
    again.bell.stop()


def test_it_may_be_rung_more_often_than_anybody_listens(database: Path) -> None:
    bell = Doorbell(database, lambda: None)  # does not listen yet
    crowd = os.open(bell_of(database), os.O_WRONLY | os.O_NONBLOCK)
    with suppress(BlockingIOError):
        while True:
            os.write(crowd, bytes(4096))
    os.close(crowd)
    assert ring(database)
    bell.stop()


def test_stopping_twice_or_before_the_start_does_no_harm(database: Path) -> None:
    bell = Doorbell(database, lambda: None)
    bell.stop()
    bell.stop()


def test_only_the_services_own_user_can_ring(house: House, database: Path) -> None:
    mode = bell_of(database).stat().st_mode
    assert stat.S_ISFIFO(mode)
    assert stat.S_IMODE(mode) == 0o600


def test_a_file_that_lies_in_its_place_is_no_bell_and_makes_room_for_one(database: Path) -> None:
    bell_of(database).write_text("")
    assert not ring(database)
    house = House(database)
    assert ring(database)
    house.rings.wait_for(1)
    house.bell.stop()


def test_without_a_place_for_a_pipe_it_says_so_and_hears_nothing(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    nowhere = tmp_path / "gone" / "legup.db"
    with caplog.at_level(logging.WARNING, "legup.doorbell"):
        bell = Doorbell(nowhere, lambda: None)
    bell.start()
    bell.stop()
    assert "no doorbell (No such file or directory)" in caplog.text
    assert not ring(nowhere)


def test_it_leaves_no_descriptor_open(database: Path) -> None:
    before = descriptors()
    house = House(database)
    ring(database)
    house.rings.wait_for(1)
    house.bell.stop()
    assert descriptors() == before
