"""SMS over a real socket, to a stand-in for Twilio that answers in every way there is."""

import logging
import socket
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path
from threading import Event
from typing import Any

import pytest
from aiohttp import TCPConnector
from aiohttp.connector import Connection

from config.accounts import TwilioAccount
from scheduler.channels import deadline, twilio_posting
from scheduler.channels.deadline import steady
from scheduler.channels.sms import SmsChannel
from scheduler.channels.unavailable import ChannelUnavailable
from scheduler.delivery.delivery import Message
from scheduler.delivery.outcome import Accepted, AccountRefused, OptedOut, Outcome, Refused, RetryAfter, Unknown
from tests.standins.certificates import make_certificate
from tests.standins.http import Answer, Ending
from tests.standins.letters import NOW, a_message
from tests.standins.twilio import (
    ACCEPT_THEN_CUT,
    ACCEPT_THEN_HANG,
    ACCEPT_THEN_RESET,
    ACCOUNT_SID,
    AUTH_TOKEN,
    FROM_NUMBER,
    Behaviour,
    TwilioStandIn,
    answered,
    gated,
    refused,
)

KEY_SID = "SK" + "0" * 31 + "2"
SERVICE_SID = "MG" + "0" * 31 + "3"


def redirected_and_cut() -> Behaviour:
    headers = {"Location": "/", "Content-Encoding": "gzip"}
    return Behaviour(answer=Answer(301, b"no gzip", headers, Ending.HALF))


@pytest.fixture
def twilio() -> Iterator[TwilioStandIn]:
    with TwilioStandIn(api_keys={KEY_SID: "key-secret"}) as standin:
        yield standin


@pytest.fixture
def channel(twilio: TwilioStandIn) -> Iterator[SmsChannel]:
    channel = SmsChannel(twilio.account(), concurrency=4)
    yield channel
    channel.close()


def send_one(channel: SmsChannel, message: Message | None = None) -> Outcome:
    ((_, outcome),) = channel.send([message or a_message()], NOW)
    return outcome


def send_through(account: TwilioAccount) -> Outcome:
    channel = SmsChannel(account, concurrency=1)
    outcome = send_one(channel)
    channel.close()
    return outcome


def closed_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port: int = server.getsockname()[1]
        return port


def test_an_accepted_message_arrives_once_with_its_text_sender_and_remaining_life(
    twilio: TwilioStandIn, channel: SmsChannel
) -> None:
    message = a_message(text="Drink water. ¿Sí?", expires_at=NOW + timedelta(seconds=90))
    outcome = send_one(channel, message)
    (sent,) = twilio.wait_for(1)
    assert outcome == Accepted(sent.sid)
    assert (sent.to, sent.body, sent.sender, sent.service) == (message.address, message.text, FROM_NUMBER, None)
    assert sent.user == ACCOUNT_SID
    assert sent.validity in {88, 89}


@pytest.mark.parametrize(
    ("left", "validity"),
    [(timedelta(hours=20), 36_000), (timedelta(seconds=0.4), 1)],
)
def test_the_validity_period_stays_within_what_twilio_takes(
    twilio: TwilioStandIn, channel: SmsChannel, left: timedelta, validity: int
) -> None:
    assert isinstance(send_one(channel, a_message(expires_at=NOW + left)), Accepted)
    assert twilio.wait_for(1)[0].validity == validity


def test_an_api_key_signs_in_and_a_messaging_service_sends(twilio: TwilioStandIn) -> None:
    account = twilio.account(
        auth_token=None,
        api_key_sid=KEY_SID,
        api_key_secret="key-secret",
        from_number=None,
        messaging_service_sid=SERVICE_SID,
    )
    assert isinstance(send_through(account), Accepted)
    (sent,) = twilio.wait_for(1)
    assert (sent.user, sent.sender, sent.service) == (KEY_SID, None, SERVICE_SID)


@pytest.mark.parametrize(
    "changes", [{"auth_token": None}, {"api_key_sid": KEY_SID}], ids=["no token", "a key without its secret"]
)
def test_an_account_without_credentials_names_the_remedy(twilio: TwilioStandIn, changes: dict[str, Any]) -> None:
    with pytest.raises(ChannelUnavailable, match="set auth_token, or api_key_sid together with api_key_secret"):
        SmsChannel(twilio.account(**changes), concurrency=1)


@pytest.mark.parametrize(
    ("number", "kind", "code"),
    [
        ("+15005550001", Refused, "21211"),
        ("+15005550002", Refused, "21612"),
        ("+15005550003", Refused, "21408"),
        ("+15005550004", OptedOut, "21610"),
        ("+15005550009", Refused, "21614"),
    ],
)
def test_a_number_that_twilio_refuses_ends_with_its_code_and_without_the_number(
    channel: SmsChannel, number: str, kind: type[Outcome], code: str
) -> None:
    outcome = send_one(channel, a_message(address=number))
    assert isinstance(outcome, kind)
    assert code in str(outcome)
    assert number not in str(outcome)


