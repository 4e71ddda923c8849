"""Asking Twilio what came in, over a real socket."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest

from scheduler.channels import twilio_inbox
from scheduler.channels.sms import SmsChannel
from scheduler.channels.twilio_inbox import TwilioInbox
from scheduler.channels.unavailable import InboxUnavailable
from scheduler.delivery.correspondence import Report
from scheduler.delivery.delivery import State
from tests.standins.http import Answer, Ending
from tests.standins.letters import NOW, a_message
from tests.standins.twilio import FROM_NUMBER, TwilioStandIn

SERVICE = "MG" + "0" * 32
ANN, BEA = "+15550001111", "+15550002222"


class Post:
    """An inbox, a stand-in, and a clock at Twilio's that the test sets."""

    def __init__(self, **account: Any) -> None:
        self.now = NOW
        self.twilio = TwilioStandIn(clock=self.clock)
        self.account = self.twilio.account(**account)
        self.inbox = TwilioInbox(self.account)

    def clock(self) -> datetime:
        return self.now

    def words(self, since: datetime = NOW) -> list[str]:
        return [each.text for each in self.inbox.texts(since).texts]

    def sent(self) -> str:
        """The SID of a message that has gone out."""
        channel = SmsChannel(self.account, concurrency=1)
        before = len(self.twilio.messages.all())
        list(channel.send([a_message(1)], NOW))
        channel.close()
        return self.twilio.wait_for(before + 1)[-1].sid

    def close(self) -> None:
        self.inbox.close()
        self.twilio.close()


@pytest.fixture
def post() -> Iterator[Post]:
    post = Post()
    yield post
    post.close()


@pytest.fixture
def service() -> Iterator[Post]:
    post = Post(from_number=None, messaging_service_sid=SERVICE)
    yield post
    post.close()


def test_texts_to_our_number_come_oldest_first(post: Post) -> None:
    for words in ("STOP", "START"):
        post.twilio.receive(ANN, words)
    post.twilio.receive(ANN, "to somebody else", to="+15005559999")
    first, second = post.inbox.texts(NOW).texts
    assert (first.text, second.text) == ("STOP", "START")
    assert (first.sender, first.recipient, first.at) == (ANN, FROM_NUMBER, NOW)
    assert first.sid != second.sid


def test_what_we_sent_is_no_text_of_theirs(post: Post) -> None:
    post.sent()
    assert post.words() == []


def test_what_came_before_is_left_alone(post: Post) -> None:
    post.twilio.receive(ANN, "long ago")
    post.now = NOW + timedelta(minutes=5)
    post.twilio.receive(ANN, "just now")
    assert post.words(NOW + timedelta(minutes=1)) == ["just now"]


def test_a_heap_is_read_to_its_end(post: Post) -> None:
    for number in range(120):
        post.twilio.receive(ANN, str(number))
    assert post.words() == [str(number) for number in range(120)]
    pages = sum(call.method == "GET" for call in post.twilio.calls.all())
    assert pages == 2, "a short page, then one that holds it all"


def test_of_more_than_one_look_can_read_the_newest_come_and_it_is_said(
    post: Post, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(twilio_inbox, "_SHORT", 2)
    monkeypatch.setattr(twilio_inbox, "_LONG", 3)
    monkeypatch.setattr(twilio_inbox, "_MOST_PAGES", 2)
    for number in range(8):
        post.twilio.receive(ANN, str(number))
    received = post.inbox.texts(NOW)
    assert [each.text for each in received.texts] == ["2", "3", "4", "5", "6", "7"]
    assert not received.complete


def test_a_messaging_service_hears_what_came_to_any_of_its_numbers(service: Post) -> None:
    service.twilio.receive(ANN, "to one", to="+15005550100", service=SERVICE)
    service.twilio.receive(BEA, "to another", to="+15005550101", service=SERVICE)
    service.twilio.receive(BEA, "to a number of its own", to="+15005550102")
    assert service.words() == ["to one", "to another"]


def test_what_became_of_our_messages_is_reported(post: Post) -> None:
    delivered, filtered, under_way = post.sent(), post.sent(), post.sent()
    post.twilio.became(delivered, "delivered")
    post.twilio.became(filtered, "undelivered", 30007)
    post.twilio.receive(ANN, "STOP")
    at = NOW + timedelta(minutes=1)
    reports = {each.receipt: each for each in post.inbox.reports(NOW, at)}
    assert reports[delivered] == Report(delivered, State.DELIVERED, at)
    assert reports[filtered].reason == "Twilio: the carrier filtered the message (30007)"
    assert under_way not in reports


def test_a_messaging_services_own_messages_are_reported(service: Post) -> None:
    sid = service.sent()
    service.twilio.became(sid, "delivered")
    assert [each.receipt for each in service.inbox.reports(NOW, NOW)] == [sid]


@pytest.mark.parametrize(
    ("answer", "why"),
    [
        (Answer(500), "Twilio does not list messages (HTTP 500)"),
        (Answer.json(429, {"code": 20429}), "Twilio has too many requests at once"),
        (Answer(200, b"<html>"), "Twilio's answer cannot be understood"),
        (Answer.json(200, {"messages": [{"sid": None, "date_created": None}]}), "Twilio's answer cannot be understood"),
        (Answer(ending=Ending.RESET), "no answer from Twilio (ConnectionError)"),
    ],
)
def test_an_inbox_that_cannot_be_read_says_why(post: Post, answer: Answer, why: str) -> None:
    post.twilio.listing(answer)
    for ask in (lambda: post.inbox.texts(NOW), lambda: post.inbox.reports(NOW, NOW)):
        with pytest.raises(InboxUnavailable) as caught:
            ask()
        assert str(caught.value) == why


def test_a_line_that_is_down_says_so(post: Post) -> None:
    post.twilio.close()
    with pytest.raises(InboxUnavailable, match="cannot reach Twilio"):
        post.inbox.texts(NOW)
