from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import SecretStr
from twilio.request_validator import RequestValidator

from scheduler.channels.twilio_webhook import LONGEST, Form, FormError, Signatures, status_of, text_of
from scheduler.delivery.correspondence import Report
from scheduler.delivery.delivery import State

NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
TOKEN = "hush-hush"
URL = "https://legup.example.org/twilio/inbound?part=1"
SID = "SM" + "0" * 32
INBOUND: Form = {
    "MessageSid": [SID],
    "From": ["+15550001111"],
    "To": ["+15005550006"],
    "Body": ["Stop"],
    "FromCity": [""],
}


class Posted(dict[str, list[str]]):
    """A form as web frameworks hand it to the validator."""

    def getlist(self, name: str) -> list[str]:
        return self[name]


def signature(form: Form, url: str = URL, token: str = TOKEN) -> str:
    posted = Posted({name: list(values) for name, values in form.items()})
    return str(RequestValidator(token).compute_signature(url, posted))


def fits(form: Form, signed: str, url: str = URL) -> bool:
    return Signatures(SecretStr(TOKEN)).fit(url, form, signed)


def test_what_the_account_signed_fits() -> None:
    assert fits(INBOUND, signature(INBOUND))


def test_every_parameter_counts_also_an_empty_one_and_one_given_twice() -> None:
    twice = {**INBOUND, "Body": ["Stop", "Start"]}
    assert fits(twice, signature(twice))
    without_empty = {name: values for name, values in INBOUND.items() if name != "FromCity"}
    for other in (twice, without_empty, {**INBOUND, "More": [""]}, {**INBOUND, "Body": ["Start"]}):
        changed = fits(other, signature(INBOUND))
        # an empty parameter adds its name, so that leaving it out does not pass
        assert not changed, sorted(other)


def test_another_address_another_token_or_no_signature_does_not_fit() -> None:
    assert not fits(INBOUND, signature(INBOUND), URL.replace("part=1", "part=2"))
    assert not fits(INBOUND, signature(INBOUND, token="another"))
    assert not fits(INBOUND, "")
    assert not fits(INBOUND, signature(INBOUND)[:-1])


def test_half_a_character_does_not_fit_and_does_not_break() -> None:
    assert not fits({**INBOUND, "Body": ["\ud83d"]}, signature(INBOUND))


def test_an_inbound_text_is_read() -> None:
    text = text_of({**INBOUND, "OptOutType": ["STOP"]}, NOW)
    assert (text.sid, text.sender, text.recipient, text.text) == (SID, "+15550001111", "+15005550006", "Stop")
    assert (text.opt_out_type, text.at) == ("STOP", NOW)
    assert text_of(INBOUND, NOW).opt_out_type is None


def test_a_picture_without_words_is_a_text_without_words() -> None:
    assert text_of({**INBOUND, "Body": [""]}, NOW).text == ""
    assert text_of({name: given for name, given in INBOUND.items() if name != "Body"}, NOW).text == ""


def test_no_text_is_longer_than_twilio_joins() -> None:
    assert len(text_of({**INBOUND, "Body": ["x" * 5000]}, NOW).text) == LONGEST


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"MessageSid": []}, "MessageSid is given 0 times"),
        ({"MessageSid": [SID, SID]}, "MessageSid is given 2 times"),
        ({"MessageSid": ["../etc"]}, "MessageSid is not what Twilio sends"),
        ({"From": [""]}, "From is not what Twilio sends"),
        ({"To": ["a b"]}, "To is not what Twilio sends"),
        ({"Body": ["a", "b"]}, "Body is given 2 times"),
    ],
)
def test_a_form_that_twilio_would_not_send_is_refused_without_repeating_it(changes: Form, told: str) -> None:
    with pytest.raises(FormError, match=told) as caught:
        text_of({**INBOUND, **changes}, NOW)
    assert "+1555" not in str(caught.value)


def status(word: str, code: str = "") -> Report | None:
    return status_of({"MessageSid": [SID], "MessageStatus": [word], "ErrorCode": [code]}, NOW)


@pytest.mark.parametrize(
    ("word", "state"), [("sent", State.SENT), ("delivered", State.DELIVERED), ("read", State.DELIVERED)]
)
def test_a_status_callback_moves_a_message_forward(word: str, state: State) -> None:
    assert status(word) == Report(SID, state, NOW)


@pytest.mark.parametrize("word", ["queued", "accepted", "sending", "scheduled", "of another year"])
def test_a_status_on_the_way_says_nothing_new(word: str) -> None:
    assert status(word) is None


def test_a_failure_comes_with_its_reason_in_our_words() -> None:
    assert status("undelivered", "30007") == Report(
        SID, State.FAILED, NOW, reason="Twilio: the carrier filtered the message (30007)"
    )
    assert status("failed") == Report(SID, State.FAILED, NOW, reason="Twilio says failed")
    assert status("failed", "12") == Report(SID, State.FAILED, NOW, reason="Twilio says failed")


def test_a_failure_because_of_a_stop_is_an_opt_out() -> None:
    report = status("failed", "21610")
    assert report is not None
    assert report.opted_out


FORMS = st.dictionaries(
    st.sampled_from(["MessageSid", "From", "To", "Body", "MessageStatus", "ErrorCode", "OptOutType"]) | st.text(),
    st.lists(st.text(), max_size=3),
)


@settings(max_examples=60)
@given(FORMS)
def test_no_form_whatever_breaks_the_reading_of_it(form: dict[str, list[str]]) -> None:
    assert not fits(form, "c2lnbmF0dXJl")
    for read in (text_of, status_of):
        try:
            read(form, NOW)
        except FormError as error:
            assert "is given" in str(error) or "is not what" in str(error)  # noqa: PT017 - either is right
