"""The layers around the app where an ordinary request does not reach: half an answer, a body asked for twice."""

from __future__ import annotations

import asyncio

import pytest
from starlette.responses import PlainTextResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from scheduler.web.body import Body
from scheduler.web.calm import Calm

SCOPE: Scope = {"type": "http", "method": "GET", "path": "/", "headers": []}


def trouble(_scope: Scope) -> Response:
    return PlainTextResponse("sorry", 503)


def sent_by(app: ASGIApp, *received: Message) -> list[Message]:
    sent: list[Message] = []
    waiting = list(received)

    async def receive() -> Message:
        return waiting.pop(0)

    async def send(message: Message) -> None:
        sent.append(message)

    async def served() -> None:
        await app(dict(SCOPE), receive, send)

    asyncio.run(served())
    return sent


async def broken(_scope: Scope, _receive: Receive, send: Send) -> None:
    await send({"type": "http.response.start", "status": 200, "headers": []})
    raise ValueError("in the middle")


def test_an_answer_that_breaks_off_ends_with_the_connection() -> None:
    with pytest.raises(ValueError, match="in the middle"):
        sent_by(Calm(broken, trouble))


def test_after_the_body_the_app_hears_what_the_client_does() -> None:
    heard: list[Message] = []

    async def listening(_scope: Scope, receive: Receive, _send: Send) -> None:
        heard.extend([await receive(), await receive()])

    sent_by(
        Body(listening),
        {"type": "http.request", "body": b"a", "more_body": True},
        {"type": "http.request", "body": b"b"},
        {"type": "http.disconnect"},
    )
    assert heard == [{"type": "http.request", "body": b"ab", "more_body": False}, {"type": "http.disconnect"}]


def test_a_body_that_breaks_off_reaches_nobody() -> None:
    async def unreachable(_scope: Scope, _receive: Receive, _send: Send) -> None:
        raise AssertionError

    assert sent_by(Body(unreachable), {"type": "http.disconnect"}) == []
