"""Whatever is sent to whatever address: an answer, never a fault, and nothing changed that no token allows."""

from __future__ import annotations

import asyncio
import json
from dataclasses import dataclass
from urllib.parse import quote, urlencode

import pytest
from hypothesis import given
from hypothesis import strategies as st
from starlette.applications import Starlette
from starlette.types import Message

from config.roster_row import COLUMNS
from config.settings import Config, Service, WebSection
from scheduler.clock import SystemClock
from scheduler.service.registry import Registry
from scheduler.storage.memory import MemoryOutbox
from scheduler.web.app import build_app
from tests.standins.desk import ACTIONS, PAGE, DeskStandIn, link, some_nights
from tests.standins.fuzzing import examples, texts
from tests.standins.outbox_parts import KEY
from tests.standins.people_api import PLANS, TOKEN
from tests.standins.website import FORM, PUBLIC, UNLIMITED, signature_of

anything = texts.filter(lambda text: "\ud800" not in text)  # half a character goes into no URL
tokens = st.sampled_from([PAGE, *map(link, ACTIONS), "", "x", "..", "%00"]) | anything
routes = st.sampled_from(["/a/{}", "/p/{}", "/p/{}/diary", "/p/{}/diary.csv", "/twilio/inbound", "/twilio/status",
                          "/healthz", "/style.css", "/icon.svg", "/{}", "{}", "/a/{}/", "/p/{}/x", "//{}",
                          "/api/people/{}", "/api/{}"])  # fmt: skip
methods = st.sampled_from(["GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS", "TRACE", "BREW"])
header_names = st.sampled_from(["host", "content-type", "content-length", "origin", "sec-fetch-site", "accept-language",
                                "x-forwarded-for", "x-twilio-signature", "cookie", "range", "expect"])  # fmt: skip
header_values = st.sampled_from(
    [FORM, f"{FORM}; charset=x", "multipart/form-data", "null", "none", "12", "[", "es"]
) | (st.text(st.characters(min_codepoint=32, max_codepoint=255), max_size=30))
headers = st.lists(st.tuples(header_names, header_values), max_size=4)
names = st.sampled_from(["seen", "act", "on.hydration", "when.hydration", "nth.hydration", "quiet", "quiet.0.from",
                         "quiet.0.to", "quiet.9.from", "channel", "fallback", "language", "days", "MessageSid", "From",
                         "To", "Body", "OptOutType", "MessageStatus", "ErrorCode"]) | anything  # fmt: skip
values = st.sampled_from(["", "save", "pause", "stop", "reset", "own", "24:00", "3", "at 08:00", "SM" + "0" * 32,
                          "30007", "9" * 5000, "sms", "es", "\x00", "\u0661\u0662", "0" * 40]) | anything  # fmt: skip
forms = st.lists(st.tuples(names, values), max_size=8)
bodies = st.binary(max_size=60) | forms.map(lambda form: urlencode(form).encode())


queries = st.sampled_from(["", "?welcome=no", "?welcome=yes", "?welcome=", "?welcome=no&welcome=x", "?\u0661"])
cells = (
    st.none()
    | st.booleans()
    | st.floats()
    | st.integers()
    | texts
    | st.sampled_from(
        ["standard", "2027-03-14", "07:00", "22:30-07:00", "+447911123456", "a@example.org", "sms", "asked", "on",
         "at 09:00", "every 3 h", "10 min", "UTC", "ntfy://topic", "es"]
    )
)  # fmt: skip
wishes = st.recursive(
    cells,
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["hydration", "when", "late", "channel", "weeks"]) | texts, inner, max_size=3)
    ),
    max_leaves=6,
)
rows = st.dictionaries(st.sampled_from(COLUMNS) | texts, wishes, max_size=5).map(lambda row: json.dumps(row).encode())


@pytest.fixture(scope="module")
def registered() -> Starlette:
    """With a registry on a database in memory."""
    web = WebSection.model_validate({"enabled": True, "api_token": TOKEN})
    outbox = MemoryOutbox(contact_key=KEY)
    registry = Registry(Config((), Service(web=web), PLANS), outbox, SystemClock(), lambda: None)
    return build_app(DeskStandIn(), web, registry, allowances=UNLIMITED)


