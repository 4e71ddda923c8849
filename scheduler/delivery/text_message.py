"""One text message that came in, by whichever way we learned of it."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime


@dataclass(frozen=True, slots=True)
class TextMessage:
    """An inbound SMS. Who wrote it and what stay out of repr."""

    sid: str
    """The provider's own id: the same message may come by callback and by poll, and counts once."""
    sender: str = field(repr=False)
    """E.164."""
    recipient: str = field(repr=False)
    """Our number; a short code perhaps."""
    text: str = field(repr=False)
    at: datetime
    """When the provider took it, or when it reached us."""
    opt_out_type: str | None = None
    """STOP, START or HELP where the provider has already acted on it (Twilio's OptOutType)."""
