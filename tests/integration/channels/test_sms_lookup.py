"""Looking a message up at Twilio, over a real socket."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from scheduler.channels import twilio_lookup
from scheduler.channels.sms import SmsChannel
from scheduler.delivery.delivery import Message, State
from scheduler.delivery.doubt import Answer, Doubt, NoAnswer, Sighting
from scheduler.delivery.ports import Resolving
from tests.standins.deliveries import a_delivery
from tests.standins.http import Answer as HttpAnswer
from tests.standins.http import Ending
from tests.standins.letters import NOW, a_message
from tests.standins.twilio import Behaviour, TwilioStandIn, answered


class Desk:
    """A channel, a stand-in, and a clock at Twilio's that the test sets."""

    def __init__(self, **settings: Any) -> None:
        self.now = NOW
        self.twilio = TwilioStandIn(clock=self.clock, **settings)
        self.channel = SmsChannel(self.twilio.account(), concurrency=2)

    def clock(self) -> datetime:
        return self.now

    def sent(self, message: Message) -> str:
        """Its SID."""
        before = len(self.twilio.messages.all())
        list(self.channel.send([message], NOW))
        return self.twilio.wait_for(before + 1)[-1].sid

    def look_up(self, message: Message, **changes: Any) -> Answer:
        doubt = Doubt(a_delivery(State.UNKNOWN), NOW, message.address, message.text, rivals=0)
        return self.channel.look_up(replace(doubt, **changes))

    def close(self) -> None:
        self.channel.close()
        self.twilio.close()


@pytest.fixture
def desk() -> Iterator[Desk]:
    desk = Desk()
    yield desk
    desk.close()


def test_a_message_is_found_by_its_number_and_its_words(desk: Desk) -> None:
    message = a_message(1)
    sid = desk.sent(message)
    desk.sent(a_message(2, address=message.address))
    desk.sent(a_message(3, text=message.text))
    assert isinstance(desk.channel, Resolving)
    assert desk.look_up(message) == (Sighting(sid, State.SENT),)


def test_what_twilio_never_had_is_not_found(desk: Desk) -> None:
    assert desk.look_up(a_message()) == ()


@pytest.mark.parametrize(
    ("status", "code", "sighting"),
    [
        ("delivered", None, Sighting("", State.DELIVERED)),
        ("read", None, Sighting("", State.DELIVERED)),
        ("sending", None, Sighting("", State.SENT)),
        (
            "failed",
            30006,
            Sighting("", State.FAILED, "Twilio: a landline, or a carrier that cannot be reached (30006)"),
        ),
        ("undelivered", 30007, Sighting("", State.FAILED, "Twilio: the carrier filtered the message (30007)")),
        ("canceled", None, Sighting("", State.FAILED, "Twilio says canceled")),
    ],
)
def test_it_is_told_what_became_of_it(desk: Desk, status: str, code: int | None, sighting: Sighting) -> None:
    sid = desk.sent(a_message())
    desk.twilio.became(sid, status, code)
    assert desk.look_up(a_message()) == (replace(sighting, receipt=sid),)


def test_words_before_ours_do_not_matter() -> None:
    desk = Desk(prefix="Sent from your Twilio trial account - ")
    sid = desk.sent(a_message())
    assert desk.look_up(a_message(), text=a_message().text + "\n") == (Sighting(sid, State.SENT),)
    desk.close()


def test_what_is_older_than_the_attempt_is_another_message_but_clocks_may_differ_a_little(desk: Desk) -> None:
    sid = desk.sent(a_message())
    late = twilio_lookup.ALLOWANCE + timedelta(seconds=1)
    assert desk.look_up(a_message(), begun_at=NOW + late) == ()
    assert desk.look_up(a_message(), begun_at=NOW + twilio_lookup.ALLOWANCE) == (Sighting(sid, State.SENT),)


def test_two_that_fit_are_both_told_the_newest_first(desk: Desk) -> None:
    sids = [desk.sent(a_message()) for _ in range(2)]
    assert desk.look_up(a_message()) == tuple(Sighting(sid, State.SENT) for sid in reversed(sids))


def test_many_messages_are_read_page_by_page(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    sid = desk.sent(a_message())
    for number in range(4):
        desk.sent(a_message(2, text=f"Something else {number}."))
        desk.sent(a_message(1, text=f"Something else {number}."))
    monkeypatch.setattr(twilio_lookup, "_PAGE", 2)
    assert desk.look_up(a_message()) == (Sighting(sid, State.SENT),)
    monkeypatch.setattr(twilio_lookup, "MOST", 3)
    assert desk.look_up(a_message()) == ()


def test_what_the_person_wrote_to_us_is_none_of_ours(desk: Desk) -> None:
    body = '{"messages": [{"sid": "SM1", "direction": "inbound", "body": "%s", "date_created": "%s"}]}'
    listing = body % (a_message().text, "Tue, 03 Nov 2026 22:00:00 +0000")
    desk.twilio.listing(HttpAnswer(200, listing.encode()))
    assert desk.look_up(a_message()) == ()


@pytest.mark.parametrize(
    ("listing", "reason"),
    [
        (answered(503, b"busy"), "Twilio does not list messages (HTTP 503)"),
        (answered(401, b"{}"), "Twilio does not list messages (HTTP 401)"),
        (answered(429, b""), "Twilio has too many requests at once"),
        (answered(200, b"<html>captive portal</html>"), "Twilio's answer cannot be understood"),
        (answered(200, b"{}"), "Twilio does not list messages"),
        (answered(200, b'{"messages": 7}'), "Twilio's answer cannot be understood"),
        (answered(200, b'{"messages": [7]}'), "Twilio's answer cannot be understood"),
        (answered(200, b'{"messages": [{"sid": "SM1"}]}'), "Twilio's answer cannot be understood"),
    ],
)
def test_a_listing_that_goes_wrong_says_nothing_about_the_message(desk: Desk, listing: Behaviour, reason: str) -> None:
    assert listing.answer is not None
    desk.twilio.listing(listing.answer)
    assert desk.look_up(a_message()) == NoAnswer(reason)


def test_a_message_without_a_sid_says_nothing(desk: Desk) -> None:
    fields = f'"direction": "outbound-api", "body": "{a_message().text}"'
    dated = '"date_created": "Tue, 03 Nov 2026 22:00:00 +0000"'
    desk.twilio.listing(HttpAnswer(200, ('{"messages": [{' + fields + ", " + dated + "}]}").encode()))
    assert desk.look_up(a_message()) == NoAnswer("Twilio's answer cannot be understood")


def test_a_twilio_that_cannot_be_reached_says_nothing(desk: Desk) -> None:
    desk.twilio.close()
    assert desk.look_up(a_message()) == NoAnswer("cannot reach Twilio (ConnectionRefusedError)")


def test_a_twilio_that_does_not_answer_says_nothing(desk: Desk) -> None:
    desk.twilio.listing(HttpAnswer(200, b"", ending=Ending.RESET))
    answer = desk.look_up(a_message())
    assert isinstance(answer, NoAnswer)
    assert answer.reason.startswith("no answer from Twilio (")
    assert a_message().address not in answer.reason
