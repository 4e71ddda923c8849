"""An email as it goes out: its headers, its parts, and what can never get into them."""

import email.policy
from base64 import b64encode
from email.message import EmailMessage
from email.parser import BytesParser
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from config.accounts import SmtpAccount
from scheduler.channels.mime import Email, UnfitHeader, build
from tests.standins.letters import NOW, an_email

ACCOUNT = SmtpAccount(host="localhost", from_address="legup <nudges@legup.example>")
HEADERS = [
    "From",
    "To",
    "Subject",
    "Date",
    "Message-ID",
    "Auto-Submitted",
    "List-Id",
    "MIME-Version",
    "Content-Type",
]


def sent(mail: Email) -> EmailMessage:
    """What a reader's program gets."""
    return BytesParser(EmailMessage, policy=email.policy.default).parsebytes(mail.content)


def account(**changes: Any) -> SmtpAccount:
    return ACCOUNT.model_copy(update=changes)


def test_an_email_has_the_headers_of_an_automatic_message() -> None:
    mail = sent(build(an_email(subject="Vor dem Schlafen: ä"), ACCOUNT, NOW))
    assert mail["From"] == "legup <nudges@legup.example>"
    assert mail["To"] == "sam1@example.org"
    assert mail["Subject"] == "Vor dem Schlafen: ä"
    assert mail["Date"].datetime == NOW
    assert mail["Auto-Submitted"] == "auto-generated"
    assert mail["List-Id"] == "<legup.legup.example>"
    assert mail["Reply-To"] is None


def test_replies_go_where_the_account_wants_them() -> None:
    mail = sent(build(an_email(), account(reply_to="Help <help@legup.example>"), NOW))
    assert mail["Reply-To"] == "Help <help@legup.example>"


def test_the_message_id_is_the_same_for_every_attempt_of_a_delivery_and_only_for_those() -> None:
    first, second = (build(an_email(attempt=number), ACCOUNT, NOW).message_id for number in (1, 2))
    other = build(an_email(2), ACCOUNT, NOW).message_id
    assert first == second != other
    assert first.endswith("@legup.example>")
    assert "hydration" not in first


def test_text_and_html_are_alternatives_and_travel_as_ascii() -> None:
    mail = build(an_email(text="Trinken Sie ein Glas Wasser: für die Waden.", html="<p>für</p>"), ACCOUNT, NOW)
    assert mail.content.isascii()
    assert sent(mail).get_content_type() == "multipart/alternative"
    plain, html = sent(mail).iter_parts()
    assert plain.get_content().strip() == "Trinken Sie ein Glas Wasser: für die Waden."
    assert html.get_content().strip() == "<p>für</p>"


def test_without_html_there_is_only_text() -> None:
    assert sent(build(an_email(html=None), ACCOUNT, NOW)).get_content_type() == "text/plain"


def test_a_name_that_is_not_ascii_reaches_the_reader() -> None:
    mail = sent(build(an_email(), account(from_address="Hebammenpraxis Müller <nudges@legup.example>"), NOW))
    assert mail["From"] == "Hebammenpraxis Müller <nudges@legup.example>"


def test_a_name_whose_line_is_folded_stays_one_name() -> None:
    long = '"Midwives of the North, South and East (with the West)" <nudges-and-more@a-long-name.legup.example>'
    mail = sent(build(an_email(), account(from_address=long), NOW))
    (address,) = mail["From"].addresses
    assert address.display_name == "Midwives of the North South and East with the West"
    short = sent(build(an_email(), account(from_address='"North, South" <nudges@legup.example>'), NOW))
    assert short["From"].addresses[0].display_name == "North, South"


def test_an_international_domain_is_written_in_its_ascii_form() -> None:
    assert build(an_email(address="sam@bücher.example"), ACCOUNT, NOW).recipient == "sam@xn--bcher-kva.example"


def test_an_international_local_part_stays_as_it_is() -> None:
    mail = build(an_email(address="zoë@example.org"), ACCOUNT, NOW)
    assert mail.international
    assert mail.recipient == "zoë@example.org"
    assert "To: zoë@example.org\r\n".encode() in mail.content


UNSUBSCRIBE = "https://legup.example/a/" + "WyJkQ0xLdFd0a1gy" * 12 + ".tCm-_0"