@pytest.mark.parametrize(
    ("behaviour", "kind"),
    [
        (refused(400, 21606), AccountRefused),
        (refused(400, 29999), Refused),
        (refused(401, 20003), AccountRefused),
        (refused(403), AccountRefused),
        (refused(500), Unknown),
        (refused(503), Unknown),
        (Behaviour(accept=False), Unknown),
        (answered(307, b""), Unknown),
        (answered(404, b"<html>captive portal</html>"), AccountRefused),
        (answered(201, b"<html>garbage</html>"), Unknown),
        (answered(201, b"[]"), Unknown),
        (answered(201, b"{}"), Unknown),
        (answered(201, b'{"sid": 7}'), Unknown),
        (answered(201, b'{"sid": "SM1", "error_code": 30003}'), Refused),
        (answered(400, b'{"type": "t", "title": "x", "status": 400, "code": 21610}'), OptedOut),
        (answered(400, b'{"code": "21610"}'), Refused),
        (answered(201, b"[" * 5_000), Unknown),
        (answered(400, b'{"code":' * 5_000), Refused),
        (answered(201, b'{"sid": "SM1", "error_code": 1e400}'), Unknown),
        (redirected_and_cut(), Unknown),
        (ACCEPT_THEN_HANG, Unknown),
        (ACCEPT_THEN_RESET, Unknown),
        (ACCEPT_THEN_CUT, Unknown),
    ],
)
def test_an_answer_becomes_one_outcome_and_the_request_is_never_repeated(
    twilio: TwilioStandIn, channel: SmsChannel, behaviour: Behaviour, kind: type[Outcome]
) -> None:
    twilio.script(behaviour)
    outcome = send_one(channel)
    assert isinstance(outcome, kind)
    assert "+1555" not in str(outcome)
    assert len(twilio.calls.all()) == 1


@pytest.mark.parametrize(
    ("retry_after", "delay"),
    [
        ("7", timedelta(seconds=7)),
        ("Tue, 03 Nov 2026 22:00:00 GMT", timedelta(0)),
        (None, None),
        ("soon", None),
        ("9" * 30, None),
        ("Tue, 03 Nov 2026 22:00:30 -0000", None),
    ],
)
def test_a_429_is_tried_again_when_twilio_says(
    twilio: TwilioStandIn, channel: SmsChannel, retry_after: str | None, delay: timedelta | None
) -> None:
    twilio.script(refused(429, 20429, retry_after=retry_after))
    assert send_one(channel) == RetryAfter("Twilio: too many requests at once (20429)", delay, shared=True)


def test_a_429_with_a_date_waits_until_then(twilio: TwilioStandIn, channel: SmsChannel) -> None:
    twilio.script(refused(429, retry_after="Tue, 03 Nov 2026 22:00:30 GMT"))
    outcome = send_one(channel)
    assert isinstance(outcome, RetryAfter)
    assert outcome.delay is not None
    assert timedelta(seconds=29) < outcome.delay <= timedelta(seconds=30)


def test_a_429_from_a_machine_in_between_needs_no_json(twilio: TwilioStandIn, channel: SmsChannel) -> None:
    twilio.script(Behaviour(accept=False, answer=answered(429, b"slow down").answer))
    assert send_one(channel) == RetryAfter("Twilio cannot take the message now (HTTP 429)", shared=True)


def test_a_refused_connection_is_certainly_unsent(twilio: TwilioStandIn) -> None:
    outcome = send_through(twilio.account(base_url=f"http://127.0.0.1:{closed_port()}"))
    assert outcome == RetryAfter("cannot reach Twilio (ConnectionRefusedError)", shared=True)


def test_an_unknown_host_is_certainly_unsent(twilio: TwilioStandIn) -> None:
    assert isinstance(send_through(twilio.account(base_url="http://twilio.invalid")), RetryAfter)


def test_a_certificate_that_is_not_trusted_is_certainly_unsent(tmp_path: Path) -> None:
    with TwilioStandIn(tls=make_certificate(tmp_path).server_context()) as standin:
        outcome = send_through(standin.account())
        assert isinstance(outcome, RetryAfter)
        assert "SSLCertVerificationError" in outcome.reason
        assert standin.calls.all() == []


def test_a_server_without_tls_where_tls_was_expected_is_certainly_unsent(twilio: TwilioStandIn) -> None:
    assert isinstance(send_through(twilio.account(base_url=f"https://127.0.0.1:{twilio.port}")), RetryAfter)


def test_tls_with_a_trusted_certificate_sends(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    certificate = make_certificate(tmp_path)
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(certificate.file))
    with TwilioStandIn(tls=certificate.server_context()) as standin:
        assert isinstance(send_through(standin.account()), Accepted)


