"""The web server as the way in to a service's desk."""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import TYPE_CHECKING

from scheduler.cli.failure import Failure

if TYPE_CHECKING:  # imported when a command listens
    from config.settings import WebSection
    from scheduler.service.desk import Desk
    from scheduler.service.registry import Registry
    from scheduler.web.server import WebServer


def door(web: WebSection) -> Callable[[Desk, Registry | None], WebServer]:
    """Takes the address, or raises Failure; answers once it is started."""

    def made(desk: Desk, registry: Registry | None) -> WebServer:
        from scheduler.web.app import build_app
        from scheduler.web.server import ListenError, WebServer

        try:
            server = WebServer(build_app(desk, web, registry), web.host, web.port)
        except ListenError as error:
            raise Failure(str(error)) from None
        print(f"legup: listening on {server.url}", file=sys.stderr, flush=True)
        return server

    return made
