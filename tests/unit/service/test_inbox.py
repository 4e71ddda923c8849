"""Fetching texts and reports: each once, none lost, and nothing from before our time."""

from __future__ import annotations

import logging
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import pytest

from scheduler.delivery.correspondence import Report
from scheduler.delivery.delivery import State
from scheduler.delivery.outcome import Accepted
from scheduler.delivery.ports import Outbox
from scheduler.delivery.settling import settle
from scheduler.delivery.text_message import TextMessage
from scheduler.service import inbox as module
from scheduler.service.inbox import FRESH, OVERLAP, PATIENCE, Inbox, InboxThread
from scheduler.service.trouble import Trouble
from scheduler.storage.errors import StorageError
from scheduler.storage.memory import MemoryOutbox
from tests.standins.clock import StillClock
from tests.standins.outbox_parts import KEY, begin_all, enrolment, message_to
from tests.standins.post import SILENT, PostStandIn

NINE = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


def text(number: int, words: str, at: datetime = NINE) -> TextMessage:
    return TextMessage(f"SM{number}", "+447946007001", "+15005550006", words, at)


@dataclass
class Listening:
    """A desk that remembers, and raises for what it is told to."""

    heard: list[str] = field(default_factory=list)
    passed_over: list[str] = field(default_factory=list)
    reported: list[Report] = field(default_factory=list)
    poison: dict[str, Exception] = field(default_factory=dict)

    def text(self, message: TextMessage) -> None:
        if message.text in self.poison:
            raise self.poison[message.text]
        self.heard.append(message.text)

    def pass_over(self, message: TextMessage) -> None:
        self.passed_over.append(message.text)

    def reports(self, reports: Sequence[Report]) -> None:
        for each in reports:
            if each.receipt in self.poison:
                raise self.poison[each.receipt]
        self.reported += reports


class House:
    """An inbox with all it needs, at nine o'clock, that has looked before."""

    def __init__(self, *, before: bool = True) -> None:
        self.clock = StillClock(NINE)
        self.outbox: Outbox = MemoryOutbox(contact_key=KEY)
        self.post = PostStandIn()
        self.desk = Listening()
        self.inbox = Inbox(self.post, self.desk, self.outbox, self.clock)
        if before:
            self.outbox.have_read(NINE)

    def look(self, later: timedelta = timedelta(0)) -> None:
        self.clock.pass_(later)
        self.inbox.look()


@pytest.fixture
def house() -> House:
    return House()


def test_texts_reach_the_desk_once_and_in_their_order(house: House) -> None:
    house.post.messages = [text(2, "START", NINE + MINUTE), text(1, "STOP")]
    for _ in range(3):
        house.look(MINUTE)
    assert house.desk.heard == ["STOP", "START"]


def test_what_came_before_the_first_look_of_all_is_noted_and_not_acted_on() -> None:
    house = House(before=False)
    house.post.messages = [text(1, "STOP", NINE - MINUTE)]
    house.look()
    house.post.messages.append(text(2, "DONE", NINE + MINUTE))
    house.look(2 * MINUTE)
    assert (house.desk.passed_over, house.desk.heard) == (["STOP"], ["DONE"])


def test_a_look_reads_on_where_the_last_one_ended_and_a_little_before(house: House) -> None:
    house.look(5 * MINUTE)
    house.look(5 * MINUTE)
    assert house.post.looks.all() == [NINE - OVERLAP, NINE + 5 * MINUTE - OVERLAP]
    assert house.outbox.read_until() == NINE + 10 * MINUTE


def test_after_a_restart_what_came_meanwhile_is_read(house: House) -> None:
    house.post.messages = [text(1, "STOP", NINE + timedelta(days=2))]
    again = Inbox(house.post, house.desk, house.outbox, house.clock)
    house.clock.pass_(timedelta(days=3))
    again.look()
    assert house.desk.heard == ["STOP"]


def test_a_text_that_raises_is_brought_again_and_keeps_up_no_other(house: House) -> None:
    house.desk.poison["CRAMP"] = RuntimeError("a slip")
    house.post.messages = [text(1, "CRAMP"), text(2, "STOP", NINE + MINUTE)]
    house.look(timedelta(hours=2))
    assert house.desk.heard == ["STOP"]
    assert house.outbox.read_until() == NINE, "or the next look would not find it"
    house.desk.poison.clear()
    house.look()
    assert house.desk.heard == ["STOP", "CRAMP"]
    assert house.outbox.read_until() == NINE + timedelta(hours=2)


def test_trouble_with_the_database_ends_the_look_before_anything_counts_as_read(house: House) -> None:
    house.desk.poison["CRAMP"] = StorageError("the disk is full")
    house.post.messages = [text(1, "CRAMP")]
    with pytest.raises(StorageError):
        house.look(timedelta(hours=2))
    assert house.outbox.read_until() == NINE


