"""Listing messages at Twilio: what can keep it from answering, in words without a number or a secret."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from requests import RequestException
from twilio.base.exceptions import TwilioException

from scheduler.channels.twilio_errors import UNREADABLE
from scheduler.channels.twilio_http import NotBegun, Throttled
from scheduler.channels.unavailable import InboxUnavailable


@contextmanager
def listing() -> Iterator[None]:
    """Whatever the library raises meanwhile comes out as InboxUnavailable."""
    try:
        yield
    except NotBegun as fault:
        raise InboxUnavailable(f"cannot reach Twilio ({fault})") from None
    except Throttled:
        raise InboxUnavailable("Twilio has too many requests at once") from None
    except TwilioException as refusal:
        # The library's own page reader; its text holds nothing but its second argument's status says more.
        status = getattr(refusal.args[-1], "status_code", None) if refusal.args else None
        raise InboxUnavailable("Twilio does not list messages" + (f" (HTTP {status})" if status else "")) from None
    except RequestException as fault:
        raise InboxUnavailable(f"no answer from Twilio ({type(fault).__name__})") from None
    except UNREADABLE:
        raise InboxUnavailable("Twilio's answer cannot be understood") from None
