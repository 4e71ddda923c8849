"""The web server as a thread: it listens from the start, and is gone when `stop` returns."""

from __future__ import annotations

import asyncio
import logging
import os
import socket
from threading import Thread

import uvicorn
from starlette.types import ASGIApp

from scheduler.web.promptly import PromptProtocol

MOST_CONNECTIONS = 500
LONGEST_HEAD = 16_384
"""Bytes of a request's line and headers."""
STOP_SECONDS = 5
"""A request under way has so long to end."""


class ListenError(OSError):
    """The address cannot be listened on; the text says which, and why."""


class WebServer:
    """Signals stay with the main thread. `port` 0 takes a free one; `url` says which."""

    def __init__(self, app: ASGIApp, host: str, port: int) -> None:
        self._socket = _listen(host, port)
        self._server = _Server(_settings(app))
        self._thread = Thread(target=self._server.run, args=([self._socket],), name="web")
        shown = f"[{host}]" if ":" in host else host
        self.url = f"http://{shown}:{self._socket.getsockname()[1]}"
        """Where it listens; for people on this machine, never for links."""

    def start(self) -> None:
        """Requests are answered from now on; those that come while the thread starts wait in the socket's queue."""
        logging.getLogger("uvicorn.error").setLevel(logging.ERROR)  # it warns of every request that is no HTTP
        self._thread.start()

    def stop(self) -> None:
        """Take no more requests, end those under way. Harmless when it was never started."""
        self._server.end()
        if self._thread.ident is not None:
            self._thread.join()
        self._socket.close()


class _Server(uvicorn.Server):
    """Wakes for requests alone. Uvicorn's own loop wakes ten times a second, which a battery notices."""

    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self._loop: asyncio.AbstractEventLoop | None = None
        self._told = asyncio.Event()

    async def main_loop(self) -> None:
        self._loop = asyncio.get_running_loop()
        if not self.should_exit:  # `end` sets this first and looks for the loop then, so that one of us sees the other
            await self._told.wait()

    def end(self) -> None:
        """From any thread."""
        self.should_exit = True
        if self._loop is not None and not self._loop.is_closed():
            self._loop.call_soon_threadsafe(self._told.set)


def _listen(host: str, port: int) -> socket.socket:
    """Raises ListenError here, in the caller's thread, where someone can read it."""
    try:
        family, _, _, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        return socket.create_server(address[:2], family=family, backlog=128)
    except OSError as error:
        # Its own text repeats the address; a name that is not found has a number of another kind.
        why = error.strerror if isinstance(error, socket.gaierror) else os.strerror(error.errno or 0)
        raise ListenError(f"cannot listen on {host} port {port}: {why}; change web.host or web.port") from None


def _settings(app: ASGIApp) -> uvicorn.Config:
    return uvicorn.Config(
        app,
        http=PromptProtocol,
        ws="none",
        loop="asyncio",
        lifespan="off",
        log_config=None,
        access_log=False,  # it would write tokens
        proxy_headers=False,  # anybody can send X-Forwarded-For
        server_header=False,
        date_header=False,  # `armour` writes it: uvicorn's is kept up by the loop that we do without
        limit_concurrency=MOST_CONNECTIONS,
        h11_max_incomplete_event_size=LONGEST_HEAD,
        timeout_keep_alive=5,
        timeout_graceful_shutdown=STOP_SECONDS,
    )
