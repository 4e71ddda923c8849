"""One connection to a mail server: opened, signed in, and carrying one message after the other."""

from __future__ import annotations

import contextlib
import socket
import ssl
from smtplib import SMTPException, SMTPNotSupportedError, SMTPResponseException
from typing import cast

from config.accounts import SmtpAccount, SmtpSecurity
from scheduler.channels.deadline import Deadline
from scheduler.channels.mime import Email
from scheduler.channels.smtp_replies import Step, verdict
from scheduler.channels.smtp_wire import TlsWire, Wire
from scheduler.delivery.outcome import AccountRefused, Outcome, Refused, RetryAfter, Unknown

PORTS = {SmtpSecurity.STARTTLS: 587, SmtpSecurity.TLS: 465, SmtpSecurity.NONE: 25}
_GONE = 421
"""The server closes the connection after this reply (RFC 5321, 3.8)."""
_PHASE = {Step.HELLO: "greeting", Step.STARTTLS: "STARTTLS", Step.AUTH: "sign-in"}


class NoSession(Exception):  # noqa: N818  it carries an outcome and is no error by itself
    """No session could be opened; nothing was sent, and `outcome` says what follows for the message."""

    def __init__(self, outcome: Outcome) -> None:
        super().__init__()
        self.outcome = outcome


class Dropped(Exception):  # noqa: N818  see NoSession
    """The server had gone before the first command of this message: nothing was begun."""


class SmtpSession:
    """A signed-in connection. Not for two threads at once.

    Raises NoSession when it cannot be opened by the deadline. `usable` turns False when the connection is lost or
    no longer in step.
    """

    def __init__(self, account: SmtpAccount, trust: ssl.SSLContext, domain: str | None, deadline: Deadline) -> None:
        self.usable = True
        self._timeout = account.timeout
        try:
            self._smtp = _connected(account, trust, domain, deadline)
        except SMTPResponseException as reply:
            raise NoSession(_not_open(Step.GREETING, reply)) from None
        except ssl.SSLCertVerificationError as fault:
            raise NoSession(_distrusted(fault)) from None
        except OSError as fault:
            raise NoSession(RetryAfter(f"cannot reach the mail server ({type(fault).__name__})", shared=True)) from None
        try:
            _introduce(self._smtp, account, trust)
        except NoSession:
            self._smtp.close()
            raise
        self._pipelining = self._smtp.has_extn("pipelining")
        self._ahead = 0
        """Commands that are written, and whose replies are not read yet."""

    def carry(self, email: Email, deadline: Deadline) -> Outcome:
        """Send one message, whose final dot is not written after the deadline.

        Raises Dropped when the connection turns out to have been closed before it.
        """
        self._smtp.deadline = deadline
        if email.international and not self._smtp.has_extn("smtputf8"):
            return Refused("the address needs SMTPUTF8, which the mail server does not offer")
        mail, *rest = _commands(email)
        try:
            if self._pipelining:
                self._smtp.send(b"".join([mail, *rest]))
                self._ahead = 1 + len(rest)
            code = self._ask(mail)
        except OSError as fault:  # smtplib's own errors are OSErrors too
            self.usable = False
            raise Dropped from fault
        if code == _GONE:
            self.usable = False
            raise Dropped
        ended = verdict(Step.SENDER, code) or self._hand_over(email, *rest)
        if ended is None:
            return self._finish(email.message_id)
        self._start_over()
        return ended

    def close(self) -> None:
        """Say goodbye, unless the connection is lost; never waits for an answer."""
        if self.usable:
            self._smtp.deadline = Deadline.within(self._timeout)
            with contextlib.suppress(OSError):
                self._smtp.putcmd("QUIT")
        self.usable = False
        self._smtp.close()

    def _ask(self, command: bytes) -> int:
        """The code of the reply to a command, which may have been written already."""
        if self._ahead:
            self._ahead -= 1
        else:
            self._smtp.send(command)
        code, _ = self._smtp.getreply()
        return code

    def _hand_over(self, email: Email, rcpt: bytes, data: bytes) -> Outcome | None:
        """Recipient, DATA and the content without its final dot: as far as a message gets and is certainly unsent."""
        try:
            code = self._ask(rcpt)
            ended = verdict(Step.RECIPIENT, code)
            if ended is None:
                code = self._ask(data)
                ended = verdict(Step.DATA, code)
            if ended is None:
                self._smtp.send(_dot_stuffed(email.content))
        except OSError as fault:
            self.usable = False
            return RetryAfter(
                f"the mail server broke off before the message was handed over ({_why(fault)})", shared=True
            )
        self.usable = code != _GONE
        return ended

    def _finish(self, message_id: str) -> Outcome:
        """Write the final dot. From its first byte on, only the server's reply can say whether it took the message: it
        has a whole timeout to come, also when the message's own time is over by then."""
        if self._smtp.deadline.passed:
            self.usable = False
            return RetryAfter("the mail server was too slow: the message was not handed over in time", shared=True)
        self._smtp.deadline = Deadline.within(self._timeout)
        try:
            self._smtp.send(b".\r\n")
            code, _ = self._smtp.getreply()
        except OSError as fault:
            self.usable = False
            return Unknown(f"no answer from the mail server after the message was handed over ({_why(fault)})")
        outcome = verdict(Step.CONTENT, code, message_id)
        self.usable = code != _GONE and not isinstance(outcome, Unknown)
        return outcome or Unknown("the mail server's answer is missing")

    def _start_over(self) -> None:
        """After a refusal the server forgets the transaction, or we forget the connection."""
        if not self.usable:
            return
        try:
            self.usable = self._forgotten()
        except OSError:
            self.usable = False

    def _forgotten(self) -> bool:
        while self._ahead:
            if verdict(Step.DATA, self._ask(b"")) is None:
                return False  # it still wants the content, and would take whatever we write next for that
        code, _ = self._smtp.rset()
        return 200 <= code < 300


