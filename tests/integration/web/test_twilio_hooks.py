"""Twilio's webhooks over a real socket, signed by Twilio's own validator, and everything that only looks like them."""

from __future__ import annotations

import asyncio
from collections import Counter
from dataclasses import replace
from itertools import count
from urllib.parse import urlencode

import pytest
from starlette.applications import Starlette
from starlette.types import Message

from config.settings import WebSection
from scheduler.delivery.delivery import State
from scheduler.web.allowance import Allowance
from scheduler.web.app import build_app
from tests.standins.desk import DeskStandIn
from tests.standins.website import FORM, PUBLIC, UNLIMITED, Fields, Website, signature_of

FEW = Allowance(0.001, 3)
SID = "SM" + "0" * 31 + "1"
SENDER, OURS = "+447700900123", "+447700900999"
INBOUND = {"MessageSid": SID, "From": SENDER, "To": OURS, "Body": "DONE", "NumMedia": "0", "ForwardedFrom": ""}
STATUS = {"MessageSid": SID, "MessageStatus": "delivered", "ErrorCode": ""}


def test_a_text_reaches_the_desk_and_is_answered_by_silence(site: Website, desk: DeskStandIn) -> None:
    answer = site.signed("/twilio/inbound", INBOUND)
    assert (answer.status, answer.headers["content-type"]) == (200, "text/xml; charset=utf-8")
    assert answer.text.endswith("<Response/>")
    message = desk.texts[SID]
    assert (message.sender, message.recipient, message.text, message.opt_out_type) == (SENDER, OURS, "DONE", None)


def test_what_twilio_did_about_a_stop_word_is_passed_on(site: Website, desk: DeskStandIn) -> None:
    site.signed("/twilio/inbound", INBOUND | {"Body": "stop", "OptOutType": "STOP"})
    assert desk.texts[SID].opt_out_type == "STOP"


@pytest.mark.parametrize("body", ["", " ", "caf\u00e9 \U0001f44d", "a&b=c+d%20;", "\u202e\x00", "x" * 1600])
def test_any_text_comes_through_as_it_was_written(site: Website, desk: DeskStandIn, body: str) -> None:
    assert site.signed("/twilio/inbound", INBOUND | {"Body": body}).status == 200
    assert desk.texts[SID].text == body


@pytest.mark.parametrize(
    ("status", "code", "state"),
    [
        ("sent", "", State.SENT), ("delivered", "", State.DELIVERED), ("read", "", State.DELIVERED),
        ("undelivered", "30007", State.FAILED), ("failed", "30005", State.FAILED),
    ],
)  # fmt: skip
def test_a_status_reaches_the_desk(site: Website, desk: DeskStandIn, status: str, code: str, state: State) -> None:
    answer = site.signed("/twilio/status", STATUS | {"MessageStatus": status, "ErrorCode": code})
    assert (answer.status, answer.body) == (204, b"")
    assert [(report.receipt, report.state) for report in desk.reported] == [(SID, state)]
    assert (desk.reported[0].reason is not None) == bool(code)


def test_a_status_that_says_that_they_stopped_says_so(site: Website, desk: DeskStandIn) -> None:
    site.signed("/twilio/status", STATUS | {"MessageStatus": "failed", "ErrorCode": "21610"})
    assert [report.opted_out for report in desk.reported] == [True]


@pytest.mark.parametrize("status", ["queued", "sending", "accepted", "something new"])
def test_a_status_that_says_nothing_new_is_taken_all_the_same(site: Website, desk: DeskStandIn, status: str) -> None:
    assert site.signed("/twilio/status", STATUS | {"MessageStatus": status}).status == 204
    assert desk.reported == []


def test_a_replayed_text_is_taken_and_is_the_same(site: Website, desk: DeskStandIn) -> None:
    assert [site.signed("/twilio/inbound", INBOUND).status for _ in range(3)] == [200, 200, 200]
    assert list(desk.texts) == [SID]


def test_the_query_is_signed_too(site: Website, desk: DeskStandIn) -> None:
    path = "/twilio/inbound?a=%C3%A9&b=+%2B"
    assert site.signed(path, INBOUND).status == 200
    forged = signature_of(PUBLIC + path, INBOUND)
    assert site.post("/twilio/inbound?a=%C3%A9", INBOUND, {"X-Twilio-Signature": forged}).status == 403


def forgeries() -> dict[str, tuple[Fields, dict[str, str]]]:
    """What is posted, and with which headers."""
    right = signature_of(f"{PUBLIC}/twilio/inbound", INBOUND)
    longer = [*INBOUND.items(), ("Media", "")]
    shorter = {name: value for name, value in INBOUND.items() if name != "ForwardedFrom"}
    return {
        "none": (INBOUND, {}),
        "empty": (INBOUND, {"X-Twilio-Signature": ""}),
        "made up": (INBOUND, {"X-Twilio-Signature": "c2lnbmVk"}),
        "no base64": (INBOUND, {"X-Twilio-Signature": "\xe9" * 28}),
        "truncated": (INBOUND, {"X-Twilio-Signature": right[:-4]}),
        "of another text": (INBOUND | {"Body": "STOP"}, {"X-Twilio-Signature": right}),
        "with an empty field more": (longer, {"X-Twilio-Signature": right}),
        "with an empty field less": (shorter, {"X-Twilio-Signature": right}),
        "with a second value": ([*INBOUND.items(), ("Body", "STOP")], {"X-Twilio-Signature": right}),
        "of another address": (
            INBOUND,
            {"X-Twilio-Signature": signature_of("https://evil.example/twilio/inbound", INBOUND)},
        ),
        "of the address it came to": (
            INBOUND,
            {"X-Twilio-Signature": signature_of("http://127.0.0.1/twilio/inbound", INBOUND), "Host": "127.0.0.1"},
        ),
    }


