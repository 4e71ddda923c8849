"""How Twilio's library reaches the API: pooled connections, one try, and knowing whether a request had begun.

The library's own client logs every request, mounts a pool of its own size and cannot tell a connection that was never
made from an answer that never came. Only for the first may a message be sent again.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.client import HTTPException
from threading import Lock
from typing import Any
from urllib.parse import urlsplit

from requests import Request, RequestException, Session
from requests.adapters import HTTPAdapter
from twilio.http.response import Response
from urllib3 import HTTPConnectionPool, HTTPSConnectionPool, PoolManager
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.exceptions import HTTPError

_SENT = ("headers", "params", "data", "auth")

IDLE = 30.0
"""Seconds after which kept connections are not used again: routers drop idle ones without a word, and a message sent
into the void ends as unknown."""


class NotBegun(Exception):  # noqa: N818  it says what is known, and is the good case
    """No connection was made (refused, no such host, TLS, a proxy), or too late: not a byte of the request has left."""


class Throttled(Exception):  # noqa: N818  a state of the account
    """HTTP 429; `retry_after` is that header, which the library's own exceptions do not carry."""

    def __init__(self, body: str, retry_after: str | None) -> None:
        super().__init__()
        self.body = body
        self.retry_after = retry_after


class TwilioHttp:
    """An HTTP client for twilio.rest.Client. Never retries, never follows a redirection, never logs."""

    def __init__(self, base_url: str | None, *, timeout: float, concurrency: int) -> None:
        self._base_url = base_url.rstrip("/") if base_url is not None else None
        self._timeout = timeout
        self._lock = Lock()
        self._used = time.monotonic()
        self._session = Session()
        adapter = _OneTry(pool_maxsize=concurrency, max_retries=0)
        for scheme in ("https://", "http://"):
            self._session.mount(scheme, adapter)

    def request(self, method: str, uri: str, **parts: Any) -> Response:
        """Ask once; called by the library, whose own timeout and redirections do not count.

        Raises NotBegun, Throttled, or whatever requests raises once the request has begun.
        """
        self._drop_idle()
        draft = Request(method, located(self._base_url, uri), **{name: parts.get(name) for name in _SENT})
        prepared = self._session.prepare_request(draft)
        settings = self._session.merge_environment_settings(prepared.url or "", {}, None, None, None)
        timeout = (self._timeout, self._timeout)
        try:
            answer = self._session.send(prepared, timeout=timeout, allow_redirects=False, **settings)
        except HTTPError as fault:  # requests lets urllib3's own through when the body of a redirection ends too soon
            raise RequestException(type(fault).__name__) from None
        # Decoded here: where an answer names no charset, requests would guess one, slowly.
        body = answer.content.decode("utf-8", "replace")
        if answer.status_code == 429:
            raise Throttled(body, answer.headers.get("Retry-After"))
        return Response(answer.status_code, body, answer.headers)

    def close(self) -> None:
        """Close the idle connections; the next request opens new ones."""
        self._session.close()

    def _drop_idle(self) -> None:
        with self._lock:
            now = time.monotonic()
            if now - self._used > IDLE:
                self._session.close()
            self._used = now


def located(base_url: str | None, uri: str) -> str:
    """The same path at `base_url`, whose own path (a proxy's) comes first."""
    if base_url is None:
        return uri
    parts = urlsplit(uri)
    return f"{base_url}{parts.path}" + (f"?{parts.query}" if parts.query else "")


@contextmanager
def _before_the_request() -> Iterator[None]:
    try:
        yield
    except (HTTPError, HTTPException, OSError) as fault:
        raise NotBegun(root_of(fault)) from None


class _Connection(HTTPConnection):
    def connect(self) -> None:
        with _before_the_request():
            super().connect()


class _SecureConnection(HTTPSConnection):
    def connect(self) -> None:
        with _before_the_request():
            super().connect()


class _Pool(HTTPConnectionPool):
    ConnectionCls = _Connection


class _SecurePool(HTTPSConnectionPool):
    ConnectionCls = _SecureConnection


class _OneTry(HTTPAdapter):
    """An adapter whose connections tell "not connected" (NotBegun) from everything that comes later."""

    def init_poolmanager(self, *args: Any, **kwargs: Any) -> None:
        super().init_poolmanager(*args, **kwargs)
        _tell_apart(self.poolmanager)

    def proxy_manager_for(self, *args: Any, **kwargs: Any) -> PoolManager:
        manager: PoolManager = super().proxy_manager_for(*args, **kwargs)
        _tell_apart(manager)
        return manager


def _tell_apart(manager: PoolManager) -> None:
    manager.pool_classes_by_scheme = {"http": _Pool, "https": _SecurePool}


def root_of(fault: BaseException) -> str:
    """The kind of the first cause, such as ConnectionRefusedError; texts of faults may hold addresses."""
    while (cause := fault.__cause__ or fault.__context__) is not None:
        fault = cause
    return type(fault).__name__
