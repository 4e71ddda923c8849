from collections.abc import Callable
from typing import Any

import pytest

from config.accounts import TwilioAccount
from config.inbound import Inbound, inbound_of, is_exposed, is_toll_free, links_base, provider_answers
from config.loading import Loaded
from config.settings import WebSection

LoadText = Callable[..., Loaded]
KEY: dict[str, Any] = {"auth_token": None, "api_key_sid": f"SK{'0' * 32}", "api_key_secret": "x"}
REACHED = WebSection(enabled=True, public_url="https://legup.example.org/")


def account(**changes: Any) -> TwilioAccount:
    given = {"account_sid": f"AC{'0' * 32}", "auth_token": "x", "from_number": "+447911123456"}
    return TwilioAccount.model_validate({**given, **changes})


def test_replies_are_polled_at_home_and_called_in_where_twilio_can_reach_us() -> None:
    assert inbound_of(account(), WebSection()) is Inbound.POLL
    assert inbound_of(account(), WebSection(enabled=True)) is Inbound.POLL
    assert inbound_of(account(), REACHED) is Inbound.WEBHOOK


def test_an_api_key_cannot_check_signatures_so_that_replies_are_polled() -> None:
    assert inbound_of(account(**KEY), REACHED) is Inbound.POLL


def test_what_is_written_of_inbound_holds() -> None:
    for written in Inbound:
        assert inbound_of(account(inbound=written), REACHED) is written


def test_nothing_comes_in_without_twilio_or_by_a_sender_that_is_a_name() -> None:
    assert inbound_of(None, REACHED) is Inbound.OFF
    assert inbound_of(account(from_number="LEGUP", inbound=Inbound.POLL), REACHED) is Inbound.OFF


def test_a_messaging_service_takes_replies() -> None:
    assert inbound_of(account(from_number=None, messaging_service_sid=f"MG{'0' * 32}"), REACHED) is Inbound.WEBHOOK


@pytest.mark.parametrize(
    ("changes", "answers"),
    [
        ({}, True),
        ({"from_number": None}, True),
        ({"from_number": "60600"}, False),
        ({"from_number": "60600", "handles_stop_words": True}, True),
        ({"handles_stop_words": False}, False),
    ],
)
def test_twilio_answers_stop_but_for_a_short_code(changes: dict[str, Any], *, answers: bool) -> None:
    assert provider_answers(account(**changes)) is answers


def test_without_twilio_nobody_answers_for_us() -> None:
    assert not provider_answers(None)


@pytest.mark.parametrize(
    ("number", "free"),
    [("+18005550100", True), ("+18335550100", True), ("+18225550100", False), ("+448005550100", False), (None, False)],
)
def test_a_toll_free_number_is_known_by_its_prefix(number: str | None, *, free: bool) -> None:
    assert is_toll_free(account(from_number=number)) is free


def test_there_are_links_only_where_legup_listens_under_a_public_address() -> None:
    assert links_base(REACHED) == "https://legup.example.org"
    assert links_base(WebSection(public_url="https://legup.example.org")) is None
    assert links_base(WebSection(enabled=True)) is None
    assert not is_toll_free(None)


@pytest.mark.parametrize(
    ("url", "exposed"),
    [("http://legup.example.org", True), ("https://legup.example.org", False), ("http://127.0.0.1:8765", False)],
)
def test_plain_http_exposes_links_unless_it_stays_on_the_machine(url: str, *, exposed: bool) -> None:
    assert is_exposed(url) is exposed


TWILIO = f"twilio: {{account_sid: AC{'0' * 32}, from_number: %s, inbound: %s, %s}}\n"
TOKEN = "auth_token: x"
API_KEY = f"api_key_sid: SK{'0' * 32}, api_key_secret: x"
WEB = "web: {enabled: true, public_url: https://a.example.org}\n"
PEOPLE = "timezone: UTC\npeople: [{id: me, nudges: {hydration: on}}]\n"


@pytest.mark.parametrize(
    ("lines", "fault"),
    [
        (TWILIO % ('"+447911123456"', "webhook", TOKEN), "give `web: {enabled: true}` and web.public_url"),
        (
            TWILIO % ('"+447911123456"', "webhook", TOKEN) + "web: {enabled: true}\n",
            "installation: give web.public_url",
        ),
        (TWILIO % ('"+447911123456"', "webhook", API_KEY) + WEB, "only auth_token can check Twilio's signatures"),
        (TWILIO % ("LEGUP", "poll", TOKEN), "warning: nobody can answer a sender name"),
        (
            TWILIO % ('"+447911123456"', "pull", TOKEN),
            "expected one of webhook, poll, off",
        ),
    ],
)
def test_a_way_in_that_cannot_work_is_told_with_its_remedy(load_text: LoadText, lines: str, fault: str) -> None:
    found = [f"{'warning: ' if each.warning else ''}{each.text}" for each in load_text(PEOPLE + lines).faults]
    assert any(fault in each for each in found), found


@pytest.mark.parametrize(
    "lines",
    [
        TWILIO % ('"+447911123456"', "webhook", TOKEN) + WEB,
        TWILIO % ('"+447911123456"', "off", API_KEY),
        "web: {enabled: true, public_url: http://localhost:8765}\n",
    ],
)
def test_a_way_in_that_works_is_no_fault(load_text: LoadText, lines: str) -> None:
    assert not load_text(PEOPLE + lines).faults
