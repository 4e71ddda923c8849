"""Email by SMTP, over connections that are kept for the next message."""

from __future__ import annotations

import ssl
import time
from collections.abc import Iterator, Sequence
from datetime import datetime
from threading import Lock

from config.accounts import SmtpAccount
from config.person import ChannelName
from scheduler.channels.deadline import Deadline
from scheduler.channels.mime import Email, UnfitHeader, build
from scheduler.channels.overlap import Overlap
from scheduler.channels.smtp_session import Dropped, NoSession, SmtpSession
from scheduler.channels.unavailable import ChannelUnavailable
from scheduler.delivery.delivery import Message
from scheduler.delivery.outcome import Outcome, Refused, RetryAfter

IDLE = 30.0
"""Seconds after which a kept connection is not used again: servers and routers drop idle ones, some without a word,
and a message sent into the void costs a whole timeout."""


class EmailChannel:
    """Sends each message once, over up to `concurrency` connections.

    `domain` is what legup calls itself in EHLO; None: the address of its own end of the connection.
    Raises ChannelUnavailable when `ca_file` cannot be read.
    """

    name = ChannelName.EMAIL

    def __init__(self, account: SmtpAccount, *, concurrency: int, domain: str | None = None) -> None:
        self._account = account
        self._sessions = _Sessions(account, domain)
        self._overlap = Overlap(concurrency, "email")

    def send(self, messages: Sequence[Message], now: datetime) -> Iterator[tuple[Message, Outcome]]:
        """Send the messages, yielding their outcomes as they come."""
        return self._overlap.each(messages, now, self._try)

    def close(self) -> None:
        """Finish what is under way and say goodbye to the server."""
        self._overlap.close()
        self._sessions.close()

    def _try(self, message: Message, at: datetime, deadline: Deadline) -> Outcome:
        try:
            email = build(message, self._account, at)
        except UnfitHeader as fault:
            return Refused(str(fault))
        except UnicodeError:
            return Refused("the text cannot be written as an email: it is not Unicode")
        try:
            return self._carry(email, deadline)
        except NoSession as reason:
            return reason.outcome

    def _carry(self, email: Email, deadline: Deadline) -> Outcome:
        kept = self._sessions.kept()
        if kept is not None:
            try:
                return self._by(kept, email, deadline)
            except Dropped:
                pass  # closed while idle, and nothing of this message was sent: its one try is made on a new connection
        try:
            return self._by(self._sessions.fresh(deadline), email, deadline)
        except Dropped:
            return RetryAfter("the mail server closed the connection before the message began", shared=True)

    def _by(self, session: SmtpSession, email: Email, deadline: Deadline) -> Outcome:
        try:
            return session.carry(email, deadline)
        finally:
            self._sessions.put_back(session)


class _Sessions:
    """The connections that are open and idle. A sender takes one out, so no two ever share one."""

    def __init__(self, account: SmtpAccount, domain: str | None) -> None:
        self._account = account
        self._domain = domain
        self._trust = _trust(account)
        self._lock = Lock()
        self._idle: list[tuple[SmtpSession, float]] = []

    def kept(self) -> SmtpSession | None:
        """The most recently used idle connection, unless all have been idle for too long."""
        with self._lock:
            if self._idle and time.monotonic() - self._idle[-1][1] < IDLE:
                return self._idle.pop()[0]
            stale, self._idle = self._idle, []
        for session, _ in stale:
            session.close()
        return None

    def fresh(self, deadline: Deadline) -> SmtpSession:
        return SmtpSession(self._account, self._trust, self._domain, deadline)

    def put_back(self, session: SmtpSession) -> None:
        if not session.usable:
            session.close()
            return
        with self._lock:
            self._idle.append((session, time.monotonic()))

    def close(self) -> None:
        with self._lock:
            idle, self._idle = self._idle, []
        for session, _ in idle:
            session.close()


def _trust(account: SmtpAccount) -> ssl.SSLContext:
    try:
        return ssl.create_default_context(cafile=account.ca_file)
    except OSError as fault:
        problem = fault.strerror or type(fault).__name__
        raise ChannelUnavailable(f"smtp.ca_file {account.ca_file} cannot be used: {problem}") from fault