@pytest.mark.parametrize("how", forgeries())
@pytest.mark.parametrize("path", ["/twilio/inbound", "/twilio/status"])
def test_a_forged_signature_changes_nothing(site: Website, desk: DeskStandIn, path: str, how: str) -> None:
    fields, headers = forgeries()[how]
    assert site.post(path, fields, headers).status == 403
    assert (desk.texts, desk.reported) == ({}, [])


def test_without_a_public_url_nothing_is_believed() -> None:
    desk = DeskStandIn()
    with Website(desk, public_url=None) as site:
        signature = signature_of(f"{site.url}/twilio/inbound", INBOUND)
        assert site.post("/twilio/inbound", INBOUND, {"X-Twilio-Signature": signature}).status == 403
        assert site.post("/twilio/inbound", INBOUND).status == 403
    assert desk.texts == {}


@pytest.mark.parametrize("kind", ["", "application/json", "multipart/form-data; boundary=x", "text/plain", f"{FORM}x"])
def test_another_content_type_is_refused(site: Website, kind: str) -> None:
    body = urlencode(INBOUND).encode()
    signature = signature_of(f"{PUBLIC}/twilio/inbound", INBOUND)
    headers = {"Content-Type": kind, "X-Twilio-Signature": signature}
    assert site.ask("POST", "/twilio/inbound", body, headers).status == 415


@pytest.mark.parametrize("kind", [f"{FORM}; charset=UTF-8", FORM.upper(), f'{FORM};charset="utf-8"'])
def test_the_content_type_may_name_its_charset(site: Website, kind: str) -> None:
    signature = signature_of(f"{PUBLIC}/twilio/inbound", INBOUND)
    headers = {"Content-Type": kind, "X-Twilio-Signature": signature}
    assert site.ask("POST", "/twilio/inbound", urlencode(INBOUND).encode(), headers).status == 200


def test_another_charset_is_refused(site: Website) -> None:
    headers = {"Content-Type": f"{FORM}; charset=utf-16", "X-Twilio-Signature": "x"}
    assert site.ask("POST", "/twilio/inbound", b"Body=x", headers).status == 415


@pytest.mark.parametrize("body", [b"Body=%E9", b"Body=%FF%FE", b"Body=%ED%A0%80", b"\xff"])
def test_what_is_not_utf_8_is_refused(site: Website, body: bytes) -> None:
    headers = {"Content-Type": FORM, "X-Twilio-Signature": "x"}
    assert site.ask("POST", "/twilio/inbound", body, headers).status == 400


@pytest.mark.parametrize("lacking", ["MessageSid", "From", "To"])
def test_a_signed_form_that_lacks_what_it_must_have_is_refused(site: Website, desk: DeskStandIn, lacking: str) -> None:
    answer = site.signed("/twilio/inbound", {name: value for name, value in INBOUND.items() if name != lacking})
    assert (answer.status, lacking in answer.text) == (400, True)
    assert desk.texts == {}


@pytest.mark.parametrize("method", ["GET", "HEAD", "PUT", "DELETE", "OPTIONS"])
def test_only_post_is_heard(site: Website, method: str) -> None:
    assert site.ask(method, "/twilio/inbound").status == 405


def flood(desk: DeskStandIn, bodies: list[str]) -> list[int]:
    sids = count(1)
    with Website(desk, allowances=replace(UNLIMITED, texts_per_sender=FEW)) as site:
        return [
            site.signed("/twilio/inbound", INBOUND | {"Body": body, "MessageSid": f"SM{next(sids):032}"}).status
            for body in bodies
        ]


def test_a_flood_of_one_number_is_refused_before_the_desk() -> None:
    desk = DeskStandIn()
    assert flood(desk, ["hello"] * 20) == [200] * 3 + [429] * 17
    assert len(desk.texts) == 3


def test_no_flood_drowns_a_stop() -> None:
    desk = DeskStandIn()
    assert flood(desk, ["hello"] * 5 + ["STOP please"] + ["stop"] * 3) == [200] * 3 + [429] * 2 + [200] + [429] * 3
    assert [message.text for message in desk.texts.values()][-1] == "STOP please"


def test_of_a_thousand_messages_of_one_number_few_reach_the_desk() -> None:
    """Without a socket, which would take most of the time; every one is signed rightly and new."""
    desk = DeskStandIn()
    app = build_app(
        desk, WebSection(enabled=True, public_url=PUBLIC), allowances=replace(UNLIMITED, texts_per_sender=FEW)
    )
    statuses = Counter(asyncio.run(posted(app, 1_000)))
    assert statuses == {200: 3, 429: 997}
    assert len(desk.texts) == 3


async def posted(app: Starlette, times: int) -> list[int]:
    statuses = []

    async def send(message: Message) -> None:
        if message["type"] == "http.response.start":
            statuses.append(message["status"])

    for number in range(times):
        fields = INBOUND | {"MessageSid": f"SM{number:032}"}
        body = urlencode(fields).encode()
        signature = signature_of(f"{PUBLIC}/twilio/inbound", fields)

        async def receive(body: bytes = body) -> Message:
            return {"type": "http.request", "body": body}

        headers = [(b"content-type", FORM.encode()), (b"x-twilio-signature", signature.encode())]
        scope = {"type": "http", "method": "POST", "path": "/twilio/inbound", "raw_path": b"/twilio/inbound",
                 "query_string": b"", "headers": headers, "client": ("192.0.2.1", 1)}  # fmt: skip
        await app(scope, receive, send)
    return statuses
