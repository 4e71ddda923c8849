"""A message as an email: headers, a plain-text part and an HTML part with the same content.

The standard library's email package knows how to write and fold a header. It does so once for each text, and what it
wrote is kept, for most of it is the same in thousands of emails.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
from binascii import b2a_qp
from dataclasses import dataclass, field
from datetime import datetime
from email.errors import MessageError
from email.header import decode_header, make_header
from email.headerregistry import Address
from email.policy import SMTP, SMTPUTF8, EmailPolicy
from email.utils import format_datetime, getaddresses
from functools import lru_cache
from typing import Any, TypeAlias

from email_validator import validate_email

from config.accounts import SmtpAccount
from scheduler.delivery.delivery import Message

LINE = 78
"""Characters after which a header line is folded (RFC 5322, 2.1.1)."""
LONGEST_URL = 900
"""Characters of an unsubscribe URL; with the field's name it has to fit into one line of 998 (RFC 5322, 2.1.1)."""

_Policy: TypeAlias = "EmailPolicy[Any]"

_kept = lru_cache(maxsize=256)
"""For what is the same in most emails: an account's mailboxes, and the subjects that are in use at one time."""

_SPECIALS = str.maketrans(dict.fromkeys('()<>[]:;@\\,."', " "))
"""What must stand in quotes in a name (RFC 5322, 3.2.3)."""
_URL = re.compile(rf"(?=.{{1,{LONGEST_URL}}}\Z)https://[A-Za-z0-9\[][A-Za-z0-9.:\]/_~%-]*")
"""Links of ours have no query: with a `?` in it, an encoded word could hide a line break even here."""
_PLAIN = re.compile(r"(?=.{3,64}\Z)[A-Za-z0-9_+-]+(?:\.[A-Za-z0-9_+-]+)*@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)*")
"""An address, as nearly all are, with nothing in it to quote, encode or fold: a field holds it as it is."""
_ONE_FIELD = re.compile(r"[^\r\n]*(?:\r\n[ \t][^\r\n]*)*")
"""A field with the lines that continue it (RFC 5322, 2.2.3)."""
_CONTROL = "holds a line break or another control character"
_UNFIT = frozenset({"Cc", "Cs", "Zl", "Zp"})
"""Control characters, halves of surrogate pairs, and the separators at which str.splitlines breaks lines."""


class UnfitHeader(ValueError):  # noqa: N818  it names what is wrong with the message
    """A header field cannot be written safely; the text names the field and never shows its value."""

    def __init__(self, field: str, problem: str) -> None:
        super().__init__(f"the email's {field} {problem}")


@dataclass(frozen=True, slots=True)
class Email:
    """A finished email, with the bare addresses that travel outside of it."""

    sender: str = field(repr=False)
    recipient: str = field(repr=False)
    content: bytes = field(repr=False)
    """As RFC 5322 wants it: every line ends in CRLF."""
    message_id: str
    international: bool
    """An address is not ASCII: the server must know SMTPUTF8 (RFC 6531)."""


def build(message: Message, account: SmtpAccount, now: datetime) -> Email:
    """The email of a message, dated `now`. Everything on the wire is ASCII unless an address itself is not.

    One click unsubscribes (RFC 8058) where the message has a URL for it that begins with https, as that RFC demands.

    Raises UnfitHeader when a field holds a line break or another control character, written plainly or hidden in
    an RFC 2047 encoded word (the standard library of Python 3.11 lets the latter inject headers), or no address or URL.
    Raises UnicodeError when a text is no Unicode.
    """
    sender, recipient = _address("From", account.from_address), _address("To", message.address)
    international = not (sender.addr_spec + recipient.addr_spec).isascii()
    policy: _Policy = SMTPUTF8 if international else SMTP
    digest = hashlib.sha256(message.key.encode()).hexdigest()[:32]
    message_id = f"<{digest}@{sender.domain}>"
    lines = [
        *(_line(field, value, policy) for field, value in _given(message, account, sender, recipient).items()),
        f"Date: {format_datetime(now)}",
        f"Message-ID: {message_id}",
        "Auto-Submitted: auto-generated",
        _line("List-Id", f"<legup.{sender.domain}>", policy),
        *_one_click(message.unsubscribe),
        "MIME-Version: 1.0",
    ]
    content = "".join(f"{line}\r\n" for line in lines).encode() + _body(message, f"=_{digest}")
    return Email(sender.addr_spec, recipient.addr_spec, content, message_id, international)


