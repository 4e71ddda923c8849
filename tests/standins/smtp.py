"""A mail server on 127.0.0.1: takes letters over, keeps them, refuses and misbehaves where a script says so.

In a test:             with SmtpStandIn(folder) as smtp: EmailChannel(smtp.account(), concurrency=2)
As a separate process: python -m tests.standins.smtp --port 0 --log FILE (prints the port; one JSON line per letter)
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import email.policy
import signal
import tempfile
from collections import defaultdict, deque
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from email.message import EmailMessage
from email.parser import BytesParser
from enum import Enum
from pathlib import Path
from threading import Event
from types import TracebackType
from typing import Any, AnyStr, Self, TextIO, TypeAlias

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult

from config.accounts import SmtpAccount, SmtpSecurity
from tests.standins.certificates import make_certificate
from tests.standins.gathering import Gathering

USER = "legup"
PASSWORD = "standin-password"
FROM_ADDRESS = "legup <nudges@legup.example>"


class Trouble(Enum):
    """Where no reply comes. After the content the letter has been taken over all the same."""

    DROP = "the connection is dropped"
    HANG = "nothing happens any more"


Command: TypeAlias = Callable[[str | None], Awaitable[None]]
Reaction: TypeAlias = str | Trouble
"""A reply such as `550 5.1.1 no such user`, or trouble. After a reply of 421 the connection is closed."""


@dataclass(frozen=True)
class Letter:
    """An email that the stand-in took over."""

    sender: str
    recipients: tuple[str, ...]
    content: bytes
    user: str | None
    smtputf8: bool
    received_at: str

    @property
    def mail(self) -> EmailMessage:
        return BytesParser(EmailMessage, policy=email.policy.default).parsebytes(self.content)

    def part(self, kind: str) -> str:
        """The text of the `plain` or `html` part; empty without one."""
        return _part(self.mail, kind)

    def as_json(self) -> Mapping[str, object]:
        mail = self.mail
        return {
            "from": self.sender,
            "to": list(self.recipients),
            "subject": str(mail["Subject"]),
            "headers": {name: str(value) for name, value in mail.items()},
            "text": _part(mail, "plain"),
            "html": _part(mail, "html"),
            "user": self.user,
            "received_at": self.received_at,
        }


def _part(mail: EmailMessage, kind: str) -> str:
    body = mail.get_body((kind,))
    return str(body.get_content()).replace("\r\n", "\n") if body is not None else ""


class SmtpStandIn:
    """Serves until it is closed. The folder receives the certificate that a client must trust."""

    def __init__(
        self,
        folder: Path,
        *,
        security: SmtpSecurity = SmtpSecurity.STARTTLS,
        port: int = 0,
        log: TextIO | None = None,
        smtputf8: bool = True,
        pipelining: bool = True,
    ) -> None:
        self._security = security
        self.pipelining = pipelining
        """Whether it says that it takes commands before it has answered those before them; it does in any case."""
        self._scripts: defaultdict[str, deque[Reaction]] = defaultdict(deque)
        self.mood: Callable[[str], Reaction | None] | None = None
        """Asked about every step that no script covers; None: the usual happens."""
        self._open: set[_Server] = set()
        self.connections = 0
        """Connections opened so far."""
        self.letters: Gathering[Letter] = Gathering(log, Letter.as_json)
        self.certificate = make_certificate(folder)
        context = self.certificate.server_context()
        self._controller = _Controller(
            self,
            hostname="127.0.0.1",
            port=port,
            ssl_context=context if security is SmtpSecurity.TLS else None,
            tls_context=context if security is SmtpSecurity.STARTTLS else None,
            require_starttls=security is SmtpSecurity.STARTTLS,
            # aiosmtpd does not see TLS that is there from the first byte.
            auth_require_tls=security is SmtpSecurity.STARTTLS,
            authenticator=_authenticate,
            enable_SMTPUTF8=smtputf8,
            server_hostname="standin.example",
        )
        self._controller.start()
        self.port: int = self._controller.port
        self.connections = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, fault: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        self.drop_connections()
        self._controller.stop()

    def account(self, **changes: Any) -> SmtpAccount:
        """An account that sends here; waits half a second for answers."""
        given = {
            "host": "127.0.0.1",
            "port": self.port,
            "security": self._security,
            "username": USER,
            "password": PASSWORD,
            "from_address": FROM_ADDRESS,
            "ca_file": str(self.certificate.file),
            "timeout": 0.5,
        }
        return SmtpAccount.model_validate({**given, **changes})

    def script(self, step: str, *reactions: Reaction) -> None:
        """How the next uses of a step end: GREETING, EHLO, STARTTLS, AUTH, MAIL, RCPT, DATA, CONTENT (the final dot),
        RSET or QUIT."""
        self._scripts[step].extend(reactions)

    def forget_script(self) -> None:
        """Nothing is scripted any more."""
        self._scripts.clear()

    def wait_for(self, count: int, timeout: float = 5.0) -> list[Letter]:
        """The letters taken over, once there are `count` of them."""
        return self.letters.wait_for(count, timeout)

    def drop_connections(self) -> None:
        """Close every open connection, as servers do with idle ones; returns when that is done."""
        asyncio.run_coroutine_threadsafe(self._drop(), self._controller.loop).result(5)

    async def _drop(self) -> None:
        gone = asyncio.gather(*(server.gone.wait() for server in self._open))
        for server in list(self._open):
            server.drop()
        await gone

    def reaction(self, step: str) -> Reaction | None:
        script = self._scripts[step]
        if script:
            return script.popleft()
        return None if self.mood is None else self.mood(step)

    def opened(self, server: _Server) -> None:
        self._open.add(server)

    def greeted(self) -> None:
        self.connections += 1

    def lost(self, server: _Server) -> None:
        self._open.discard(server)


class _Controller(Controller):
    """Listens on the port it was given, or on a free one."""

    def factory(self) -> _Server:
        return _Server(self.handler, **self.SMTP_kwargs)

    def _trigger_server(self) -> None:
        if isinstance(self.server, asyncio.Server):
            self.port = self.server.sockets[0].getsockname()[1]
        super()._trigger_server()  # type: ignore[no-untyped-call]  # aiosmtpd leaves it untyped


class _Server(SMTP):
    """One connection, with the script's reactions before aiosmtpd's own."""

    def __init__(self, standin: SmtpStandIn, **settings: Any) -> None:
        super().__init__(_Handler(standin), **settings)
        self._standin = standin
        self._greeted = False
        self.gone = asyncio.Event()
        self._smtp_methods = {step: self._played(step, method) for step, method in self._smtp_methods.items()}

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        super().connection_made(transport)
        self._standin.opened(self)

    def connection_lost(self, error: Exception | None) -> None:
        super().connection_lost(error)
        self._standin.lost(self)
        self.gone.set()

    def drop(self) -> None:
        if isinstance(self.transport, asyncio.WriteTransport):
            self.transport.abort()

    async def push(self, status: AnyStr) -> None:
        if not self._greeted:
            self._greeted = True
            self._standin.greeted()
            if await self._scripted("GREETING"):
                return
        await super().push(status)

    def _played(self, step: str, method: Command) -> Command:
        async def play(arg: str | None) -> None:
            if not await self._scripted(step):
                await method(arg)

        return play

    async def _scripted(self, step: str) -> bool:
        reaction = self._standin.reaction(step)
        if reaction is not None:
            await self.react(reaction)
        return reaction is not None

    async def react(self, reaction: Reaction) -> None:
        if reaction is Trouble.HANG:
            await asyncio.get_running_loop().create_future()
        elif reaction is Trouble.DROP:
            self.drop()
        else:
            await super().push(str(reaction))
            if str(reaction).startswith("421") and self.transport is not None:
                self.transport.close()


class _Handler:
    """What happens once the content has been read."""

    def __init__(self, standin: SmtpStandIn) -> None:
        self._standin = standin

    async def handle_EHLO(  # noqa: N802  aiosmtpd's name for it
        self, _server: _Server, session: Any, _envelope: object, hostname: str, responses: list[str]
    ) -> list[str]:
        session.host_name = hostname
        name, *offers = responses
        return [name, "250-PIPELINING", *offers] if self._standin.pipelining else responses

    async def handle_DATA(self, server: _Server, session: Any, envelope: Any) -> str:  # noqa: N802  aiosmtpd's name for it
        reaction = self._standin.reaction("CONTENT")
        if isinstance(reaction, str) and not reaction.startswith("2"):
            if not reaction.startswith("421"):
                return reaction
            await server.react(reaction)
            return ""
        login = session.auth_data.login.decode() if session.auth_data is not None else None
        self._standin.letters.add(
            Letter(
                sender=envelope.mail_from,
                recipients=tuple(envelope.rcpt_tos),
                content=envelope.content,
                user=login,
                smtputf8=bool(envelope.smtp_utf8),
                received_at=datetime.now(UTC).isoformat(),
            )
        )
        if isinstance(reaction, Trouble):
            await server.react(reaction)
        return reaction if isinstance(reaction, str) else "250 2.0.0 queued"


def _authenticate(server: object, session: object, envelope: object, mechanism: str, login: Any) -> AuthResult:
    known = (login.login, login.password) == (USER.encode(), PASSWORD.encode())
    return AuthResult(success=known, handled=False, auth_data=login)


def main() -> None:
    """Serve until SIGTERM or SIGINT."""
    options = argparse.ArgumentParser(description="A stand-in for a mail server on 127.0.0.1.")
    options.add_argument("--port", type=int, default=0)
    options.add_argument("--log", type=Path, required=True, help="one JSON line per letter taken over")
    options.add_argument("--security", choices=[str(kind) for kind in SmtpSecurity], default="none")
    options.add_argument("--folder", type=Path, help="receives standin.pem, the certificate to trust")
    options.add_argument("--moods", type=int, metavar="SEED", help="misbehave at random")
    given = options.parse_args()
    stop = Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    with contextlib.ExitStack() as opened:
        folder = given.folder or Path(opened.enter_context(tempfile.TemporaryDirectory()))
        log = opened.enter_context(given.log.open("a"))
        security = SmtpSecurity(given.security)
        standin = opened.enter_context(SmtpStandIn(folder, security=security, port=given.port, log=log))
        if given.moods is not None:
            from tests.standins.hostility import Moods  # it knows this module

            standin.mood = Moods(given.moods).mail
        print(standin.port, flush=True)  # noqa: T201  how whoever started us learns the port
        stop.wait()


if __name__ == "__main__":
    main()
