"""No field of an email lets anybody write a header: line breaks are refused wherever they hide."""

from __future__ import annotations

import base64
import email.policy
from email.message import EmailMessage
from email.parser import BytesParser
from email.policy import SMTP

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from config.accounts import SmtpAccount
from scheduler.channels.mime import Email, UnfitHeader, build
from tests.standins.fuzzing import examples
from tests.standins.letters import NOW, an_email

FIELDS = ("from_address", "reply_to", "address", "subject", "key", "name", "unsubscribe")
"""Whatever reaches an email from outside: the account's two mailboxes, the person's address, what a template makes
the subject and the text of, the key that the Message-ID is derived from, and the URL that ends the messages."""

PLAIN = [
    "From",
    "To",
    "Subject",
    "Date",
    "Message-ID",
    "Auto-Submitted",
    "List-Id",
    "MIME-Version",
    "Content-Type",
    "Content-Transfer-Encoding",
]
ONE_CLICK = ["List-Unsubscribe", "List-Unsubscribe-Post"]
ACCOUNT = SmtpAccount(host="localhost", from_address="legup <nudges@legup.example>")
CONTROL = {chr(code) for code in (*range(32), *range(127, 160), 0x2028, 0x2029)}

text = st.text(alphabet=st.one_of(st.characters(), st.sampled_from('\r\n\t\0\x85\u2028<>@,;:"\\()=?_ .')), max_size=60)
charset = st.sampled_from(["utf-8", "us-ascii", "iso-8859-1", "UTF-16", "utf-7", "no-such"])


def quoted(words: str, name: str) -> str:
    encoded = "".join(f"={byte:02X}" for byte in words.encode("utf-8", "replace"))
    return f"=?{name}?q?{encoded}?="


def based(words: str, name: str) -> str:
    return f"=?{name}?b?{base64.b64encode(words.encode('utf-8', 'replace')).decode()}?="


hidden = st.one_of(st.builds(quoted, text, charset), st.builds(based, text, charset))
anything = st.lists(st.one_of(text, hidden), min_size=1, max_size=3).map(" ".join)
line_break = st.sampled_from(["\r\n", "\n", "\r"])


def written(field: str, value: str) -> Email:
    """The email with this value in one of its fields. Raises UnfitHeader."""
    if field in {"from_address", "reply_to"}:
        return build(an_email(), ACCOUNT.model_copy(update={field: value}), NOW)
    if field == "name":  # a template puts the name into the text, and one of somebody's own perhaps into the subject
        return build(an_email(subject=f"Hello {value}", text=f"Hello {value}"), ACCOUNT, NOW)
    if field == "unsubscribe":
        return build(an_email(unsubscribe=f"https://legup.example/a/{value}"), ACCOUNT, NOW)
    return build(an_email(1, **{field: value}), ACCOUNT, NOW)


def mailbox(field: str, value: str) -> str:
    return f"{value} <sam@example.org>" if field in {"from_address", "reply_to", "address"} else value


@pytest.mark.parametrize("field", FIELDS)
@examples(0.6)
@given(value=anything, boxed=st.booleans())
@example(value="=?utf-8?q?Hello=0D=0ABcc:_everyone@example.org?=", boxed=True)
@example(value="a@example.org\r\nBcc: everyone@example.org", boxed=False)
def test_whatever_a_field_holds_the_email_has_the_headers_it_should_have_and_no_other(
    field: str, value: str, *, boxed: bool
) -> None:
    try:
        content = written(field, mailbox(field, value) if boxed else value).content
    except (UnfitHeader, UnicodeError):
        return
    received = BytesParser(EmailMessage, policy=email.policy.default).parsebytes(content)
    expected = [*PLAIN[:3], *(["Reply-To"] if field == "reply_to" else []), *PLAIN[3:7], *ONE_CLICK, *PLAIN[7:]]
    assert received.keys() == [each for each in expected if each in received]
    assert set(PLAIN[:-1]) <= set(received.keys())
    assert (set(ONE_CLICK) <= set(received.keys())) == (field == "unsubscribe")
    for name, shown in received.items():
        assert not CONTROL & set(str(shown)), name


@pytest.mark.parametrize("field", ["from_address", "reply_to", "address", "subject", "unsubscribe"])
@examples(0.3)
@given(before=text, broken=line_break, after=text, hide=st.sampled_from([None, quoted, based]))
def test_a_line_break_is_refused_in_every_field_plain_or_encoded(
    field: str, before: str, broken: str, after: str, hide: object
) -> None:
    value = f"{before}{broken}{after}"
    with pytest.raises(UnfitHeader):
        written(field, mailbox(field, hide(value, "utf-8") if callable(hide) else value))


@examples(0.6)
@given(st.emails() | st.from_regex(r"[a-z.+_-]{1,40}@[a-z.-]{1,40}", fullmatch=True))
def test_an_address_without_anything_special_is_written_as_the_standard_library_writes_it(address: str) -> None:
    try:
        mail = written("address", address)
    except UnfitHeader:
        return
    field = str(SMTP.header_factory("To", address).fold(policy=SMTP))
    assert field.encode() in mail.content
    assert mail.recipient == address


@examples(0.3)
@given(key=anything)
def test_a_message_id_is_made_of_a_hash_and_shows_nothing_of_its_key(key: str) -> None:
    try:
        identifier = written("key", key).message_id
    except UnicodeError:  # half a surrogate pair has no bytes to hash
        return
    assert len(identifier) == len(f"<{'0' * 32}@legup.example>")
    assert set(identifier[1:33]) <= set("0123456789abcdef")
