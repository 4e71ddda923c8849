"""A real HTTP server on 127.0.0.1 for stand-ins to build on: threads, keep-alive, and answers that can go wrong."""

from __future__ import annotations

import json
import socket
import ssl
import struct
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import Enum
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Event, Lock, Thread
from types import TracebackType
from typing import Self


class Ending(Enum):
    """How an exchange ends."""

    ANSWER = "the answer is sent"
    HANG = "no answer comes until the stand-in is closed"
    RESET = "the connection is reset"
    HALF = "the connection ends in the middle of the answer"


@dataclass(frozen=True)
class Call:
    """A request as it arrived."""

    method: str
    path: str
    headers: Mapping[str, str]
    body: bytes
    peer: tuple[str, int]


@dataclass(frozen=True)
class Answer:
    """What is sent back; with a gate, not before the gate opens."""

    status: int = 200
    body: bytes = b""
    headers: Mapping[str, str] = field(default_factory=dict)
    ending: Ending = Ending.ANSWER
    gate: Event | None = None

    @classmethod
    def json(cls, status: int, body: object, headers: Mapping[str, str] | None = None) -> Answer:
        return cls(status, json.dumps(body).encode(), {"Content-Type": "application/json", **(headers or {})})


Respond = Callable[[Call], Answer]


class HttpStandIn:
    """Serves until it is closed. `peak` is the largest number of requests that were under way at once."""

    def __init__(self, respond: Respond, port: int = 0, tls: ssl.SSLContext | None = None) -> None:
        self._respond = respond
        self._closing = Event()
        self._lock = Lock()
        self._under_way = 0
        self.peak = 0
        self.connections: set[tuple[str, int]] = set()
        self._server = _Server(("127.0.0.1", port), _handler(self))
        if tls is not None:
            self._server.socket = tls.wrap_socket(self._server.socket, server_side=True)
        self.port: int = self._server.server_address[1]
        self.url = f"{'https' if tls else 'http'}://127.0.0.1:{self.port}"
        self._thread = Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.02})
        self._thread.start()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, fault: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        self._closing.set()
        self._server.shutdown()
        self._server.close_connections()
        self._server.server_close()
        self._thread.join()

    def exchange(self, call: Call) -> Answer:
        with self._lock:
            self.connections.add(call.peer)
            self._under_way += 1
            self.peak = max(self.peak, self._under_way)
        try:
            answer = self._respond(call)
            if answer.gate is not None:
                answer.gate.wait(60)
            if answer.ending is Ending.HANG:
                self._closing.wait(30)
            return answer
        finally:
            with self._lock:
                self._under_way -= 1


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 128

    def __init__(self, address: tuple[str, int], handler: type[BaseHTTPRequestHandler]) -> None:
        super().__init__(address, handler)
        self._open: set[socket.socket] = set()

    def process_request(self, request: socket.socket | tuple[bytes, socket.socket], client_address: object) -> None:
        if isinstance(request, socket.socket):
            self._open.add(request)
        super().process_request(request, client_address)

    def shutdown_request(self, request: socket.socket | tuple[bytes, socket.socket]) -> None:
        self._open.discard(request)
        super().shutdown_request(request)

    def close_connections(self) -> None:
        """Wake the threads that wait for the next request of a kept connection."""
        for connection in list(self._open):
            try:
                connection.shutdown(socket.SHUT_RDWR)
            except OSError:
                continue  # its thread was quicker

    def handle_error(self, request: object, client_address: object) -> None:
        """Clients of stand-ins hang up in every way there is; that is what they are for."""


def _handler(standin: HttpStandIn) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        disable_nagle_algorithm = True

        def do_GET(self) -> None:
            self._exchange()

        def do_POST(self) -> None:
            self._exchange()

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002  the name the base class gave it
            """The stand-in keeps its own record."""

        def _exchange(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            peer = (str(self.client_address[0]), int(self.client_address[1]))
            answer = standin.exchange(Call(self.command, self.path, dict(self.headers), body, peer))
            if answer.ending in {Ending.RESET, Ending.HANG}:
                # A linger of 0 seconds makes close() send RST instead of FIN.
                self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
                self.close_connection = True
                return
            self.send_response(answer.status)
            for name, value in answer.headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(answer.body)))
            self.end_headers()
            half = answer.ending is Ending.HALF
            self.wfile.write(answer.body[: len(answer.body) // 2] if half else answer.body)
            self.close_connection = self.close_connection or half

    return Handler
