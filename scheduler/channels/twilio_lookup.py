"""Looking up at Twilio what may or may not have gone out, among the messages to that number since the attempt."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from itertools import islice

from twilio.rest import Client
from twilio.rest.api.v2010.account.message import MessageInstance

from scheduler.channels.twilio_errors import code_of
from scheduler.channels.twilio_listing import listing
from scheduler.channels.twilio_status import reason_of, state_of
from scheduler.channels.unavailable import InboxUnavailable
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
        with listing():
            return tuple(_sighting(message) for message in _alike(client, doubt))
    except InboxUnavailable as fault:
        return NoAnswer(str(fault))


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
