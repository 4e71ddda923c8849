"""What Twilio's refusals mean. Pure. Twilio's own words hold the number, so ours are used, with its code.

Twilio asks not to build on its codes for ever; hence the status decides whenever a code is not listed.
"""

from __future__ import annotations

from datetime import timedelta

from scheduler.delivery.outcome import AccountRefused, OptedOut, Outcome, Refused, RetryAfter, Unknown

_OPTED_OUT = {21610: "the person said STOP to this sender"}

_LATER = {
    14107: "too many messages at once",
    20429: "too many requests at once",
    21611: "the sender's queue is full",
    30001: "the sender's queue is full",
    30022: "too many messages at once for the carrier",
    63017: "too many messages at once",
}

_ACCOUNT = {
    10001: "the account is not active",
    20003: "the credentials are wrong",
    20005: "the account is not active",
    20006: "the credentials may not send",
    20008: "test credentials cannot send",
    20403: "the credentials may not send",
    20404: "the account or the address of the API is wrong",
    21212: "from_number is not a valid sender",
    21603: "no sender: set from_number or messaging_service_sid",
    21606: "from_number cannot send messages",
    21607: "from_number cannot send messages",
    21659: "from_number is not a number of Twilio's",
    21660: "from_number belongs to another account",
    21661: "from_number cannot send SMS",
    21701: "messaging_service_sid does not exist",
    21703: "the Messaging Service has no sender",
    21704: "the Messaging Service has no sender",
    21705: "messaging_service_sid is not valid",
    30002: "the account is suspended",
    30023: "the account's daily limit is reached",
    30032: "the toll-free sender is not verified",
    30033: "the sender's campaign is suspended",
    30034: "the sender is not registered for the carrier (A2P 10DLC)",
    60728: "the account's hourly limit is reached",
    63038: "the account's daily limit is reached",
    90010: "the account is not active",
}
"""Codes that would meet every message: the breaker opens, nothing is lost."""

_MESSAGE = {
    21211: "not a valid phone number",
    21214: "the number cannot be reached",
    21217: "not a valid phone number",
    21265: "a short code cannot receive messages",
    21266: "the number is the sender's own",
    21408: "sending to the number's country is switched off in the account",
    21602: "the text is empty",
    21604: "no number",
    21608: "a trial account sends to verified numbers only",
    21612: "the sender cannot reach this number",
    21614: "not a mobile number",
    21617: "the text is too long",
    21635: "a landline cannot receive messages",
    30003: "the phone cannot be reached",
    30004: "the message is blocked",
    30005: "the number is unknown or no longer in use",
    30006: "a landline, or a carrier that cannot be reached",
    30007: "the carrier filtered the message",
    30036: "its life ended in Twilio's queue",
    30044: "too long for a trial account",
}
"""Codes that concern this number or this text: a definite failure, and a second channel may follow."""


UNREADABLE = (ValueError, TypeError, AttributeError, LookupError, OverflowError, RecursionError)
"""What Twilio's library raises when an answer is no JSON, JSON of another shape, or nested without end."""


def verdict(status: int, code: int | None, delay: timedelta | None = None) -> Outcome:
    """What an answer with this HTTP status (300 or more) and Twilio code means; `delay` is its Retry-After.

    A 5xx may come from a machine in front of the one that took the message, so it is Unknown, whatever its code.
    """
    if status >= 500:
        return Unknown(f"Twilio had a fault of its own (HTTP {status})")
    if (refused := _by_code(code, delay)) is not None:
        return refused
    named = f"HTTP {status}" if code is None or code == status else f"HTTP {status}, code {code}"
    if status in {401, 402, 403, 404, 407}:
        return AccountRefused(f"Twilio refuses the account ({named}); check `twilio`")
    if status in {408, 425, 429}:
        return RetryAfter(f"Twilio cannot take the message now ({named})", delay, shared=True)
    if status < 400:
        return Unknown(f"the API answered with a redirection ({named}); check `twilio.base_url`")
    return Refused(f"Twilio refuses the message ({named})")


def reported(code: int) -> Outcome:
    """What an error code in an otherwise accepted message means."""
    return _by_code(code, None) or Refused(f"Twilio refuses the message (code {code})")


def _by_code(code: int | None, delay: timedelta | None) -> Outcome | None:
    if code is None:
        return None
    if code in _OPTED_OUT:
        return OptedOut(f"{_OPTED_OUT[code]} ({code})")
    if code in _ACCOUNT:
        return AccountRefused(f"Twilio: {_ACCOUNT[code]} ({code}); check `twilio`")
    if code in _LATER:
        return RetryAfter(f"Twilio: {_LATER[code]} ({code})", delay, shared=True)
    if code in _MESSAGE:
        return Refused(f"Twilio: {_MESSAGE[code]} ({code})")
    return None


def code_of(written: object) -> int | None:
    """A Twilio code as an answer holds it; None for what is not one: they have five digits."""
    return written if isinstance(written, int) and 10_000 <= written <= 99_999 else None
