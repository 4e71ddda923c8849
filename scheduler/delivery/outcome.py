"""What a channel says became of an attempt. Each type is a decision; the policy in `settling` acts on it.

Reasons are short and free of contacts, bodies and secrets: they are stored, logged and shown.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TypeAlias


@dataclass(frozen=True, slots=True)
class Accepted:
    """The provider has taken the message over."""

    receipt: str | None = None


@dataclass(frozen=True, slots=True)
class RetryAfter:
    """Certainly not sent, and worth another try; without a delay the backoff policy picks one."""

    reason: str
    delay: timedelta | None = None
    shared: bool = False
    """It would have met any message: the provider, the account or the way there is in trouble, not this one message."""


@dataclass(frozen=True, slots=True)
class Refused:
    """Certainly not sent, and never will be on this channel: a definite failure."""

    reason: str
    bounced: bool = False
    """It is the other side that refused; several times in a row, and the address is left alone."""


@dataclass(frozen=True, slots=True)
class OptedOut:
    """The provider knows that this contact said stop; it holds for every channel."""

    reason: str


@dataclass(frozen=True, slots=True)
class AccountRefused:
    """The provider refuses our account (credentials, funds): the breaker opens and the delivery stays pending."""

    reason: str


@dataclass(frozen=True, slots=True)
class Unknown:
    """It may or may not have been sent; never sent again blindly."""

    reason: str


Outcome: TypeAlias = Accepted | RetryAfter | Refused | OptedOut | AccountRefused | Unknown
