"""How Twilio's library posts a message: by pooled connections on an event loop, once, and knowing whether it began.

The library's own asynchronous client ignores its timeout, repeats a POST after a 5xx when told to retry at all, and
without a pool keeps each answer where the next request looks for its own. Waiting for many answers at once costs a
thread each with its other client, and half of what a processor can do.
"""

from __future__ import annotations

import ssl
from base64 import b64encode
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

import certifi
from aiohttp import ClientPayloadError, ClientResponse, ClientSession, ClientTimeout, DummyCookieJar, TCPConnector
from requests import Session
from requests.utils import select_proxy
from twilio.http import AsyncHttpClient
from twilio.http.response import Response

from scheduler.channels.deadline import Deadline
from scheduler.channels.twilio_http import IDLE, NotBegun, Throttled, located, root_of
from scheduler.channels.unavailable import ChannelUnavailable

if TYPE_CHECKING:
    from aiohttp.connector import Connection

API = "https://api.twilio.com"
BUNDLE = "REQUESTS_CA_BUNDLE"
"""The environment's variable that names other certificates than those that come with requests."""

MOST_READ = 1_000_000
"""Bytes of an answer; Twilio's have about 1,000."""


@dataclass(slots=True)
class _Try:
    """One request."""

    deadline: Deadline
    begun: bool = False
    """It has a connection, and from now on nobody can say whether it has left."""


_TRY: ContextVar[_Try] = ContextVar("try")
"""Of the task that asks; between here and a connection are two libraries that would not pass it on."""


@contextmanager
def posted_before(deadline: Deadline) -> Iterator[None]:
    """A request of this task that has no connection by then is not begun (NotBegun)."""
    token = _TRY.set(_Try(deadline))
    try:
        yield
    finally:
        _TRY.reset(token)


class TwilioPosting(AsyncHttpClient):  # type: ignore[misc]  # Twilio's library has no types
    """An HTTP client for twilio.rest.Client. Never retries, never follows a redirection, never logs. All on one event
    loop; after `close` the next request opens a new session, on whatever loop it comes.

    Proxies and certificates are those of the environment, as requests reads it for the other client. Raises
    ChannelUnavailable when the certificates cannot be read.
    """

    def __init__(self, base_url: str | None, *, timeout: float, concurrency: int) -> None:
        self.is_async = True  # what the library asks; its own constructor would make a logger
        self._base_url = base_url.rstrip("/") if base_url is not None else None
        self._timeout = ClientTimeout(total=None, connect=timeout, sock_connect=timeout, sock_read=timeout)
        self._concurrency = concurrency
        self._session: ClientSession | None = None
        url = self._base_url or API
        with Session() as session:
            environment = session.merge_environment_settings(url, {}, None, None, None)
        self._proxy: str | None = select_proxy(url, environment["proxies"])
        # Read now: it takes long enough for the first texts to arrive in another second than the one they count in.
        self._trust = _trust(environment["verify"])

    async def request(self, method: str, uri: str, **parts: Any) -> Response:
        """Ask once; called by the library, whose own timeout and redirections do not count.

        Raises NotBegun, Throttled, or whatever aiohttp raises once the request has begun.
        """
        try:
            return await self._ask(method, located(self._base_url, uri), parts)
        except Exception as fault:
            if _TRY.get().begun:
                raise
            raise NotBegun(root_of(fault)) from None

    async def close(self) -> None:
        """Close the connections."""
        session, self._session = self._session, None
        if session is not None:
            await session.close()

    async def _ask(self, method: str, url: str, parts: Mapping[str, Any]) -> Response:
        session = self._session = self._session or self._opened()
        headers = {**parts["headers"], "Authorization": _basic(*parts["auth"])}
        form = urlencode(parts["data"], doseq=True).encode()
        async with session.request(
            method, url, data=form, headers=headers, allow_redirects=False, proxy=self._proxy
        ) as answer:
            body = (await _whole(answer)).decode("utf-8", "replace")
            if answer.status == 429:
                raise Throttled(body, answer.headers.get("Retry-After"))
            return Response(answer.status, body, answer.headers)

    def _opened(self) -> ClientSession:
        connector = _OneTry(limit=self._concurrency, keepalive_timeout=IDLE, ssl=self._trust)
        return ClientSession(connector=connector, timeout=self._timeout, cookie_jar=DummyCookieJar())


class _OneTry(TCPConnector):
    """A pool that notes from when on a request may have left: before it has a connection, none of it can."""

    async def connect(self, *given: Any, **named: Any) -> Connection:
        connection = await super().connect(*given, **named)
        while connection.protocol is not None and connection.protocol.should_close:
            # Something came while nobody asked (a body after a 204): it would be read as the answer to this request.
            connection.close()
            connection = await super().connect(*given, **named)
        attempt = _TRY.get()
        if attempt.deadline.passed:
            connection.close()
            raise TimeoutError
        attempt.begun = True
        return connection


async def _whole(answer: ClientResponse) -> bytes:
    pieces = bytearray()
    async for piece in answer.content.iter_any():
        pieces += piece
        if len(pieces) > MOST_READ:
            raise ClientPayloadError("the answer is too long")
    return bytes(pieces)


def _basic(user: str, secret: str) -> str:
    return "Basic " + b64encode(f"{user}:{secret}".encode()).decode()


def _trust(bundle: object) -> ssl.SSLContext:
    """Who is trusted, by what requests makes of the environment: a file, a folder, or its own choice."""
    place = Path(bundle) if isinstance(bundle, str) else Path(certifi.where())
    try:
        if place.is_dir():
            return ssl.create_default_context(capath=place)
        return ssl.create_default_context(cafile=place)
    except OSError as fault:
        problem = fault.strerror or type(fault).__name__
        raise ChannelUnavailable(f"the certificates in {place} cannot be used: {problem}; see {BUNDLE}") from fault
