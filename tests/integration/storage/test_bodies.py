"""The words of an attempt are kept as long as somebody has to compare them, and no longer."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import select

from config.person import ChannelName, Contacts
from scheduler.delivery.delivery import Message, State
from scheduler.delivery.doubt import Resolution
from scheduler.storage.outbox import SqlOutbox
from scheduler.storage.sqlite import open_sqlite
from scheduler.storage.tables import ATTEMPTS
from tests.standins.outbox_parts import (
    EARLY,
    EMAIL,
    HOUR,
    KEY,
    LEASE,
    NINE,
    SMS,
    begin_all,
    enrolment,
    one_each,
    outcome,
)

SAM = Contacts(phone="+447700900123", email="sam@example.org")
WORDS = "Words for sam."


@pytest.fixture
def outbox(tmp_path: Path) -> Iterator[SqlOutbox]:
    with closing(open_sqlite(tmp_path / "legup.db", contact_key=KEY)) as outbox:
        yield outbox


def begun(outbox: SqlOutbox, channel: ChannelName = SMS) -> Message:
    outbox.enrol([enrolment("sam", channels=(channel,), contacts=SAM)], EARLY)
    outbox.claim_due(NINE, 1, one_each)
    (message,) = begin_all(outbox, channel=channel)
    return message


def bodies(outbox: SqlOutbox) -> list[str | None]:
    with outbox._database.read() as connection:
        return list(connection.scalars(select(ATTEMPTS.c.body).order_by(ATTEMPTS.c.number)))


def test_they_are_there_while_a_message_is_under_way(outbox: SqlOutbox) -> None:
    begun(outbox)
    assert bodies(outbox) == [WORDS]


@pytest.mark.parametrize("state", [State.SENT, State.FAILED, State.PENDING, State.SUPPRESSED])
def test_they_go_when_the_outcome_is_known(outbox: SqlOutbox, state: State) -> None:
    outbox.settle([outcome(begun(outbox), state)], NINE)
    assert bodies(outbox) == [None]


@pytest.mark.parametrize("state", [State.SENT, State.UNKNOWN])
def test_they_stay_while_it_is_looked_up_and_go_when_it_is_found_or_closed(outbox: SqlOutbox, state: State) -> None:
    message = begun(outbox)
    outbox.settle([outcome(message, State.UNKNOWN, "unknown")], NINE)
    assert bodies(outbox) == [WORDS]
    outbox.resolve([Resolution(message.delivery, 1, State.UNKNOWN, 1, NINE + HOUR)], NINE)
    assert bodies(outbox) == [WORDS]
    outbox.resolve([Resolution(message.delivery, 1, state, 2)], NINE)
    assert bodies(outbox) == [None]


def test_a_crash_keeps_them_only_where_something_can_be_found_out(outbox: SqlOutbox) -> None:
    begun(outbox, ChannelName.CONSOLE)
    outbox.expire_leases(NINE + LEASE)
    assert bodies(outbox) == [None]


def test_a_repeat_that_is_accepted_lets_those_of_the_first_attempt_go_too(outbox: SqlOutbox) -> None:
    outbox.settle([outcome(begun(outbox, EMAIL), State.UNKNOWN, "unknown")], NINE)
    (again,) = begin_all(outbox, NINE + HOUR, EMAIL)
    assert bodies(outbox) == [WORDS, WORDS]
    outbox.settle([outcome(again, State.SENT)], NINE + HOUR)
    assert bodies(outbox) == [None, None]


def test_a_repeat_that_may_not_go_out_lets_them_go(outbox: SqlOutbox) -> None:
    outbox.settle([outcome(begun(outbox, EMAIL), State.UNKNOWN, "unknown")], NINE)
    outbox.opt_out("sam", NINE, "reply")
    begin_all(outbox, NINE + HOUR, EMAIL)
    assert bodies(outbox) == [None]
