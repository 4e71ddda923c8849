"""The comparison behind the crash tests notices what it is there to notice."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from config.person import ChannelName
from scheduler.delivery.delivery import Delivery, State
from tests.standins.comparison import Received, Record, Verdict, compare
from tests.standins.deliveries import a_delivery
from tests.standins.smtp import Letter
from tests.standins.twilio import SentSms

SMS = SentSms("SM1", "+447946000001", "+15005550006", None, "Drink.", 60, "AC1", "2026-11-03T22:00:00+00:00")
LETTER = Letter("nudges@legup.example", ("sam@example.org",), b"Message-ID: <1@x>\r\n\r\nStretch.", None, False, "")
BY_SMS = a_delivery(State.SENT, id=1, kind="hydration", receipt="SM1")
BY_EMAIL = a_delivery(State.SENT, id=2, kind="legs_up", channels=(ChannelName.EMAIL,), receipt="<1@x>")


def verdict(
    *deliveries: Delivery,
    messages: tuple[SentSms, ...] = (SMS,),
    letters: tuple[Letter, ...] = (LETTER,),
    in_flight: tuple[int, ...] = (),
) -> Verdict:
    record = Record(deliveries or (BY_SMS, BY_EMAIL), 0, in_flight)
    return compare("at the end", ["me/hydration", "me/legs_up"], record, Received(messages, letters))


def lost(delivery: Delivery, **changes: Any) -> Delivery:
    return replace(delivery, state=State.UNKNOWN, receipt=None, **changes)


def test_what_was_sent_once_and_is_on_record_keeps_the_promise() -> None:
    assert verdict().faults == ()


def test_the_same_words_twice_to_one_number_are_doubled() -> None:
    assert verdict(messages=(SMS, replace(SMS, sid="SM2"))).doubled == 1


def test_an_email_under_another_message_id_is_doubled_and_one_under_its_own_is_repeated() -> None:
    other = replace(LETTER, content=LETTER.content.replace(b"<1@x>", b"<2@x>"))
    assert verdict(letters=(LETTER, other)).doubled == 1
    repeated = verdict(letters=(LETTER, LETTER), in_flight=(2,))
    assert (repeated.faults, repeated.doubled, repeated.repeats) == ((), 0, 1)


def test_what_counts_as_sent_and_was_never_received_is_lost() -> None:
    assert verdict(messages=()).lost == 1


def test_an_sms_in_flight_may_be_unknown() -> None:
    assert verdict(lost(BY_SMS), BY_EMAIL, messages=(), in_flight=(1,)).faults == ()


@pytest.mark.parametrize(
    ("fault", "seen"),
    [
        (verdict(BY_SMS), "recorded is"),
        (verdict(replace(BY_SMS, state=State.MISSED), BY_EMAIL), "ended missed"),
        (verdict(lost(BY_SMS), BY_EMAIL, messages=()), "is unknown and was not in flight"),
        (verdict(BY_SMS, lost(BY_EMAIL), letters=(), in_flight=(2,)), "was not sent again"),
        (verdict(BY_SMS, replace(BY_EMAIL, receipt="SM1"), letters=()), "SM1 stands for 2 deliveries"),
        (verdict(lost(BY_SMS), BY_EMAIL, in_flight=(1,)), "SM1 was received, and nothing on record says so"),
        (verdict(letters=(LETTER, LETTER)), "was sent again without having been in flight"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_what_the_promise_forbids_is_a_fault(fault: Verdict, seen: str) -> None:
    assert any(seen in each for each in fault.faults)
