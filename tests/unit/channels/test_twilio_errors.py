"""Each of Twilio's errors has one meaning; unlisted codes are judged by their HTTP status."""

from datetime import timedelta

import pytest

from scheduler.channels.twilio_errors import reported, verdict
from scheduler.delivery.outcome import AccountRefused, OptedOut, Outcome, Refused, RetryAfter, Unknown


@pytest.mark.parametrize(
    ("status", "code", "kind"),
    [
        (400, 21211, Refused),
        (400, 21408, Refused),
        (400, 21612, Refused),
        (400, 21614, Refused),
        (400, 21635, Refused),
        (400, 30006, Refused),
        (400, 21610, OptedOut),
        (400, 21603, AccountRefused),
        (400, 21606, AccountRefused),
        (400, 21659, AccountRefused),
        (401, 20003, AccountRefused),
        (403, 20003, AccountRefused),
        (404, 20404, AccountRefused),
        (400, 30034, AccountRefused),
        (429, 63038, AccountRefused),
        (429, 20429, RetryAfter),
        (400, 21611, RetryAfter),
        (400, 30001, RetryAfter),
    ],
)
def test_a_listed_code_decides(status: int, code: int, kind: type[Outcome]) -> None:
    outcome = verdict(status, code)
    assert isinstance(outcome, kind)
    assert str(code) in str(outcome)


@pytest.mark.parametrize(
    ("status", "kind"),
    [
        (307, Unknown),
        (400, Refused),
        (401, AccountRefused),
        (402, AccountRefused),
        (403, AccountRefused),
        (404, AccountRefused),
        (408, RetryAfter),
        (422, Refused),
        (429, RetryAfter),
        (500, Unknown),
        (503, Unknown),
    ],
)
@pytest.mark.parametrize("code", [None, 99999])
def test_without_a_listed_code_the_status_decides(status: int, kind: type[Outcome], code: int | None) -> None:
    assert isinstance(verdict(status, code), kind)


def test_a_fault_of_the_provider_is_unknown_whatever_its_code() -> None:
    assert isinstance(verdict(500, 21211), Unknown)


def test_a_refusal_nobody_foresaw_names_its_code() -> None:
    assert verdict(400, 29999) == Refused("Twilio refuses the message (HTTP 400, code 29999)")
    assert verdict(400, 400) == Refused("Twilio refuses the message (HTTP 400)")


def test_the_delay_that_twilio_asks_for_is_kept() -> None:
    assert verdict(429, 20429, timedelta(seconds=7)) == RetryAfter(
        "Twilio: too many requests at once (20429)", timedelta(seconds=7), shared=True
    )


def test_a_code_in_an_accepted_message_counts_like_a_refusal() -> None:
    assert isinstance(reported(30003), Refused)
    assert isinstance(reported(21610), OptedOut)
    assert reported(39999) == Refused("Twilio refuses the message (code 39999)")
