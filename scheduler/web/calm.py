"""Whatever goes wrong inside, the answer is a page; and one line is logged for each request."""

from __future__ import annotations

import logging
import traceback
from collections.abc import Callable
from pathlib import Path

from starlette.responses import Response
from starlette.routing import BaseRoute
from starlette.types import ASGIApp, Message, Receive, Scope, Send

log = logging.getLogger("legup.web")

_METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS", "PATCH"})
_UNTOLD = frozenset({"/healthz", "/style.css", "/icon.svg"})
"""Asked for by monitors and browsers, all the time."""


class Calm:
    """Logs method, route and status: a path holds a token, and a method may be anything someone made up."""

    def __init__(self, app: ASGIApp, trouble: Callable[[Scope], Response]) -> None:
        self._app = app
        self._trouble = trouble
        """The answer when a request could not be served."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        status = 0

        async def noting(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        try:
            await self._app(scope, receive, noting)
        except Exception as error:
            log.error("web: %s could not be served (%s)", route_of(scope), _told(error))  # noqa: TRY400 - see _told
            if status:
                raise  # half an answer is out: only the end of the connection can tell
            await self._trouble(scope)(scope, receive, noting)
        method = scope["method"] if scope["method"] in _METHODS else "?"
        log.log(_level(scope, status), "web: %s %s %d", method, route_of(scope), status)


def _level(scope: Scope, status: int) -> int:
    """What has no route was turned away by the gate, which tells of it once a minute, or looks for what is not here."""
    untold = "route" not in scope or (route_of(scope) in _UNTOLD and status < 400)
    return logging.DEBUG if untold else logging.INFO


def _told(error: BaseException) -> str:
    """Its type and where it was raised. Not its text, which may quote what it was given, and no traceback: a database
    that is lost would fill the disk with them."""
    at = traceback.extract_tb(error.__traceback__)[-1]
    return f"{type(error).__name__} at {Path(at.filename).name}:{at.lineno}"


def route_of(scope: Scope) -> str:
    """`/a/{token}`; `-` where there is no such page."""
    route: BaseRoute | None = scope.get("route")
    return str(getattr(route, "path", "-"))
