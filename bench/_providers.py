"""Stand-ins for providers in a process of their own: an HTTP API and a mail server that take a while to answer.

They do as little as they can, for they share the machine with what is measured: `python -m bench._providers http 0.05`
prints its port and serves until it is killed.
"""

from __future__ import annotations

import asyncio
import json
import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import IO, cast

LATENCY = 0.05
"""Seconds before an answer: what a call of Twilio's API takes from not too far away."""

_LENGTH = re.compile(rb"content-length: *(\d+)", re.IGNORECASE)


@contextmanager
def provider(kind: str, latency: float = LATENCY) -> Iterator[int]:
    """Serve `http` or `smtp` meanwhile; gives the port."""
    with subprocess.Popen(  # noqa: S603  # our own interpreter on this module
        [sys.executable, "-m", "bench._providers", kind, str(latency)],
        cwd=Path(__file__).parent.parent,
        stdout=subprocess.PIPE,
    ) as process:
        try:
            yield int(cast("IO[bytes]", process.stdout).readline())
        finally:
            process.kill()


class _Http(asyncio.Protocol):
    """Answers each POST as Twilio answers the creation of a message."""

    def __init__(self, latency: float) -> None:
        self._latency = latency
        self._sent = 0
        self._buffer = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.Transport", transport)

    def data_received(self, data: bytes) -> None:
        self._buffer += data
        head, end, body = self._buffer.partition(b"\r\n\r\n")
        length = _LENGTH.search(head)
        if not end or len(body) < int(length[1] if length else 0):
            return
        self._buffer = b""
        self._sent += 1
        asyncio.get_running_loop().call_later(self._latency, self._answer)

    def _answer(self) -> None:
        sid = f"SM{id(self):016x}{self._sent:016x}"
        body = json.dumps(_MESSAGE | {"sid": sid}).encode()
        head = f"HTTP/1.1 201 CREATED\r\nContent-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
        self._transport.write(head.encode() + body)


_MESSAGE = {
    "account_sid": "AC" + "0" * 32,
    "api_version": "2010-04-01",
    "body": "Time for a glass of water.",
    "date_created": "Mon, 23 Nov 2026 09:00:00 +0000",
    "date_sent": None,
    "date_updated": "Mon, 23 Nov 2026 09:00:00 +0000",
    "direction": "outbound-api",
    "error_code": None,
    "error_message": None,
    "from": "+15005550006",
    "messaging_service_sid": None,
    "num_media": "0",
    "num_segments": "1",
    "price": None,
    "price_unit": "USD",
    "status": "queued",
    "subresource_uris": {"media": "/media.json"},
    "to": "+447700900000",
    "uri": "/message.json",
}


class _Smtp(asyncio.Protocol):
    """Takes every letter, a while after its final dot; offers PIPELINING, as mail servers do."""

    def __init__(self, latency: float) -> None:
        self._latency = latency
        self._buffer = b""
        self._in_letter = False

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.Transport", transport)
        self._transport.write(b"220 stand-in\r\n")

    def data_received(self, data: bytes) -> None:
        self._buffer += data
        if self._in_letter:
            if self._buffer.endswith(b"\r\n.\r\n"):  # nothing follows it: DATA ends what is written at once
                self._buffer, self._in_letter = b"", False
                asyncio.get_running_loop().call_later(self._latency, self._transport.write, b"250 taken\r\n")
            return
        *commands, self._buffer = self._buffer.split(b"\r\n")
        self._in_letter = bool(commands) and commands[-1].upper() == b"DATA"  # smtplib writes it small
        self._transport.write(b"".join(_REPLIES.get(command[:4].upper(), b"250 ok\r\n") for command in commands))


_REPLIES = {
    b"EHLO": b"250-stand-in\r\n250 PIPELINING\r\n",
    b"DATA": b"354 go on\r\n",
    b"QUIT": b"221 bye\r\n",
}


async def _serve(kind: str, latency: float) -> None:
    protocol = {"http": _Http, "smtp": _Smtp}[kind]
    server = await asyncio.get_running_loop().create_server(partial(protocol, latency), "127.0.0.1", 0, backlog=1_000)
    print(server.sockets[0].getsockname()[1], flush=True)
    await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(_serve(sys.argv[1], float(sys.argv[2])))
