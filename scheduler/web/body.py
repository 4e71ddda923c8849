"""A request's body is read whole before any work: at most so many bytes, in so much time."""

from __future__ import annotations

import asyncio

from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

MOST = 64_000
"""Bytes. The longest form of a provider is some thousand."""

PATIENCE = 10.0
"""Seconds for the whole body."""


class TooLargeError(Exception):
    """The body is longer than allowed, whatever its Content-Length says."""


class Body:
    """413 for a body that is too long, 408 for one that does not come."""

    def __init__(self, app: ASGIApp, most: int = MOST, patience: float = PATIENCE) -> None:
        self._app = app
        self._most = most
        self._patience = patience

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        try:
            body = await asyncio.wait_for(self._read(scope, receive), self._patience)
        except TooLargeError:
            await _refuse(413, f"The body is longer than {self._most} bytes.")(scope, receive, send)
        except TimeoutError:
            await _refuse(408, "The body did not come in time.")(scope, receive, send)
        else:
            if body is not None:
                await self._app(scope, _replaying(body, receive), send)

    async def _read(self, scope: Scope, receive: Receive) -> bytes | None:
        """None when the client left."""
        # Only a first look, for a length may be a lie; as text, for a number of 5,000 digits cannot be read.
        announced = dict(scope["headers"]).get(b"content-length", b"0")
        if announced.isdigit() and announced.lstrip(b"0").rjust(20, b"0") > b"%020d" % self._most:
            raise TooLargeError
        body = bytearray()
        while True:
            message = await receive()
            if message["type"] == "http.disconnect":
                return None
            body += message.get("body", b"")
            if len(body) > self._most:
                raise TooLargeError
            if not message.get("more_body", False):
                return bytes(body)


def _refuse(status: int, text: str) -> PlainTextResponse:
    return PlainTextResponse(text, status, {"Connection": "close"})


def _replaying(body: bytes, receive: Receive) -> Receive:
    unread = [body]

    async def replay() -> Message:
        if unread:
            return {"type": "http.request", "body": unread.pop(), "more_body": False}
        return await receive()

    return replay