@dataclass(frozen=True)
class Answer:
    status: int
    headers: dict[bytes, bytes]


def answer_of(app: Starlette, method: str, path: str, head: list[tuple[str, str]], body: bytes) -> Answer:
    """Without a socket: hypothesis asks a thousand times."""
    raw, _, query = path.partition("?")
    scope = {
        "type": "http", "http_version": "1.1", "method": method, "scheme": "http", "root_path": "", "path": raw,
        "raw_path": quote(raw).encode(), "query_string": query.encode("utf-8", "replace"), "client": ("192.0.2.1", 1),
        "server": ("127.0.0.1", 80), "headers": [(name.encode(), value.encode("latin-1")) for name, value in head],
    }  # fmt: skip
    sent: list[Message] = []

    async def receive() -> Message:
        return {"type": "http.request", "body": body}

    async def send(message: Message) -> None:
        sent.append(message)

    asyncio.run(app(scope, receive, send))
    assert [message["type"] for message in sent] == ["http.response.start", "http.response.body"]
    return Answer(sent[0]["status"], dict(sent[0]["headers"]))


def a_site() -> tuple[DeskStandIn, Starlette]:
    desk = DeskStandIn()
    desk.diary_entries = some_nights(desk.now.date())
    return desk, build_app(desk, WebSection(enabled=True, public_url=PUBLIC), allowances=UNLIMITED)


@given(method=methods, route=routes, token=tokens, head=headers, body=bodies)
@examples(0.5)
def test_no_request_is_a_fault_of_ours(
    method: str, route: str, token: str, head: list[tuple[str, str]], body: bytes
) -> None:
    _, app = a_site()
    answer = answer_of(app, method, route.format(token), head, body)
    assert answer.status < 500
    assert b"content-security-policy" in answer.headers


@given(form=forms)
@examples(0.5)
def test_no_form_is_a_fault_of_the_page(form: list[tuple[str, str]]) -> None:
    desk, app = a_site()
    fields = urlencode([("seen", desk.seen), ("act", "save"), *form]).encode()
    assert answer_of(app, "POST", f"/p/{PAGE}", [("content-type", FORM)], fields).status in {303, 409, 422, 400}
    assert answer_of(app, "GET", f"/p/{PAGE}", [], b"").status == 200


@given(path=st.sampled_from(["/twilio/inbound", "/twilio/status"]), form=st.dictionaries(names, values, max_size=8))
@examples(0.5)
def test_no_signed_form_is_a_fault_of_the_webhooks(path: str, form: dict[str, str]) -> None:
    _, app = a_site()
    head = [("content-type", FORM), ("x-twilio-signature", signature_of(PUBLIC + path, form))]
    assert answer_of(app, "POST", path, head, urlencode(form).encode()).status in {200, 204, 400}


@given(
    method=methods,
    person=st.sampled_from(["ann", "eve", "", "%00", "a b"]) | anything,
    query=queries,
    row=rows | bodies,
)
@examples(0.5)
def test_no_request_with_the_token_is_a_fault_of_the_registry(
    registered: Starlette, method: str, person: str, query: str, row: bytes
) -> None:
    head = [("authorization", f"Bearer {TOKEN}"), ("content-type", "application/json")]
    answer = answer_of(registered, method, f"/api/people/{person}{query}", head, row)
    assert answer.status < 500


@given(method=methods, head=headers, row=rows)
@examples(0.2)
def test_without_the_token_nobody_reaches_the_registry(
    registered: Starlette, method: str, head: list[tuple[str, str]], row: bytes
) -> None:
    known = method in {"GET", "HEAD", "PUT", "DELETE"}
    assert answer_of(registered, method, "/api/people/ann", head, row).status == (401 if known else 405)


@given(method=methods, route=routes, token=anything, head=headers, body=bodies)
@examples(0.5)
def test_without_a_token_or_a_signature_nothing_changes(
    method: str, route: str, token: str, head: list[tuple[str, str]], body: bytes
) -> None:
    desk, app = a_site()
    answer_of(app, method, route.format(token), head, body)
    assert (desk.texts, desk.reported, desk.followed, desk.wishes) == ({}, [], [], [])
