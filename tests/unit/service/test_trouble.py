"""Trouble with the database is said once, said to be over, and ends the service when it is fatal."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from scheduler.service.trouble import AGAIN, Trouble
from scheduler.storage.errors import FatalStorageError, StorageError
from tests.standins.clock import StillClock

NINE = datetime(2026, 11, 23, 9, tzinfo=UTC)
SECOND = timedelta(seconds=1)
FULL = StorageError("the database x.db: the disk is full. Free some space.")
HELD = StorageError("the database x.db: another program is holding it.")
GONE = FatalStorageError("the database x.db was deleted. Restore a backup.")


class Ended:
    def __init__(self) -> None:
        self.by: list[FatalStorageError] = []

    def __call__(self, error: FatalStorageError) -> None:
        self.by.append(error)


@pytest.fixture
def clock() -> StillClock:
    return StillClock(NINE)


@pytest.fixture
def ended() -> Ended:
    return Ended()


@pytest.fixture
def trouble(clock: StillClock, ended: Ended) -> Trouble:
    return Trouble(clock, ended)


def test_the_same_trouble_is_one_line_however_often_it_is_met(
    trouble: Trouble, clock: StillClock, ended: Ended, caplog: pytest.LogCaptureFixture
) -> None:
    for _ in range(100):
        trouble.met(FULL)
        clock.pass_(SECOND)
    assert caplog.messages == [f"{FULL} Nothing is sent meanwhile; trying again."]
    assert ended.by == []


def test_it_is_said_again_after_a_while(trouble: Trouble, clock: StillClock, caplog: pytest.LogCaptureFixture) -> None:
    trouble.met(FULL)
    clock.pass_(AGAIN)
    trouble.met(FULL)
    assert len(caplog.messages) == 2


def test_other_trouble_is_another_line(trouble: Trouble, caplog: pytest.LogCaptureFixture) -> None:
    trouble.met(FULL)
    trouble.met(HELD)
    trouble.met(FULL)
    assert len(caplog.messages) == 2


def test_the_end_of_trouble_is_said_once_and_trouble_after_it_is_new(
    trouble: Trouble, clock: StillClock, caplog: pytest.LogCaptureFixture
) -> None:
    trouble.past()
    trouble.met(HELD)
    clock.pass_(40 * SECOND)
    trouble.met(HELD)
    clock.pass_(61 * SECOND)
    trouble.past()
    trouble.past()
    assert caplog.messages[1:] == ["the database can be used again, after 40 s of trouble"]
    trouble.met(HELD)
    assert len(caplog.messages) == 3


def test_trouble_of_more_than_a_day_is_told_in_full(
    trouble: Trouble, clock: StillClock, caplog: pytest.LogCaptureFixture
) -> None:
    trouble.met(HELD)
    clock.pass_(timedelta(days=2))
    trouble.met(HELD)
    clock.pass_(61 * SECOND)
    trouble.past()
    assert caplog.messages[-1] == "the database can be used again, after 172800 s of trouble"


def test_trouble_that_comes_and_goes_every_second_does_not_fill_the_log(
    trouble: Trouble, clock: StillClock, caplog: pytest.LogCaptureFixture
) -> None:
    for _ in range(600):
        trouble.met(FULL)
        trouble.past()
        clock.pass_(SECOND)
    assert len(caplog.messages) == 1


def test_a_clock_that_was_set_back_silences_nothing(
    trouble: Trouble, clock: StillClock, caplog: pytest.LogCaptureFixture
) -> None:
    trouble.met(FULL)
    clock.set(NINE - timedelta(days=1))
    trouble.met(FULL)
    assert len(caplog.messages) == 2


def test_what_is_fatal_ends_the_service_once_and_is_left_to_whoever_ends_it_to_say(
    trouble: Trouble, ended: Ended, caplog: pytest.LogCaptureFixture
) -> None:
    trouble.met(GONE)
    trouble.met(GONE)
    trouble.met(FULL)
    assert ended.by == [GONE]
    assert caplog.messages == []