def _connected(account: SmtpAccount, trust: ssl.SSLContext, domain: str | None, deadline: Deadline) -> Wire:
    port = account.port or PORTS[account.security]
    name = domain or "localhost"
    smtp: Wire
    if account.security is SmtpSecurity.TLS:
        smtp = TlsWire(account.host, port, name, timeout=account.timeout, deadline=deadline, context=trust)
    else:
        smtp = Wire(account.host, port, name, timeout=account.timeout, deadline=deadline)
    sock = cast("socket.socket", smtp.sock)  # connected, or the line above would have raised
    if domain is None:
        smtp.local_hostname = _literal(sock)
    # The final dot is a packet of its own; without this it would wait up to 40 ms for the content's acknowledgement.
    sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return smtp


def _literal(sock: socket.socket) -> str:
    """Our own address as RFC 5321, 4.1.3 writes it; asking the resolver for a name may hang and tells a host's name."""
    address = sock.getsockname()[0]
    return f"[IPv6:{address}]" if sock.family is socket.AF_INET6 else f"[{address}]"


def _introduce(smtp: Wire, account: SmtpAccount, trust: ssl.SSLContext) -> None:
    step = Step.HELLO
    try:
        smtp.ehlo_or_helo_if_needed()
        if account.security is SmtpSecurity.STARTTLS:
            step = Step.STARTTLS
            smtp.starttls(context=trust)
            smtp.ehlo_or_helo_if_needed()
        if account.username is not None:
            step = Step.AUTH
            password = account.password.get_secret_value() if account.password is not None else ""
            smtp.login(account.username, password)
    except SMTPNotSupportedError:
        raise NoSession(AccountRefused(f"the mail server offers no {_PHASE[step]}; check `smtp`")) from None
    except SMTPResponseException as reply:
        raise NoSession(_not_open(step, reply)) from None
    except ssl.SSLCertVerificationError as fault:
        raise NoSession(_distrusted(fault)) from None
    except UnicodeEncodeError:
        refusal = AccountRefused("the mail server's user name or password holds letters outside ASCII; check `smtp`")
        raise NoSession(refusal) from None
    except OSError as fault:
        if type(fault) is SMTPException:  # so smtplib says that it knows none of the server's ways to sign in
            raise NoSession(
                AccountRefused("the mail server offers no sign-in that legup knows; check `smtp`")
            ) from None
        broke_off = f"the mail server broke off during the {_PHASE[step]} ({_why(fault)})"
        raise NoSession(RetryAfter(broke_off, shared=True)) from None


def _not_open(step: Step, reply: SMTPResponseException) -> Outcome:
    code = reply.smtp_code
    return verdict(step, code) or RetryAfter(f"the mail server broke off during the {step} ({code})", shared=True)


def _distrusted(fault: ssl.SSLCertVerificationError) -> Outcome:
    distrusted = f"the mail server's certificate is not trusted ({fault.verify_message}); check `smtp.ca_file`"
    return RetryAfter(distrusted, shared=True)


def _why(fault: Exception) -> str:
    """The kind of a fault; its text may repeat what was sent."""
    cause = fault.__context__ if isinstance(fault, SMTPException) and fault.__context__ is not None else fault
    return type(cause).__name__


def _commands(email: Email) -> tuple[bytes, bytes, bytes]:
    """Sender, recipient and DATA. No address of an email that was built holds a line break."""
    options = " SMTPUTF8 BODY=8BITMIME" if email.international else ""
    return (
        f"MAIL FROM:<{email.sender}>{options}\r\n".encode(),
        f"RCPT TO:<{email.recipient}>\r\n".encode(),
        b"DATA\r\n",
    )


def _dot_stuffed(content: bytes) -> bytes:
    """Content whose lines may start with a dot (RFC 5321, 4.5.2). The first is a header's and does not."""
    return content.replace(b"\r\n.", b"\r\n..")
