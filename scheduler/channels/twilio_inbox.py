"""Asking Twilio what came in and what became of what went out: for an installation that Twilio cannot call."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from itertools import islice

from twilio.base import values
from twilio.rest.api.v2010.account.message import MessageInstance, MessagePage

from config.accounts import TwilioAccount
from scheduler.channels.hush import hush
from scheduler.channels.twilio_client import client_of
from scheduler.channels.twilio_errors import code_of
from scheduler.channels.twilio_http import TwilioHttp
from scheduler.channels.twilio_listing import listing
from scheduler.channels.twilio_status import report_of
from scheduler.delivery.correspondence import Report
from scheduler.delivery.text_message import TextMessage

_SHORT = 50
"""Messages in the page that is asked for first: in 30 seconds rarely more come."""
_LONG = 1000
"""Twilio's longest page, for a heap."""
_MOST_PAGES = 50


@dataclass(frozen=True, slots=True)
class Received:
    """Texts that came in, oldest first."""

    texts: tuple[TextMessage, ...]
    complete: bool = True
    """False: there are more than one look can read, and the oldest are left out."""


class TwilioInbox:
    """Raises ChannelUnavailable when the account has no credentials. For one thread."""

    def __init__(self, account: TwilioAccount) -> None:
        hush()
        self._account = account
        self._http = TwilioHttp(account.base_url, timeout=account.timeout, concurrency=1)
        self._client = client_of(account, self._http)

    def texts(self, since: datetime) -> Received:
        """Every text to our number, or to our Messaging Service, that Twilio took at or after this instant. Raises
        InboxUnavailable."""
        with listing():
            messages, complete = self._listed(since, to=self._account.from_number)
            found = [_text(each) for each in messages if each.direction == "inbound"]
        return Received(tuple(reversed(found)), complete)

    def reports(self, since: datetime, at: datetime) -> list[Report]:
        """What became of the messages we sent at or after this instant, as far as Twilio knows; `at` is now. Raises
        InboxUnavailable."""
        with listing():
            messages, _ = self._listed(since, sender=self._account.from_number)
            reports = [_report(each, at) for each in messages if str(each.direction).startswith("outbound")]
        return [each for each in reports if each is not None]

    def close(self) -> None:
        """Let go of connections."""
        self._http.close()

    def _listed(
        self, since: datetime, *, to: str | None = None, sender: str | None = None
    ) -> tuple[list[MessageInstance], bool]:
        """Newest first, and whether that is all. A Messaging Service has several numbers, by which no list can be
        asked for: then it is the whole account's."""
        service = self._account.messaging_service_sid
        found: list[MessageInstance] = []
        complete = False
        for size in (_SHORT, _LONG):
            page = self._client.messages.page(to=to or values.unset, from_=sender or values.unset, page_size=size)
            found, complete = _newest(page, since, 1 if size == _SHORT else _MOST_PAGES)
            if complete:
                break
        return [each for each in found if service is None or each.messaging_service_sid == service], complete


def _newest(page: MessagePage, since: datetime, most: int) -> tuple[list[MessageInstance], bool]:
    """The library's own `stream` would follow pages without messages for ever."""
    found: list[MessageInstance] = []
    for left in reversed(range(most)):
        for message in islice(page, _LONG):
            if message.date_created is None:
                raise ValueError("a message without a date")
            if message.date_created < since:
                return found, True
            found.append(message)
        if page.next_page_url is None:
            return found, True
        if left:
            page = page.next_page()
    return found, False


def _text(message: MessageInstance) -> TextMessage:
    if not isinstance(message.sid, str) or message.date_created is None:
        raise TypeError("a message without a SID")
    return TextMessage(
        sid=message.sid,
        sender=str(message.from_),
        recipient=str(message.to),
        text=str(message.body or ""),
        at=message.date_created,
    )


def _report(message: MessageInstance, at: datetime) -> Report | None:
    if not isinstance(message.sid, str):
        raise TypeError("a message without a SID")
    return report_of(message.sid, str(message.status), code_of(message.error_code), at)