def test_a_proxy_that_is_not_there_is_certainly_unsent(twilio: TwilioStandIn, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTPS_PROXY", f"http://127.0.0.1:{closed_port()}")
    assert isinstance(send_through(twilio.account(base_url=None)), RetryAfter)


def test_a_bundle_of_certificates_that_is_not_there_is_told_at_the_start(
    twilio: TwilioStandIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", "/nowhere/bundle.pem")
    with pytest.raises(ChannelUnavailable, match=r"bundle\.pem cannot be used: No such file.*REQUESTS_CA_BUNDLE"):
        SmsChannel(twilio.account(), concurrency=1)


def test_a_folder_of_certificates_is_taken_as_well(
    twilio: TwilioStandIn, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(tmp_path))
    assert isinstance(send_through(twilio.account()), Accepted)


def test_a_proxy_of_the_environment_is_used_unless_no_proxy_names_the_host(
    twilio: TwilioStandIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HTTP_PROXY", twilio.url)
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    assert isinstance(send_through(twilio.account(base_url="http://twilio.invalid")), Accepted)
    assert isinstance(send_through(twilio.account(base_url=f"http://127.0.0.1:{closed_port()}")), RetryAfter)
    assert twilio.calls.all()[0].path.startswith("http://twilio.invalid/")


def test_an_answer_without_end_is_unknown(twilio: TwilioStandIn, channel: SmsChannel) -> None:
    twilio.script(answered(201, b"[" * (twilio_posting.MOST_READ + 1)))
    assert send_one(channel) == Unknown("no answer from Twilio (ClientPayloadError)")


def test_each_of_many_at_once_is_told_its_own_receipt(twilio: TwilioStandIn) -> None:
    channel = SmsChannel(twilio.account(timeout=5), concurrency=20)
    messages = [a_message(number, text=f"Nudge {number}") for number in range(60)]
    outcomes = dict(channel.send(messages, NOW))
    channel.close()
    texts = {Accepted(sent.sid): sent.body for sent in twilio.wait_for(60)}
    assert {message.text: texts[outcome] for message, outcome in outcomes.items()} == {  # type: ignore[index]
        message.text: message.text for message in messages
    }


def test_the_path_of_the_base_url_comes_first_and_region_variables_change_nothing(
    twilio: TwilioStandIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TWILIO_REGION", "ie1")
    monkeypatch.setenv("TWILIO_EDGE", "dublin")
    assert isinstance(send_through(twilio.account(base_url=f"{twilio.url}/proxy/")), Accepted)
    assert twilio.calls.all()[0].path == f"/proxy/2010-04-01/Accounts/{ACCOUNT_SID}/Messages.json"


def test_a_message_whose_time_ran_out_while_connecting_is_certainly_unsent(
    twilio: TwilioStandIn, channel: SmsChannel, monkeypatch: pytest.MonkeyPatch
) -> None:
    connect = TCPConnector.connect

    async def sleeping(*given: Any, **named: Any) -> Connection:
        connection = await connect(*given, **named)
        monkeypatch.setattr(deadline, "steady", lambda: steady() + 7200)
        return connection

    monkeypatch.setattr(TCPConnector, "connect", sleeping)
    assert send_one(channel) == RetryAfter("cannot reach Twilio (TimeoutError)", shared=True)
    assert twilio.calls.all() == []


def test_connections_are_kept_from_batch_to_batch(twilio: TwilioStandIn, channel: SmsChannel) -> None:
    for number in range(6):
        assert isinstance(send_one(channel, a_message(number)), Accepted)
    assert twilio.connections == 1


def test_a_connection_that_was_idle_for_long_is_not_trusted_again(
    twilio: TwilioStandIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(twilio_posting, "IDLE", 0.0)
    channel = SmsChannel(twilio.account(), concurrency=4)
    for number in range(2):
        assert isinstance(send_one(channel, a_message(number)), Accepted)
    channel.close()
    assert twilio.connections == 2


def test_a_batch_overlaps_up_to_the_concurrency(twilio: TwilioStandIn) -> None:
    channel, gate = SmsChannel(twilio.account(timeout=5), concurrency=3), Event()
    twilio.rule(lambda _: True, gated(gate))
    outcomes = channel.send([a_message(number) for number in range(9)], NOW)
    with ThreadPoolExecutor(1) as consumer:
        sent = consumer.submit(list, outcomes)
        twilio.calls.wait_for(3)  # all three wait at the gate, and no fourth can come before it opens
        gate.set()
        assert len(sent.result(5)) == 9
    assert twilio.peak == 3
    channel.close()


def test_no_number_no_text_and_no_secret_reaches_a_log(
    twilio: TwilioStandIn, channel: SmsChannel, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    for name in ("twilio.http_client", "urllib3.connectionpool"):
        caplog.set_level(logging.DEBUG, logger=name)
    twilio.script(refused(400, 21211), refused(500), ACCEPT_THEN_HANG, Behaviour())
    list(channel.send([a_message(number) for number in range(4)], NOW))
    for secret in ("+4479", "Nudge", AUTH_TOKEN):
        assert secret not in caplog.text
