"""smtplib's connection under a deadline: it ends all steps together, however slowly the server's bytes come."""

from __future__ import annotations

import io
import socket
from smtplib import SMTP, SMTP_SSL
from typing import TYPE_CHECKING, Any, cast

from scheduler.channels.deadline import Deadline

if TYPE_CHECKING:
    from _typeshed import ReadableBuffer, WriteableBuffer


class Wire(SMTP):
    """Each read and write waits up to `timeout` seconds, and none goes on after the deadline: that is a TimeoutError,
    or smtplib's own OSError over it."""

    def __init__(self, host: str, port: int, name: str, *, timeout: float, deadline: Deadline, **more: Any) -> None:
        self.deadline = deadline
        super().__init__(host, port, name, timeout=deadline.clip(timeout), **more)
        self.timeout = timeout

    def send(self, s: ReadableBuffer | str) -> None:
        if self.sock is not None:
            self.ready()
        super().send(s)

    def getreply(self) -> tuple[int, bytes]:
        if self.file is None:
            self.file = io.BufferedReader(_Incoming(self))
        return super().getreply()

    def ready(self) -> socket.socket:
        """The socket, given what is left. Raises TimeoutError when nothing is."""
        sock = cast("socket.socket", self.sock)
        left = self.deadline.clip(self.timeout)
        if left != sock.gettimeout():  # which asks the system nothing; setting it does
            sock.settimeout(left)
        return sock


class TlsWire(Wire, SMTP_SSL):
    """The same with TLS from the first byte."""


class _Incoming(io.RawIOBase):
    """What the server says. Its `makefile` would give every single read the whole timeout."""

    def __init__(self, wire: Wire) -> None:
        self._wire = wire

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: WriteableBuffer) -> int:
        return self._wire.ready().recv_into(buffer)
