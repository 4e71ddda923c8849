"""Whether and how replies and links come in, as the settings have it: texts and mails offer only what works."""

from __future__ import annotations

import re
from enum import StrEnum
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

if TYPE_CHECKING:  # settings names Inbound
    from config.accounts import TwilioAccount
    from config.settings import WebSection


class Inbound(StrEnum):
    """How we learn of texts to our number, and of what became of those we sent."""

    WEBHOOK = "webhook"
    """Twilio calls `web.public_url`."""
    POLL = "poll"
    """We ask Twilio every 30 seconds: for an installation that the internet does not reach."""
    OFF = "off"


_TOLL_FREE = re.compile(r"\+18(00|33|44|55|66|77|88)\d{7}")
_LOCAL = frozenset({"localhost", "127.0.0.1", "::1"})


def inbound_of(twilio: TwilioAccount | None, web: WebSection) -> Inbound:
    """What is written; otherwise webhooks where they can come and be checked, and polling elsewhere. A sender that is a
    name takes no replies."""
    if twilio is None or is_name(twilio.from_number):
        return Inbound.OFF
    if twilio.inbound is not None:
        return twilio.inbound
    able = web.enabled and web.public_url is not None and twilio.auth_token is not None
    return Inbound.WEBHOOK if able else Inbound.POLL


def provider_answers(twilio: TwilioAccount | None) -> bool:
    """Whether Twilio itself acts on STOP, START and HELP and answers them: what is written; otherwise for every sender
    but a short code, whose owner answers."""
    if twilio is None:
        return False
    if twilio.handles_stop_words is not None:
        return twilio.handles_stop_words
    return not (twilio.from_number or "+").isdigit()


def is_toll_free(twilio: TwilioAccount | None) -> bool:
    """North American toll-free numbers: carriers let who stopped come back by START and UNSTOP only."""
    return twilio is not None and _TOLL_FREE.fullmatch(twilio.from_number or "") is not None


def is_name(sender: str | None) -> bool:
    """A sender such as LEGUP, which nobody can answer."""
    return sender is not None and not sender.removeprefix("+").isdigit()


def links_base(web: WebSection) -> str | None:
    """The address that every link and every signature starts with, without a slash at its end; None where no link
    works."""
    return web.public_url.rstrip("/") if web.enabled and web.public_url else None


def is_exposed(public_url: str) -> bool:
    """Whether links would cross a network unprotected."""
    parts = urlsplit(public_url)
    return parts.scheme == "http" and parts.hostname not in _LOCAL
