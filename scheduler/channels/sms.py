"""SMS by Twilio, through Twilio's own library."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from contextlib import suppress
from datetime import datetime, timedelta
from email.utils import parsedate_to_datetime

from aiohttp import ClientError
from twilio.base import values
from twilio.base.exceptions import TwilioRestException, TwilioServiceException
from twilio.rest.api.v2010.account.message import MessageInstance

from config.accounts import TwilioAccount
from config.person import ChannelName
from scheduler.channels.deadline import Deadline
from scheduler.channels.hush import hush
from scheduler.channels.looping import Looping
from scheduler.channels.twilio_client import client_of
from scheduler.channels.twilio_errors import UNREADABLE, code_of, reported, verdict
from scheduler.channels.twilio_http import NotBegun, Throttled, TwilioHttp
from scheduler.channels.twilio_lookup import look_up
from scheduler.channels.twilio_posting import TwilioPosting, posted_before
from scheduler.delivery.delivery import Message
from scheduler.delivery.doubt import Answer, Doubt
from scheduler.delivery.outcome import Accepted, Outcome, RetryAfter, Unknown

LONGEST_VALIDITY = 36_000
"""Seconds; Twilio takes 1 to 36,000 (its error 21624)."""


class SmsChannel:
    """Sends each message by one POST, up to `concurrency` at once; the receipt is the message's SID.

    Raises ChannelUnavailable when the account has neither an auth token nor an API key.
    """

    name = ChannelName.SMS

    def __init__(self, account: TwilioAccount, *, concurrency: int, callback: str | None = None) -> None:
        """`callback`: the URL that Twilio tells what becomes of each message."""
        hush()
        self._account = account
        self._callback = callback
        posting = TwilioPosting(account.base_url, timeout=account.timeout, concurrency=concurrency)
        self._poster = client_of(account, posting)
        self._looping = Looping(concurrency, "sms", posting.close)
        self._http = TwilioHttp(account.base_url, timeout=account.timeout, concurrency=1)
        self._reader = client_of(account, self._http)

    def send(self, messages: Sequence[Message], now: datetime) -> Iterator[tuple[Message, Outcome]]:
        """Send the messages, yielding their outcomes as they come."""
        return self._looping.each(messages, now, self._try)

    def look_up(self, doubt: Doubt) -> Answer:
        """Every message Twilio has that may be this one. Never raises. By any thread."""
        return look_up(self._reader, doubt)

    def close(self) -> None:
        """Finish what is under way and close the connections."""
        self._looping.close()
        self._http.close()

    async def _try(self, message: Message, at: datetime, deadline: Deadline) -> Outcome:
        try:
            with posted_before(deadline):
                return _outcome(await self._create(message, at))
        except NotBegun as fault:
            return RetryAfter(f"cannot reach Twilio ({fault})", shared=True)
        except Throttled as throttled:
            return verdict(429, _code(throttled.body), _delay(throttled.retry_after, at))
        except (TwilioRestException, TwilioServiceException) as refusal:
            return verdict(refusal.status, code_of(refusal.code))
        except (ClientError, OSError) as fault:
            return Unknown(f"no answer from Twilio ({type(fault).__name__})")
        except UNREADABLE:
            return Unknown("Twilio's answer cannot be understood")

    async def _create(self, message: Message, at: datetime) -> MessageInstance:
        return await self._poster.messages.create_async(
            to=message.address,
            body=message.text,
            from_=self._account.from_number or values.unset,
            messaging_service_sid=self._account.messaging_service_sid or values.unset,
            validity_period=_validity(message.expires_at - at),
            status_callback=self._callback or values.unset,
        )


def _validity(left: timedelta) -> int:
    """Whole seconds for which Twilio may keep the message in its queue."""
    return max(1, min(int(left.total_seconds()), LONGEST_VALIDITY))


def _outcome(created: MessageInstance) -> Outcome:
    if created.error_code is not None:
        code = code_of(created.error_code)
        return Unknown("Twilio reports an error without its code") if code is None else reported(code)
    if not isinstance(created.sid, str) or not created.sid:
        return Unknown("Twilio's answer names no message")
    return Accepted(created.sid)


def _code(body: str) -> int | None:
    with suppress(*UNREADABLE):
        return code_of(json.loads(body)["code"])
    return None


def _delay(retry_after: str | None, at: datetime) -> timedelta | None:
    """Retry-After in seconds or as an HTTP date (RFC 9110, 10.2.3); None when it is absent or senseless."""
    if retry_after is None:
        return None
    with suppress(ValueError, TypeError, OverflowError):  # TypeError: a date whose zone is "-0000" comes without one
        if retry_after.strip().isdigit():
            return timedelta(seconds=int(retry_after))
        return max(timedelta(0), parsedate_to_datetime(retry_after) - at)
    return None
