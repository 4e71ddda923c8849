"""Listing messages at Twilio: what can keep it from answering, in words without a number or a secret."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from requests import RequestException
from twilio.base.exceptions import TwilioException

from scheduler.channels.twilio_errors import UNREADABLE
from scheduler.channels.twilio_http import NotBegun, Throttled


class ListingFailed(Exception):  # noqa: N818  it names what became of a listing, as the outcomes do
    """Twilio did not list messages; the text says why."""


@contextmanager
def listing() -> Iterator[None]:
    """Whatever the library raises meanwhile comes out as ListingFailed."""
    try:
        yield
    except NotBegun as fault:
        raise ListingFailed(f"cannot reach Twilio ({fault})") from None
    except Throttled:
        raise ListingFailed("Twilio has too many requests at once") from None
    except TwilioException as refusal:
        # The library's own page reader; its text holds nothing but its second argument's status says more.
        status = getattr(refusal.args[-1], "status_code", None) if refusal.args else None
        raise ListingFailed("Twilio does not list messages" + (f" (HTTP {status})" if status else "")) from None
    except RequestException as fault:
        raise ListingFailed(f"no answer from Twilio ({type(fault).__name__})") from None
    except UNREADABLE:
        raise ListingFailed("Twilio's answer cannot be understood") from None
