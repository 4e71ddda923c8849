"""Looking up at Twilio what may or may not have gone out, among the messages to that number since the attempt."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from itertools import islice

from requests import RequestException
from twilio.base.exceptions import TwilioException
from twilio.rest import Client
from twilio.rest.api.v2010.account.message import MessageInstance

from scheduler.channels.twilio_errors import UNREADABLE, code_of
from scheduler.channels.twilio_http import NotBegun, Throttled
from scheduler.channels.twilio_status import reason_of, state_of
from scheduler.delivery.delivery import State
from scheduler.delivery.doubt import Answer, Doubt, NoAnswer, Sighting

ALLOWANCE = timedelta(minutes=2)
"""How far Twilio's clock, whose `date_created` has whole seconds, may be behind ours."""

MOST = 200
"""Messages read of one number; 20 in a day would be many."""

_PAGE = 50


def look_up(client: Client, doubt: Doubt) -> Answer:
    """Every message Twilio has that may be this one. Never raises."""
    try:
        return tuple(_sighting(message) for message in _alike(client, doubt))
    except NotBegun as fault:
        return NoAnswer(f"cannot reach Twilio ({fault})")
    except Throttled:
        return NoAnswer("Twilio has too many requests at once")
    except TwilioException as refusal:
        # The library's own page reader; its text holds nothing but its second argument's status says more.
        status = getattr(refusal.args[-1], "status_code", None) if refusal.args else None
        return NoAnswer("Twilio does not list messages" + (f" (HTTP {status})" if status else ""))
    except RequestException as fault:
        return NoAnswer(f"no answer from Twilio ({type(fault).__name__})")
    except UNREADABLE:
        return NoAnswer("Twilio's answer cannot be understood")


def _alike(client: Client, doubt: Doubt) -> Iterator[MessageInstance]:
    """Outbound messages whose text ends with ours: a trial account or a Messaging Service may put something before it.

    Raises ValueError for a message that fits but bears no date.
    """
    words = doubt.text.strip()
    since = doubt.begun_at - ALLOWANCE
    for message in _newest(client, doubt.address):
        if message.date_created is None:
            raise ValueError("a message without a date")
        if message.date_created < since:
            return
        if str(message.direction).startswith("outbound") and str(message.body).strip().endswith(words):
            yield message


def _newest(client: Client, address: str | None) -> Iterator[MessageInstance]:
    """The library's own `stream` would follow pages without messages for ever."""
    page = client.messages.page(to=address, page_size=_PAGE)
    for _ in range(MOST // _PAGE):
        yield from islice(page, _PAGE)
        page = page.next_page()
        if page is None:
            return


def _sighting(message: MessageInstance) -> Sighting:
    """Whatever status Twilio lists, it has the message: what is only queued counts as sent."""
    if not isinstance(message.sid, str):
        raise TypeError("a message without a SID")
    status = str(message.status)
    state = state_of(status) or State.SENT
    return Sighting(
        message.sid, state, reason_of(status, code_of(message.error_code)) if state is State.FAILED else None
    )
