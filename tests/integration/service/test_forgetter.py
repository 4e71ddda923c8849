"""Who asked to be forgotten is forgotten by the running service, once the answer is out."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from config.person import ChannelName, Contacts
from scheduler.conversation.house import House
from scheduler.conversation.reacting import hear
from scheduler.delivery.correspondence import FORGET_AFTER, Approach, Way
from scheduler.delivery.outcome import Accepted
from scheduler.delivery.settling import settle
from scheduler.service.forgetter import Forgetter
from scheduler.service.lock import RunLock
from scheduler.storage.dossier import Dossiers
from scheduler.storage.outbox import SqlOutbox
from scheduler.storage.sqlite import open_dossiers, open_sqlite
from tests.standins.clock import StillClock
from tests.standins.outbox_parts import KEY, begin_all, enrolment, message_to, plan_of

NOON = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
PHONE = "+447946007001"


class Home:
    """A running service's database, with Ann in it and somebody else."""

    def __init__(self, folder: Path) -> None:
        self.path = folder / "legup.db"
        self.clock = StillClock(NOON)
        self.outbox: SqlOutbox = open_sqlite(self.path, contact_key=KEY)
        self.outbox.enrol([enrolment("ann", contacts=Contacts(phone=PHONE)), enrolment("bea")], NOON)
        self.opened = 0
        self.forget = Forgetter(self.outbox, self._dossiers, self.path, self.clock)

    def _dossiers(self) -> Dossiers:
        self.opened += 1
        return open_dossiers(self.path)

    def ask(self) -> None:
        approach = Approach("sms:SM1", Way.SMS, self.clock.now(), (ChannelName.SMS, PHONE))
        self.outbox.converse(approach, hear("FORGET ME", approach, House()), plan_of({}), self.clock.now())

    def send(self) -> None:
        now = self.clock.now()
        begun = begin_all(self.outbox, now)
        self.outbox.settle([settle(each, Accepted(f"SM{each.delivery}"), now, lambda: 0.5) for each in begun], now)

    @property
    def known(self) -> set[str]:
        return {name for name in ("ann", "bea") if self.outbox.handle_of(name) is not None}


@pytest.fixture
def home(tmp_path: Path) -> Iterator[Home]:
    home = Home(tmp_path)
    with RunLock(home.path):
        yield home
    home.outbox.close()


def test_with_nobody_to_forget_nothing_is_opened(home: Home) -> None:
    home.forget()
    assert (home.known, home.opened) == ({"ann", "bea"}, 0)


def test_they_are_forgotten_when_the_answer_is_out_and_not_before(home: Home, caplog: pytest.LogCaptureFixture) -> None:
    home.ask()
    home.forget()
    assert home.known == {"ann", "bea"}
    home.send()
    with caplog.at_level(logging.WARNING, "legup.forgetter"):
        home.forget()
    assert home.known == {"bea"}
    assert "take them out of the config file" in caplog.text


def test_an_answer_that_cannot_go_out_is_not_waited_for_for_ever(home: Home) -> None:
    home.ask()
    home.clock.pass_(FORGET_AFTER + timedelta(seconds=1))
    home.forget()
    assert home.known == {"bea"}


def test_a_message_that_is_still_being_sent_is_waited_for(home: Home) -> None:
    home.outbox.add(message_to("ann", cause="send:1", due=NOON))
    (under_way,) = begin_all(home.outbox, NOON)
    home.ask()
    home.clock.pass_(FORGET_AFTER + timedelta(seconds=1))
    home.forget()
    home.outbox.settle([settle(under_way, Accepted("SM7"), NOON, lambda: 0.5)], home.clock.now())
    home.forget()
    assert home.known == {"bea"}
    home.forget()
    assert home.opened == 2, "and that is all"
