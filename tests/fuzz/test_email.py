"""Whatever an email is made of: refused, or well formed, with the headers it should have and no other."""

from __future__ import annotations

import email.policy
from email.message import EmailMessage
from email.parser import Parser

from hypothesis import given
from hypothesis import strategies as st

from config.accounts import SmtpAccount
from config.contact import read_email, read_mailbox
from scheduler.channels.mime import Email, UnfitHeader, build
from tests.standins.fuzzing import AWKWARD, examples, texts, with_slips
from tests.standins.letters import NOW, an_email

FIXED = ["Date", "Message-ID", "Auto-Submitted", "List-Id"]
CONTENT = ["MIME-Version", "Content-Type", "Content-Transfer-Encoding"]
MAILBOXES = (
    "sam@example.org",
    "legup <nudges@example.org>",
    '"Sam, the \\"first\\"" <sam@example.org>',
    "Zo\u00eb <zo\u00eb@b\u00fccher.example>",
    "=?utf-8?q?Sam=0ABcc:_x@example.org?= <sam@example.org>",
    "(comment) sam@[127.0.0.1]",
    "Team: a@example.org, b@example.org;",
)
mailboxes = st.sampled_from(MAILBOXES).flatmap(with_slips) | st.sampled_from(MAILBOXES) | texts
bodies = texts.map(lambda text: text.encode("utf-8", "replace").decode())
"""Texts come from files that were read as UTF-8."""
headers = (
    texts
    | st.sampled_from(MAILBOXES).flatmap(with_slips)
    | st.sampled_from(AWKWARD).map(lambda text: f"=?utf-8?q?{text}?=")
)


def parsed(mail: Email) -> EmailMessage:
    """What a mail program makes of what goes over the wire."""
    assert mail.content.isascii() or mail.international
    return Parser(EmailMessage, policy=email.policy.default).parsestr(mail.content.decode())


urls = st.none() | headers | headers.map("https://legup.example/".__add__)


@given(mailboxes, mailboxes, st.none() | mailboxes, headers, st.tuples(bodies, st.none() | bodies), urls)
@examples(1)
def test_any_email_is_refused_or_well_formed(
    sender: str, to: str, reply_to: str | None, subject: str, parts: tuple[str, str | None], url: str | None
) -> None:
    text, html = parts
    account = SmtpAccount(host="localhost", from_address="nudges@example.org").model_copy(
        update={"from_address": sender, "reply_to": reply_to}
    )
    try:
        mail = build(an_email(address=to, subject=subject, text=text, html=html, unsubscribe=url), account, NOW)
    except UnfitHeader:
        return
    received = parsed(mail)
    replies = [] if reply_to is None else ["Reply-To"]
    body = CONTENT if html is None else CONTENT[:2]
    one_click = ["List-Unsubscribe", "List-Unsubscribe-Post"] if url and url.startswith("https://") else []
    assert sorted(received.keys()) == sorted(["From", "To", "Subject", *replies, *FIXED, *one_click, *body])
    assert len(received["To"].addresses) == len(received["From"].addresses) == 1
    assert received["To"].addresses[0].addr_spec == mail.recipient
    assert received["Auto-Submitted"] == "auto-generated"
    assert received["List-Id"].startswith("<legup.")
    assert len(list(received.walk())) == (1 if html is None else 3)


@given(mailboxes)
@examples(1)
def test_an_address_the_configuration_takes_is_one_an_email_can_go_to(text: str) -> None:
    try:
        address = read_email(text)
    except ValueError:
        return
    mail = build(an_email(address=address), SmtpAccount(host="localhost", from_address="nudges@example.org"), NOW)
    assert len(parsed(mail)["To"].addresses) == 1


@given(mailboxes)
@examples(1)
def test_a_sender_the_configuration_takes_is_one_an_email_can_come_from(text: str) -> None:
    try:
        sender = read_mailbox(text)
    except ValueError:
        return
    mail = build(an_email(), SmtpAccount(host="localhost", from_address=sender), NOW)
    assert len(parsed(mail)["From"].addresses) == 1
