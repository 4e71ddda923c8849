"""Phone numbers, email addresses and Apprise URLs: read, judged, and masked for anything a person may see of them."""

from __future__ import annotations

import re
from email.utils import getaddresses
from functools import lru_cache
from urllib.parse import urlsplit

import phonenumbers
from email_validator import EmailNotValidError, validate_email

from config.dialling import stands_as_it_is

PLAIN_NAME = re.compile(r"(?=.{1,64}$)[a-z0-9_+-]+(?:\.[a-z0-9_+-]+)*")
"""Before the @: nothing in it to normalise."""
LONGEST_DOMAIN = 254 - len("@") - 64
"""With any name before it an address is then short enough."""
PHONE_EXAMPLE = '"+44 7700 900123"'


def read_phone(text: str) -> str:
    """A number that can exist, as E.164. Raises ValueError with a masked text."""
    if stands_as_it_is(text):
        return text
    if not text.strip().startswith(("+", "\N{FULLWIDTH PLUS SIGN}")):
        raise ValueError(f"the number {mask_phone(text)} lacks its country code: write it like {PHONE_EXAMPLE}")
    try:
        number = phonenumbers.parse(text, None)
    except phonenumbers.NumberParseException:
        raise ValueError(f"not a phone number: {mask_phone(text)}; write it like {PHONE_EXAMPLE}") from None
    reason = phonenumbers.is_possible_number_with_reason(number)
    if reason != phonenumbers.ValidationResult.IS_POSSIBLE:
        long = reason == phonenumbers.ValidationResult.TOO_LONG
        why = "it has too many digits" if long else "it has too few digits or no such country code"
        raise ValueError(f"the number {mask_phone(text)} cannot exist: {why}")
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def is_assigned(phone: str) -> bool:
    """Whether the number lies in a range its country gives out. Numbers kept for films and tests do not."""
    return stands_as_it_is(phone) or phonenumbers.is_valid_number(phonenumbers.parse(phone, None))


def read_email(text: str) -> str:
    """An address of the right form, normalised; no DNS is asked. Raises ValueError with a masked text."""
    if "=?" in text:  # legal in an address, but mail programs would show another one
        raise ValueError(f"not an email address: {mask_email(text)}; an encoded word (=?...?=) does not belong in one")
    try:
        name, _, domain = text.rpartition("@")
        if PLAIN_NAME.fullmatch(name) and domain.isascii() and len(domain) <= LONGEST_DOMAIN:
            return f"{name}@{_domain(domain)}"
        return validate_email(text, check_deliverability=False).normalized
    except EmailNotValidError as error:
        # A reason with quotes repeats characters of the address.
        told = str(error).rstrip(".")
        reason = "a character in it is not allowed" if "'" in told else told[:1].lower() + told[1:]
        raise ValueError(f"not an email address: {mask_email(text)}; {reason}") from None


@lru_cache(maxsize=4096)
def _domain(text: str) -> str:
    """A domain, normalised. A roster of a million addresses has few of them. Raises EmailNotValidError."""
    return validate_email(f"x@{text}", check_deliverability=False).domain


def read_mailbox(text: str) -> str:
    """`nudges@example.org`, or with a name before it. Raises ValueError with a masked text."""
    if not text.isprintable() or "=?" in text:
        raise ValueError("a line break, another control character or an encoded word (=?...?=): write the name plainly")
    mailboxes = getaddresses([text])
    if len(mailboxes) != 1:
        raise ValueError('one address belongs here; with a name it is written "legup <nudges@example.org>"')
    read_email(mailboxes[0][1] or text)
    return text


def read_sms_sender(text: str) -> str:
    """A number as E.164, or a short code or name of up to eleven letters and digits as it is."""
    name = text.replace(" ", "")
    return text if name.isascii() and name.isalnum() and len(text) <= 11 else read_phone(text)


def read_apprise_url(text: str) -> str:
    """A URL with a scheme, such as `ntfy://topic`. It is a secret: the error repeats nothing of it."""
    scheme, colon, rest = text.strip().partition("://")
    if not (colon and rest and scheme.isascii() and scheme.isalnum()):
        raise ValueError('not an Apprise URL: one looks like "ntfy://topic" (its text is not shown: it is a secret)')
    return text.strip()


def read_heartbeat_url(text: str) -> str:
    """A URL with http or https and a host. It is a secret: the error repeats nothing of it."""
    url = text.strip()
    try:
        parts = urlsplit(url)
        sound = parts.scheme in {"https", "http"} and bool(parts.hostname) and parts.port != 0
    except ValueError:
        sound = False
    if not sound or " " in url or not (url.isascii() and url.isprintable()):
        raise ValueError(
            "a heartbeat URL begins with https:// or http:// and a host, and holds no blanks "
            "(its text is not shown: it is a secret)"
        )
    return url


def mask_phone(text: str) -> str:
    """`...23`: the last two digits of at least seven, enough to tell two numbers of a family apart."""
    digits = [character for character in text if character.isdecimal()]
    return f'"...{"".join(digits[-2:])}"' if len(digits) >= 7 else '"..."'


def mask_email(text: str) -> str:
    """`s...@e...`: first letters only."""
    name, at, domain = text.strip().rpartition("@")
    return f'"{name[:1]}...@{domain[:1]}..."' if at else '"..."'
