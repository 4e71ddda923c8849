"""A message as an email: headers, a plain-text part and an HTML part with the same content."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Mapping
from datetime import datetime
from email.errors import MessageError
from email.header import decode_header, make_header
from email.headerregistry import Address, BaseHeader, HeaderRegistry, UnstructuredHeader
from email.message import EmailMessage
from email.policy import SMTP, Policy
from email.utils import getaddresses
from functools import lru_cache
from typing import Any

from email_validator import validate_email

from config.accounts import SmtpAccount
from scheduler.delivery.delivery import Message

LINE = 78
"""Characters after which a header line is folded (RFC 5322, 2.1.1)."""
LONGEST_URL = 900
"""Characters of an unsubscribe URL; with the field's name it has to fit into one line of 998 (RFC 5322, 2.1.1)."""


class _WholeLine(UnstructuredHeader, BaseHeader):
    """A header that is never folded: Python would break a long URL up into encoded words, which nobody can follow."""

    def fold(self, *, policy: Policy[Any]) -> str:
        return f"{self.name}: {self}{policy.linesep}"


class _Registry(HeaderRegistry):
    """One type per field. The standard library makes a new one for each field of each email, which takes it a third of
    the time it needs to write an email."""

    def __init__(self) -> None:
        super().__init__()
        self._types: dict[str, type[Any]] = {}

    def __getitem__(self, name: str) -> type[Any]:
        known = self._types.get(name)
        if known is None:
            known = self._types[name] = super().__getitem__(name)
        return known


_REGISTRY = _Registry()
_REGISTRY.map_to_type("List-Unsubscribe", _WholeLine)
POLICY = SMTP.clone(cte_type="7bit", max_line_length=LINE, header_factory=_REGISTRY)
"""How legup's email is written: for the wire, in ASCII (unless cloned with utf8=True for an address that is not)."""


_SPECIALS = str.maketrans(dict.fromkeys('()<>[]:;@\\,."', " "))
"""What must stand in quotes in a name (RFC 5322, 3.2.3)."""
_URL = re.compile(rf"(?=.{{1,{LONGEST_URL}}}\Z)https://[A-Za-z0-9\[][A-Za-z0-9.:\]/_~%-]*")
"""Links of ours have no query: with a `?` in it, an encoded word could hide a line break even here."""
_UNFIT = frozenset({"Cc", "Cs", "Zl", "Zp"})
"""Control characters, halves of surrogate pairs, and the separators at which str.splitlines breaks lines."""


class UnfitHeader(ValueError):  # noqa: N818  it names what is wrong with the message
    """A header field cannot be written safely; the text names the field and never shows its value."""

    def __init__(self, field: str, problem: str) -> None:
        super().__init__(f"the email's {field} {problem}")


def build(message: Message, account: SmtpAccount, now: datetime) -> EmailMessage:
    """The email of a message, dated `now`. Everything on the wire is ASCII unless an address itself is not.

    One click unsubscribes (RFC 8058) where the message has a URL for it that begins with https, as that RFC demands.

    Raises UnfitHeader when a field holds a line break or another control character, written plainly or hidden in
    an RFC 2047 encoded word (the standard library of Python 3.11 lets the latter inject headers), or no address or URL.
    """
    sender = _own_address("From", account.from_address)
    mail = EmailMessage(policy=POLICY)
    for field, value in _addressed(message, account, sender).items():
        mail[field] = _checked(field, value)
    mail["Date"] = now
    digest = hashlib.sha256(message.key.encode()).hexdigest()[:32]
    mail["Message-ID"] = f"<{digest}@{sender.domain}>"
    mail["Auto-Submitted"] = "auto-generated"
    mail["List-Id"] = f"<legup.{sender.domain}>"
    if message.unsubscribe is not None and message.unsubscribe.startswith("https://"):
        mail["List-Unsubscribe"] = f"<{_url(message.unsubscribe)}>"
        mail["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    # Quoted-printable passes every server unchanged and stays readable in a raw view, which base64 does not.
    mail.set_content(message.text, cte="quoted-printable")
    if message.html is not None:
        mail.add_alternative(message.html, subtype="html", cte="quoted-printable")
        # Quoted-printable never writes "=_" (RFC 2045, 6.7), so no line of a part can be the boundary. To look for one
        # that none is, the standard library compiles an expression per email, for a tenth of the time it takes.
        mail.set_boundary(f"=_{digest}")
    return mail


def _addressed(message: Message, account: SmtpAccount, sender: Address) -> Mapping[str, str | Address]:
    fields: dict[str, str | Address] = {
        "From": sender,
        "To": _address("To", message.address),
        "Subject": message.subject,
    }
    if account.reply_to is not None:
        fields["Reply-To"] = _own_address("Reply-To", account.reply_to)
    return fields


@lru_cache(maxsize=8)
def _own_address(field: str, text: str) -> Address:
    """One of the account's, the same in every email."""
    return _address(field, text)


def _address(field: str, text: str) -> Address:
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


def _url(url: str) -> str:
    if not _URL.fullmatch(url):
        raise UnfitHeader("List-Unsubscribe", f"is not a URL of at most {LONGEST_URL} plain characters")
    return url


def _checked(field: str, value: str | Address) -> str | Address:
    if isinstance(value, str):
        _decoded(field, value)
    return value


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
        raise UnfitHeader(field, "holds a line break or another control character")
