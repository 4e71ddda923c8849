"""`legup clock`: on a real database, with the clock of this machine and a record that disagrees with it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from scheduler.clock import SystemClock
from scheduler.delivery.timekeeping import ClockHold
from scheduler.service.secret_key import secret_key
from scheduler.storage.outbox import SqlOutbox
from scheduler.storage.sqlite import open_sqlite
from tests.standins.commands import Legup

DAY = timedelta(days=1)


@pytest.fixture
def outbox(here: Path, file: Path) -> Iterator[SqlOutbox]:
    database = here / "state" / "legup.db"
    outbox = open_sqlite(database, contact_key=secret_key(None, database))
    yield outbox
    outbox.close()


@pytest.fixture
def ahead(outbox: SqlOutbox) -> ClockHold:
    """The service saw the clock leap by a century and go on from there."""
    now = SystemClock().now()
    hold = ClockHold(now - 36_525 * DAY, now)
    outbox.hold_clock(hold)
    return hold


def test_a_clock_that_nobody_doubts_is_believed(legup: Legup, outbox: SqlOutbox) -> None:
    outbox.tick(SystemClock().now())
    ended = legup("clock")
    assert (ended.code, ended.err) == (0, "")
    assert ended.out.splitlines()[1] == "it is believed"
    assert "nothing to confirm" in legup("clock", "confirm").out


def test_before_there_is_a_database_the_clock_is_believed(legup: Legup, file: Path) -> None:
    assert "it is believed" in legup("clock").out
    ended = legup("clock", "confirm")
    assert ended.code == 1
    assert "there is no database yet" in ended.err


def test_a_clock_on_hold_says_so_and_how_to_go_on(legup: Legup, outbox: SqlOutbox, ahead: ClockHold) -> None:
    out = legup("clock").out
    assert f"it showed {ahead.shown_at:%Y-%m-%d %H:%M:%S} UTC after {ahead.trusted_at:%Y-%m-%d %H:%M:%S} UTC" in out
    assert "`legup clock confirm`" in out


def test_status_says_that_nothing_is_sent(legup: Legup, outbox: SqlOutbox, ahead: ClockHold) -> None:
    assert "nothing is sent, for the machine's clock is not believed" in legup("status").out
    assert json.loads(legup("status", "--json").out)["clock_believed"] is False


def test_a_confirmed_clock_is_believed_from_now_on(legup: Legup, outbox: SqlOutbox, ahead: ClockHold) -> None:
    ended = legup("clock", "confirm")
    assert (ended.code, ended.out.startswith("confirmed: it is ")) == (0, True)
    assert json.loads(legup("clock", "--json").out)["believed"] is True
    assert outbox.clock_record().hold is None


def test_a_clock_behind_the_record_is_doubted_before_any_start_and_can_be_confirmed(
    legup: Legup, outbox: SqlOutbox
) -> None:
    outbox.tick(SystemClock().now() + 3 * DAY)
    assert json.loads(legup("clock", "--json").out)["believed"] is False
    assert legup("clock", "confirm").code == 0
    assert json.loads(legup("clock", "--json").out)["believed"] is True


def test_send_sends_nothing_while_the_clock_is_doubted(legup: Legup, outbox: SqlOutbox, ahead: ClockHold) -> None:
    ended = legup("send", "hydration", "--to", "sam")
    assert ended.code == 1
    assert "the machine's clock is not believed: see `legup clock`" in ended.err