def test_an_email_says_how_to_unsubscribe_with_one_click() -> None:
    mail = build(an_email(unsubscribe=UNSUBSCRIBE), ACCOUNT, NOW)
    assert sent(mail)["List-Unsubscribe"] == f"<{UNSUBSCRIBE}>"
    assert sent(mail)["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"


def test_the_url_to_unsubscribe_travels_whole_however_long_it_is() -> None:
    # RFC 8058 wants the URL as it is; Python's own folding would hide the end of it in an encoded word.
    for address in ("sam@example.org", "zoë@example.org"):
        mail = build(an_email(address=address, unsubscribe=UNSUBSCRIBE), ACCOUNT, NOW)
        assert f"List-Unsubscribe: <{UNSUBSCRIBE}>" in mail.content.decode().splitlines()


@pytest.mark.parametrize("unsubscribe", [None, "http://legup.example/a/b"])
def test_without_https_no_header_speaks_of_unsubscribing(unsubscribe: str | None) -> None:
    assert sent(build(an_email(unsubscribe=unsubscribe), ACCOUNT, NOW)).keys() == HEADERS


@pytest.mark.parametrize(
    "url",
    [
        "https://",
        "https://legup.example/a b",
        "https://legup.example/\r\nBcc: everyone@example.org",
        "https://legup.example/\n",
        "https://legup.example/>, <mailto:x@example.org",
        "https://legup.example/=?utf-8?q?x=0ABcc:_x@example.org?=\u2028",
        "https://legup.example/ü",
        "https://legup.example/" + "a" * 900,
    ],
)
def test_what_is_no_plain_url_is_refused_without_being_shown(url: str) -> None:
    with pytest.raises(UnfitHeader, match="List-Unsubscribe is not a URL") as refused:
        build(an_email(unsubscribe=url), ACCOUNT, NOW)
    assert "example" not in str(refused.value)


BREAKS = ["\r\n", "\n", "\r", "\x00", "\x85", "\u2028", "\ud800"]


@pytest.mark.parametrize("unfit", BREAKS)
def test_a_subject_with_a_line_break_is_refused(unfit: str) -> None:
    with pytest.raises(UnfitHeader, match="Subject holds a line break"):
        build(an_email(subject=f"Hello{unfit}Bcc: everyone@example.org"), ACCOUNT, NOW)


@pytest.mark.parametrize(
    "word",
    [
        "=?utf-8?q?Hello=0D=0ABcc:_everyone@example.org?=",
        "=?utf-8?q?Hello=0ABcc:_everyone@example.org?=",
        "=?utf-8?b?SGVsbG8KQmNjOiBldmVyeW9uZUBleGFtcGxlLm9yZw==?=",
    ],
)
def test_a_line_break_hidden_in_an_encoded_word_is_refused_in_every_field(word: str) -> None:
    with pytest.raises(UnfitHeader, match="Subject"):
        build(an_email(subject=word), ACCOUNT, NOW)
    with pytest.raises(UnfitHeader, match="To"):
        build(an_email(address=f"{word} <sam@example.org>"), ACCOUNT, NOW)
    with pytest.raises(UnfitHeader, match="From"):
        build(an_email(), account(from_address=f"{word} <nudges@legup.example>"), NOW)
    with pytest.raises(UnfitHeader, match="Reply-To"):
        build(an_email(), account(reply_to=f"{word} <help@legup.example>"), NOW)


@pytest.mark.parametrize("before", ["=?utf-8?q?a ", "Time to drink, =?utf-8?q?a "])
def test_a_line_break_in_an_encoded_word_that_another_one_overlaps_is_refused(before: str) -> None:
    hidden = "=?us-ascii?b?" + b64encode(b"\r\nBcc: x@example.org\r\nX: ").decode() + "?="
    with pytest.raises(UnfitHeader, match="Subject holds a line break"):
        build(an_email(subject=before + hidden), ACCOUNT, NOW)


def test_an_address_that_the_library_cannot_write_is_refused() -> None:
    with pytest.raises(UnfitHeader, match="From"):
        build(an_email(), account(from_address="=?utf-8?q?=0D=0A <nudges@legup.example>"), NOW)


@pytest.mark.parametrize("word", ["=?nonsense?q?hello?=", "=?utf-8?b?a?="])
def test_a_broken_encoded_word_is_refused(word: str) -> None:
    with pytest.raises(UnfitHeader, match="broken encoded word"):
        build(an_email(subject=word), ACCOUNT, NOW)


@pytest.mark.parametrize(
    "address",
    [
        "",
        "sam",
        "sam@",
        "<>",
        "sam@bü..cher",
        "sam smith@example.org",
        "sam@example.org, x@example.org",
        "sam@example.org\r\nBcc: x@example.org",
        "a@b@c",
        "@",
    ],
)
def test_what_is_no_address_is_refused_without_being_shown(address: str) -> None:
    with pytest.raises(UnfitHeader, match="email's To") as refused:
        build(an_email(address=address), ACCOUNT, NOW)
    assert "sam" not in str(refused.value)


@settings(max_examples=150, deadline=None)
@given(st.text(max_size=120), st.sampled_from(["", "=?utf-8?q?", "=?utf-8?b?"]), st.sampled_from(["", "?="]))
def test_no_subject_at_all_adds_or_changes_a_header(text: str, opening: str, closing: str) -> None:
    try:
        mail = build(an_email(subject=f"{opening}{text}{closing}"), ACCOUNT, NOW)
    except UnfitHeader:
        return
    received = sent(mail)
    assert received.keys() == HEADERS
    assert received["To"] == "sam1@example.org"
    assert len(list(received.iter_parts())) == 2