def test_more_texts_than_one_look_can_read_are_told_of(house: House, caplog: pytest.LogCaptureFixture) -> None:
    house.post.complete = False
    with caplog.at_level(logging.ERROR, "legup.inbox"):
        house.look()
    assert "more texts came in than one look can read" in caplog.text


def test_only_so_many_texts_are_remembered(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_REMEMBERED", 1)
    house.post.messages = [text(1, "DONE"), text(2, "CRAMP")]
    house.look()
    house.look()
    assert house.desk.heard == ["DONE", "CRAMP", "DONE", "CRAMP"], "the desk itself knows them"


def sent(house: House) -> str:
    """The receipt of a message that has gone out."""
    house.outbox.enrol([enrolment("ann")], NINE)
    house.outbox.add(message_to("ann", cause="send:1", due=NINE))
    (message,) = begin_all(house.outbox, NINE)
    house.outbox.settle([settle(message, Accepted("SM9"), NINE, lambda: 0.5)], NINE)
    return "SM9"


def test_what_became_of_messages_is_asked_while_one_is_awaited(house: House) -> None:
    house.look()
    assert house.post.asked == [], "nothing was sent"
    receipt = sent(house)
    house.post.news = [Report(receipt, State.DELIVERED, NINE), Report("SM of somebody else", State.FAILED, NINE)]
    house.look()
    assert [each.receipt for each in house.desk.reported] == [receipt]


def test_what_was_sent_long_ago_is_asked_about_seldom(house: House) -> None:
    sent(house)
    house.clock.pass_(FRESH + MINUTE)
    for _ in range(21):
        house.look()
    assert len(house.post.asked) == 2
    assert house.post.asked[0] == house.clock.now() - PATIENCE - OVERLAP


def test_a_report_that_raises_keeps_no_other_from_counting(house: House) -> None:
    sent(house)
    house.outbox.add(message_to("ann", cause="send:2", due=NINE))
    (message,) = begin_all(house.outbox, NINE)
    house.outbox.settle([settle(message, Accepted("SM8"), NINE, lambda: 0.5)], NINE)
    house.desk.poison["SM9"] = ValueError("a damaged row")
    house.post.news = [Report("SM9", State.DELIVERED, NINE), Report("SM8", State.DELIVERED, NINE)]
    house.look()
    assert [each.receipt for each in house.desk.reported] == ["SM8"]
    house.desk.poison["SM9"] = StorageError("the disk is full")
    with pytest.raises(StorageError):
        house.look()


@contextmanager
def working(house: House, pause: timedelta = timedelta(0)) -> Iterator[InboxThread]:
    thread = InboxThread(house.inbox, pause, Trouble(house.clock, lambda _error: None))
    thread.start()
    try:
        yield thread
    finally:
        thread.stop()
        assert not thread.is_alive()
        assert house.post.closed


def test_the_thread_looks_at_once_and_again_and_closes_when_it_is_stopped(house: House) -> None:
    with working(house):
        house.post.looks.wait_for(3)


def test_a_thread_that_waits_stops_at_once(house: House) -> None:
    with working(house, timedelta(days=1)):
        house.post.looks.wait_for(1)


@pytest.mark.parametrize(
    ("fault", "told"),
    [
        (SILENT, "replies cannot be fetched: Twilio does not list messages (HTTP 503); trying again"),
        (RuntimeError("+447946007001 says STOP"), "fetching replies failed (RuntimeError); trying again"),
        (StorageError("the disk is full"), "the disk is full"),
    ],
)
def test_trouble_is_told_once_and_its_end_too(
    house: House, fault: Exception, told: str, caplog: pytest.LogCaptureFixture
) -> None:
    house.post.fault = fault
    with caplog.at_level(logging.WARNING), working(house):
        house.post.looks.wait_for(3)
        house.post.fault = None
        looked = len(house.post.looks.all())
        house.post.looks.wait_for(looked + 3)
    assert [each.message for each in caplog.records if told in each.message] != []
    assert sum(told in each.message for each in caplog.records) == 1
    assert "+447946007001" not in caplog.text


def test_while_the_provider_is_silent_the_pause_grows_and_then_is_as_before(house: House) -> None:
    thread = InboxThread(house.inbox, timedelta(seconds=30), Trouble(house.clock, lambda _error: None))
    pauses = []
    for _ in range(6):
        thread.failed("silence")
        pauses.append(thread.pause.total_seconds())
    assert pauses == [60, 120, 240, 480, 600, 600]
    thread.well()
    assert thread.pause == timedelta(seconds=30)


def test_a_thread_that_was_never_started_may_be_stopped(house: House) -> None:
    InboxThread(house.inbox, timedelta(0), Trouble(house.clock, lambda _error: None)).stop()
