"""The web app behind a real socket, and a client that sends exactly what a test says."""

from __future__ import annotations

import http.client
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from types import TracebackType
from typing import Self
from urllib.parse import urlencode, urlsplit

from starlette.types import ASGIApp
from twilio.request_validator import RequestValidator

from config.settings import WebSection
from scheduler.service.desk import Desk
from scheduler.web.allowance import Allowance, Allowances
from scheduler.web.app import build_app
from scheduler.web.server import WebServer
from tests.standins.desk import AUTH_TOKEN

PUBLIC = "https://legup.example.org/hooks"
FORM = "application/x-www-form-urlencoded"

_ANY = Allowance(1e6, 1_000_000)
UNLIMITED = Allowances(_ANY, _ANY, _ANY, _ANY, _ANY, _ANY)


@dataclass(frozen=True)
class Reply:
    """What came back."""

    status: int
    headers: Mapping[str, str]
    """Names in lower case."""
    body: bytes

    @property
    def text(self) -> str:
        return self.body.decode()


class Website:
    """Entered: it listens on a free port of 127.0.0.1."""

    def __init__(self, desk: Desk, public_url: str | None = PUBLIC, allowances: Allowances = UNLIMITED) -> None:
        self._listen(build_app(desk, WebSection(enabled=True, public_url=public_url), allowances=allowances))

    @classmethod
    def of(cls, app: ASGIApp) -> Self:
        """With an app that a test has made."""
        site = cls.__new__(cls)
        site._listen(app)
        return site

    def _listen(self, app: ASGIApp) -> None:
        self._server = WebServer(app, "127.0.0.1", 0)
        self.url = self._server.url
        self.host, self.port = "127.0.0.1", urlsplit(self.url).port or 0

    def __enter__(self) -> Self:
        self._server.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, fault: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._server.stop()

    def ask(self, method: str, path: str, body: bytes | None = None, headers: Mapping[str, str] | None = None) -> Reply:
        """One request on a connection of its own."""
        connection = http.client.HTTPConnection(self.host, self.port, timeout=20)
        try:
            connection.request(method, path, body, dict(headers or {}))
            answer = connection.getresponse()
            return Reply(answer.status, {k.lower(): v for k, v in answer.getheaders()}, answer.read())
        finally:
            connection.close()

    def get(self, path: str, headers: Mapping[str, str] | None = None) -> Reply:
        return self.ask("GET", path, headers=headers)

    def post(self, path: str, fields: Fields, headers: Mapping[str, str] | None = None) -> Reply:
        body = urlencode(list(pairs(fields))).encode()
        return self.ask("POST", path, body, {"Content-Type": FORM, **(headers or {})})

    def signed(self, path: str, fields: Fields, public_url: str = PUBLIC) -> Reply:
        """As Twilio posts it."""
        signature = signature_of(public_url + path, fields)
        return self.post(path, fields, {"X-Twilio-Signature": signature})


Fields = Mapping[str, str] | Iterable[tuple[str, str]]


def pairs(fields: Fields) -> Iterable[tuple[str, str]]:
    return fields.items() if isinstance(fields, Mapping) else fields


def signature_of(url: str, fields: Fields) -> str:
    return str(RequestValidator(AUTH_TOKEN).compute_signature(url, dict(pairs(fields))))