def _given(message: Message, account: SmtpAccount, sender: Address, recipient: Address) -> dict[str, str]:
    """The fields whose values others than legup have written."""
    _decoded("Subject", message.subject)
    fields = {"From": str(sender), "To": str(recipient), "Subject": message.subject}
    if account.reply_to is not None:
        fields["Reply-To"] = str(_address("Reply-To", account.reply_to))
    return fields


def _body(message: Message, boundary: str) -> bytes:
    """What follows the fields that all emails have. Quoted-printable never writes "=_" (RFC 2045, 6.7), so no line of a
    part can be the boundary."""
    text = _part("plain", message.text)
    if message.html is None:
        return text
    between = f"\r\n--{boundary}\r\n".encode()
    start = f'Content-Type: multipart/alternative;\r\n boundary="{boundary}"\r\n'.encode()
    return b"".join([start, between, text, between, _part("html", message.html), f"\r\n--{boundary}--\r\n".encode()])


def _part(kind: str, text: str) -> bytes:
    """Quoted-printable passes every server unchanged and stays readable in a raw view, which base64 does not."""
    head = f'Content-Type: text/{kind}; charset="utf-8"\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n'
    lines = text.encode().splitlines()
    return head.encode() + b2a_qp(b"".join(line + b"\r\n" for line in lines), istext=True)


def _one_click(url: str | None) -> tuple[str, ...]:
    """Never folded: the standard library would break a long URL up into encoded words, which nobody can follow."""
    if url is None or not url.startswith("https://"):
        return ()
    if not _URL.fullmatch(url):
        raise UnfitHeader("List-Unsubscribe", f"is not a URL of at most {LONGEST_URL} plain characters")
    return (f"List-Unsubscribe: <{url}>", "List-Unsubscribe-Post: List-Unsubscribe=One-Click")


def _line(field: str, value: str, policy: _Policy) -> str:
    return f"{field}: {value}" if _PLAIN.fullmatch(value) else _folded(field, value, policy)


@_kept
def _folded(field: str, value: str, policy: _Policy) -> str:
    """What is written is looked at once more: the header parser takes overlapping encoded words apart in another way
    than `decode_header`, and finds line breaks in them that this one did not."""
    try:
        folded = str(policy.header_factory(field, value).fold(policy=policy)).removesuffix("\r\n")
    except (MessageError, ValueError, IndexError) as fault:
        raise UnfitHeader(field, "cannot be written") from fault
    if not _ONE_FIELD.fullmatch(folded):
        raise UnfitHeader(field, _CONTROL)
    return folded


def _address(field: str, text: str) -> Address:
    if _PLAIN.fullmatch(text):
        return Address("", *text.split("@"))
    return _parsed(field, text)


@_kept
def _parsed(field: str, text: str) -> Address:
    _decoded(field, text)
    try:
        ((name, spec),) = getaddresses([text])
        if not spec.isascii():
            return _international(_foldable(field, _decoded(field, name), spec), spec)
        if "@" not in spec:
            raise UnfitHeader(field, "is not an address")
        return Address(_foldable(field, _decoded(field, name), spec), addr_spec=spec)
    except (MessageError, ValueError, IndexError) as fault:
        # The header parser of the standard library answers some odd addresses with an IndexError.
        raise UnfitHeader(field, "is not an address") from fault


def _foldable(field: str, name: str, spec: str) -> str:
    """A name that survives being folded. Where the line is too long, Python 3.11 loses the quotes of a name that needs
    them, and a comma in it would part the address in two."""
    quoted = len(name) + name.count('"') + name.count("\\")
    if len(f'{field}: "" <{spec}>') + quoted <= LINE:
        return name
    return " ".join(name.translate(_SPECIALS).split())


def _international(name: str, spec: str) -> Address:
    """A domain like bücher.example has an ASCII form (IDNA 2008) that every server knows; a local part has none.

    Raises email-validator's EmailNotValidError, a ValueError.
    """
    valid = validate_email(spec, check_deliverability=False)
    return Address(name, username=valid.local_part, domain=valid.ascii_domain)


@_kept
def _decoded(field: str, text: str) -> str:
    """What a mail program shows for this text, RFC 2047 encoded words taken apart."""
    _refuse_control_characters(field, text)
    try:
        shown = str(make_header(decode_header(text)))
    except (MessageError, ValueError, LookupError) as fault:
        raise UnfitHeader(field, "holds a broken encoded word") from fault
    _refuse_control_characters(field, shown)
    return shown


def _refuse_control_characters(field: str, text: str) -> None:
    if any(unicodedata.category(character) in _UNFIT for character in text):
        raise UnfitHeader(field, _CONTROL)
