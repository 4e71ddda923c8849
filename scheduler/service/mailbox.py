"""A mailbox on this machine: a real SMTP server on 127.0.0.1 that keeps what it takes and passes nothing on."""

from __future__ import annotations

import asyncio
from email import policy
from email.message import EmailMessage
from email.parser import BytesParser
from types import TracebackType
from typing import Any, Self

from aiosmtpd.controller import Controller


class Mailbox:
    """Listens on a free port while entered."""

    def __init__(self) -> None:
        self.letters: list[EmailMessage] = []
        self.full = False
        """Whether it refuses every letter, for good, as a full mailbox does."""
        self._server = _Server(self, hostname="127.0.0.1", port=0)

    @property
    def port(self) -> int:
        """Known once entered."""
        return self._server.port

    def __enter__(self) -> Self:
        self._server.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._server.stop()

    async def handle_RCPT(  # noqa: N802 - aiosmtpd's name
        self, _server: object, _session: object, envelope: Any, address: str, _options: list[str]
    ) -> str:
        """Whom a letter is for, before its content comes."""
        if self.full:
            return "552 5.2.2 mailbox full"
        envelope.rcpt_tos.append(address)
        return "250 2.1.5 ok"

    async def handle_DATA(self, _server: object, _session: object, envelope: Any) -> str:  # noqa: N802 - aiosmtpd's name
        """A whole letter."""
        self.letters.append(BytesParser(EmailMessage, policy=policy.default).parsebytes(envelope.content))
        return "250 2.0.0 kept"


class _Server(Controller):
    """Learns which port it was given before it looks whether it answers there."""

    port: int

    def _trigger_server(self) -> None:
        if isinstance(self.server, asyncio.Server):
            self.port = self.server.sockets[0].getsockname()[1]
        super()._trigger_server()  # type: ignore[no-untyped-call] # aiosmtpd leaves it untyped
