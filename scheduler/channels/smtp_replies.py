"""What a mail server's reply means, step by step through RFC 5321. Pure."""

from __future__ import annotations

from enum import StrEnum

from scheduler.delivery.outcome import Accepted, AccountRefused, Outcome, Refused, RetryAfter, Unknown


class Step(StrEnum):
    """A point of the conversation at which the server replies; the value says what it was asked."""

    GREETING = "connection"
    HELLO = "greeting"
    STARTTLS = "STARTTLS"
    AUTH = "user name or password"
    SENDER = "sender address"
    RECIPIENT = "recipient's address"
    DATA = "message"
    CONTENT = "message's content"


_WANTED = {
    Step.GREETING: frozenset({220}),
    Step.HELLO: frozenset({250}),
    Step.STARTTLS: frozenset({220}),
    Step.AUTH: frozenset({235, 503}),
    Step.SENDER: frozenset({250}),
    Step.RECIPIENT: frozenset({250, 251, 252}),
    Step.DATA: frozenset({354}),
    Step.CONTENT: frozenset(range(200, 300)),
}
_OURS = frozenset({Step.GREETING, Step.HELLO, Step.STARTTLS, Step.AUTH, Step.SENDER})
"""A refusal here would meet every message: it is the account that is refused."""
_AUTH_WANTED = frozenset({530, 534, 535, 538})
"""RFC 4954: authentication required, too weak, failed, encryption required. Possible at any step."""
_TOO_BIG = 552
_CLOSING = 421
"""The server is going away, whatever it was asked (RFC 5321, 3.8)."""


def verdict(step: Step, code: int, receipt: str | None = None) -> Outcome | None:
    """What the reply makes of the message; None: go on with the next step.

    Until the content has ended, whatever the server says leaves the message certainly unsent. After that, only a
    proper reply is certain: 2xx it is theirs, 4xx and 5xx it is not (RFC 5321, 4.2.5); anything else is Unknown.
    """
    if code in _WANTED[step]:
        return Accepted(receipt) if step is Step.CONTENT else None
    if 400 <= code < 500:
        shared = step in _OURS or code == _CLOSING
        return RetryAfter(f"the mail server cannot take the {step} now ({code})", shared=shared)
    if not 500 <= code < 600:
        if step is Step.CONTENT:
            return Unknown("the mail server's answer to the message cannot be understood")
        return RetryAfter(f"the mail server's answer to the {step} cannot be understood", shared=True)
    if code in _AUTH_WANTED or (step in _OURS and code != _TOO_BIG):
        return AccountRefused(f"the mail server refuses our {_blamed(step, code)} ({code}); check `smtp`")
    return Refused(f"the mail server refuses the {step} ({code})", bounced=step not in _OURS)


def _blamed(step: Step, code: int) -> Step:
    return Step.AUTH if code in _AUTH_WANTED else step
