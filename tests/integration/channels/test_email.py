"""Email to a real SMTP server that refuses, hangs and hangs up at every step."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from config.accounts import SmtpAccount, SmtpSecurity
from scheduler.channels import email as email_channel
from scheduler.channels.email import EmailChannel
from scheduler.channels.unavailable import ChannelUnavailable
from scheduler.delivery.delivery import Message
from scheduler.delivery.outcome import Accepted, AccountRefused, Outcome, Refused, RetryAfter, Unknown
from tests.integration.channels.test_sms import closed_port
from tests.standins.certificates import make_certificate
from tests.standins.letters import NOW, an_email
from tests.standins.smtp import USER, Reaction, SmtpStandIn, Trouble


@pytest.fixture(params=[False, True], ids=["", "pipelining"])
def smtp(tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[SmtpStandIn]:
    with SmtpStandIn(tmp_path, pipelining=request.param) as standin:
        yield standin


@pytest.fixture
def channel(smtp: SmtpStandIn) -> Iterator[EmailChannel]:
    channel = EmailChannel(smtp.account(), concurrency=2)
    yield channel
    channel.close()


def send_one(channel: EmailChannel, message: Message | None = None) -> Outcome:
    ((_, outcome),) = channel.send([message or an_email()], NOW)
    return outcome


def send_through(account: SmtpAccount, message: Message | None = None, **settings: Any) -> Outcome:
    channel = EmailChannel(account, concurrency=1, **settings)
    outcome = send_one(channel, message)
    channel.close()
    return outcome


@pytest.mark.parametrize("security", list(SmtpSecurity))
def test_an_email_arrives_once_signed_in_and_protected_as_asked(tmp_path: Path, security: SmtpSecurity) -> None:
    with SmtpStandIn(tmp_path, security=security) as smtp:
        outcome = send_through(smtp.account())
        (letter,) = smtp.wait_for(1)
    assert outcome == Accepted(letter.mail["Message-ID"])
    assert letter.sender == "nudges@legup.example"
    assert letter.recipients == ("sam1@example.org",)
    assert letter.user == USER
    assert letter.part("plain").strip() == an_email().text
    assert letter.part("html").strip() == "<p>Nudge 1</p>"


def test_without_a_user_name_nobody_signs_in(tmp_path: Path) -> None:
    with SmtpStandIn(tmp_path, security=SmtpSecurity.NONE) as smtp:
        assert isinstance(send_through(smtp.account(username=None, password=None)), Accepted)
        assert smtp.wait_for(1)[0].user is None


def test_one_click_unsubscribes_and_the_inbox_gets_its_url_whole(smtp: SmtpStandIn, channel: EmailChannel) -> None:
    url = "https://legup.example/a/" + "WyJkQ0xLdFd0a1gy" * 20
    assert isinstance(send_one(channel, an_email(unsubscribe=url)), Accepted)
    (letter,) = smtp.wait_for(1)
    assert letter.mail["List-Unsubscribe"] == f"<{url}>"
    assert letter.mail["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"


def test_lines_that_begin_with_a_dot_arrive_as_they_are(smtp: SmtpStandIn, channel: EmailChannel) -> None:
    text = ".first\n..second\n\n.\nlast"
    send_one(channel, an_email(text=text, html=None))
    assert smtp.wait_for(1)[0].part("plain").strip() == text


def test_connections_are_kept_from_batch_to_batch(smtp: SmtpStandIn, channel: EmailChannel) -> None:
    for number in range(5):
        assert isinstance(send_one(channel, an_email(number)), Accepted)
    assert smtp.connections == 1


def test_no_more_connections_than_the_concurrency_are_opened(smtp: SmtpStandIn, channel: EmailChannel) -> None:
    outcomes = [outcome for _, outcome in channel.send([an_email(number) for number in range(20)], NOW)]
    assert all(isinstance(outcome, Accepted) for outcome in outcomes)
    assert smtp.connections <= 2
    assert len(smtp.letters.all()) == 20


def test_a_connection_dropped_while_idle_is_replaced_and_the_message_sent_once(
    smtp: SmtpStandIn, channel: EmailChannel
) -> None:
    send_one(channel, an_email(1))
    smtp.drop_connections()
    assert isinstance(send_one(channel, an_email(2)), Accepted)
    assert smtp.connections == 2
    assert [letter.recipients for letter in smtp.wait_for(2)] == [("sam1@example.org",), ("sam2@example.org",)]


@pytest.mark.parametrize("reaction", ["421 4.3.0 idle for too long", Trouble.DROP, Trouble.HANG])
def test_a_kept_connection_that_fails_at_once_is_replaced(
    smtp: SmtpStandIn, channel: EmailChannel, reaction: Reaction
) -> None:
    send_one(channel, an_email(1))
    smtp.script("MAIL", reaction)
    assert isinstance(send_one(channel, an_email(2)), Accepted)
    assert len(smtp.wait_for(2)) == 2


def test_a_new_connection_that_fails_at_once_is_not(smtp: SmtpStandIn, channel: EmailChannel) -> None:
    smtp.script("MAIL", Trouble.DROP, Trouble.DROP)
    assert isinstance(send_one(channel), RetryAfter)
    assert smtp.connections == 1


def test_connections_that_were_idle_for_long_are_not_trusted_again(
    smtp: SmtpStandIn, channel: EmailChannel, monkeypatch: pytest.MonkeyPatch
) -> None:
    send_one(channel)
    monkeypatch.setattr(email_channel, "IDLE", -1.0)
    assert isinstance(send_one(channel), Accepted)
    assert smtp.connections == 2


@pytest.mark.parametrize(
    ("step", "reaction", "kind"),
    [
        ("GREETING", "421 4.3.2 closing", RetryAfter),
        ("GREETING", "554 5.7.1 your address is on a list", AccountRefused),
        ("GREETING", "nonsense", RetryAfter),
        ("GREETING", Trouble.DROP, RetryAfter),
        ("GREETING", Trouble.HANG, RetryAfter),
        ("EHLO", Trouble.DROP, RetryAfter),
        ("EHLO", Trouble.HANG, RetryAfter),
        ("EHLO", "250 no extensions at all", AccountRefused),
        ("STARTTLS", "454 4.7.0 not now", RetryAfter),
        ("STARTTLS", Trouble.DROP, RetryAfter),
        ("AUTH", "535 5.7.8 wrong", AccountRefused),
        ("AUTH", "534 5.7.9 use an app password", AccountRefused),
        ("AUTH", "454 4.7.0 not now", RetryAfter),
        ("AUTH", Trouble.HANG, RetryAfter),
        ("MAIL", "451 4.3.0 not now", RetryAfter),
        ("MAIL", "421 4.3.0 closing", RetryAfter),
        ("MAIL", "530 5.7.0 sign in first", AccountRefused),
        ("MAIL", "550 5.1.0 who are you", AccountRefused),
        ("MAIL", "552 5.3.4 too big", Refused),
        ("RCPT", "451 4.7.1 greylisted", RetryAfter),
        ("RCPT", "421 4.3.0 closing", RetryAfter),
        ("RCPT", "550 5.1.1 no such user", Refused),
        ("RCPT", "530 5.7.0 sign in first", AccountRefused),
        ("RCPT", Trouble.DROP, RetryAfter),
        ("RCPT", Trouble.HANG, RetryAfter),
        ("DATA", "451 4.3.0 not now", RetryAfter),
        ("DATA", "554 5.5.1 no", Refused),
        ("DATA", Trouble.DROP, RetryAfter),
        ("DATA", Trouble.HANG, RetryAfter),
        ("CONTENT", "451 4.3.0 disk full", RetryAfter),
        ("CONTENT", "421 4.3.0 closing", RetryAfter),
        ("CONTENT", "552 5.3.4 too big", Refused),
        ("CONTENT", "554 5.7.1 spam", Refused),
    ],
)
def test_whatever_happens_before_the_message_is_taken_leaves_it_certainly_unsent(
    smtp: SmtpStandIn, channel: EmailChannel, step: str, reaction: Reaction, kind: type[Outcome]
) -> None:
    # After a refused PLAIN, smtplib tries LOGIN.
    smtp.script(step, *[reaction] * (2 if step == "AUTH" and isinstance(reaction, str) else 1))
    outcome = send_one(channel)
    assert isinstance(outcome, kind)
    assert smtp.letters.all() == []
    assert "example" not in str(outcome)
    assert isinstance(send_one(channel), Accepted)  # and the next message finds its way


@pytest.mark.parametrize(
    "reaction", [Trouble.DROP, Trouble.HANG, "354 go on", "250-never\r\n250-ending", "2" * 9000, "nonsense"]
)
def test_once_the_final_dot_is_written_silence_is_not_taken_for_failure(
    smtp: SmtpStandIn, channel: EmailChannel, reaction: Reaction
) -> None:
    smtp.script("CONTENT", reaction)
    assert isinstance(send_one(channel), Unknown)
    assert isinstance(send_one(channel, an_email(2)), Accepted)
    assert smtp.connections == 2


def test_a_refused_message_does_not_cost_the_connection(smtp: SmtpStandIn, channel: EmailChannel) -> None:
    smtp.script("RCPT", "550 5.1.1 no such user")
    assert isinstance(send_one(channel, an_email(1)), Refused)
    assert isinstance(send_one(channel, an_email(2)), Accepted)
    assert smtp.connections == 1


def test_a_server_that_wants_the_content_of_a_refused_message_is_given_up(tmp_path: Path) -> None:
    with SmtpStandIn(tmp_path) as smtp:
        smtp.script("RCPT", "550 5.1.1 no such user")
        smtp.script("DATA", "354 go on")
        channel = EmailChannel(smtp.account(), concurrency=1)
        assert send_one(channel, an_email(1)) == Refused("the mail server refuses the recipient's address (550)", True)
        assert isinstance(send_one(channel, an_email(2)), Accepted)
        channel.close()
        assert smtp.connections == 2
        assert [letter.recipients for letter in smtp.letters.all()] == [("sam2@example.org",)]


@pytest.mark.parametrize(("step", "reaction"), [("RCPT", "421 4.3.0 closing"), ("DATA", Trouble.DROP)])
def test_what_comes_after_a_refusal_does_not_change_it(tmp_path: Path, step: str, reaction: Reaction) -> None:
    with SmtpStandIn(tmp_path) as smtp:
        smtp.script("MAIL", "552 5.3.4 too big")
        smtp.script(step, reaction)
        channel = EmailChannel(smtp.account(), concurrency=1)
        assert send_one(channel, an_email(1)) == Refused("the mail server refuses the sender address (552)")
        assert isinstance(send_one(channel, an_email(2)), Accepted)
        channel.close()
        assert smtp.connections == 2


@pytest.mark.parametrize("reaction", ["500 what", Trouble.DROP])
def test_a_connection_that_cannot_start_over_is_given_up(
    smtp: SmtpStandIn, channel: EmailChannel, reaction: Reaction
) -> None:
    smtp.script("RCPT", "550 5.1.1 no such user")
    smtp.script("RSET", reaction)
    assert isinstance(send_one(channel, an_email(1)), Refused)
    assert isinstance(send_one(channel, an_email(2)), Accepted)
    assert smtp.connections == 2


def test_a_wrong_password_is_about_the_account(smtp: SmtpStandIn) -> None:
    outcome = send_through(smtp.account(password="wrong-password"))
    assert outcome == AccountRefused("the mail server refuses our user name or password (535); check `smtp`")


def test_a_password_outside_ascii_is_about_the_account(smtp: SmtpStandIn) -> None:
    outcome = send_through(smtp.account(password="pässword"))
    assert isinstance(outcome, AccountRefused)
    assert "ASCII" in outcome.reason


def test_a_user_name_without_a_password_is_tried_as_it_is(smtp: SmtpStandIn) -> None:
    assert isinstance(send_through(smtp.account(password=None)), AccountRefused)


@pytest.mark.parametrize("features", ["250 no sign-in", "250-only ways\r\n250 AUTH XOAUTH2"])
def test_a_server_that_offers_no_sign_in_we_know_is_about_the_account(tmp_path: Path, features: str) -> None:
    with SmtpStandIn(tmp_path, security=SmtpSecurity.NONE) as smtp:
        smtp.script("EHLO", features)
        outcome = send_through(smtp.account())
    assert isinstance(outcome, AccountRefused)
    assert "sign-in" in outcome.reason


@pytest.mark.parametrize("security", [SmtpSecurity.STARTTLS, SmtpSecurity.TLS])
def test_a_certificate_that_is_not_trusted_ends_before_anything_is_said(tmp_path: Path, security: SmtpSecurity) -> None:
    other = tmp_path / "other"
    other.mkdir()
    with SmtpStandIn(tmp_path, security=security) as smtp:
        outcome = send_through(smtp.account(ca_file=str(make_certificate(other).file)))
        assert smtp.letters.all() == []
    assert isinstance(outcome, RetryAfter)
    assert "certificate is not trusted" in outcome.reason
    assert "smtp.ca_file" in outcome.reason


def test_a_ca_file_that_cannot_be_read_names_itself(smtp: SmtpStandIn, tmp_path: Path) -> None:
    with pytest.raises(ChannelUnavailable, match=r"smtp\.ca_file .*missing\.pem cannot be used: No such file"):
        EmailChannel(smtp.account(ca_file=str(tmp_path / "missing.pem")), concurrency=1)


def test_a_server_that_is_not_there_is_worth_another_try(smtp: SmtpStandIn) -> None:
    outcome = send_through(smtp.account(port=closed_port()))
    assert outcome == RetryAfter("cannot reach the mail server (ConnectionRefusedError)", shared=True)


def test_an_international_address_goes_to_a_server_that_takes_it(smtp: SmtpStandIn, channel: EmailChannel) -> None:
    assert isinstance(send_one(channel, an_email(address="zoë@example.org")), Accepted)
    (letter,) = smtp.wait_for(1)
    assert letter.recipients == ("zoë@example.org",)
    assert letter.smtputf8
    assert letter.mail["To"] == "zoë@example.org"


def test_an_international_address_is_refused_where_the_server_does_not(tmp_path: Path) -> None:
    with SmtpStandIn(tmp_path, smtputf8=False) as smtp:
        outcome = send_through(smtp.account(), an_email(address="zoë@example.org"))
    assert outcome == Refused("the address needs SMTPUTF8, which the mail server does not offer")


def test_a_header_that_would_inject_another_is_refused(smtp: SmtpStandIn, channel: EmailChannel) -> None:
    outcome = send_one(channel, an_email(subject="=?utf-8?q?x=0ABcc:_all@example.org?="))
    assert outcome == Refused("the email's Subject holds a line break or another control character")
    assert smtp.connections == 0


def test_a_text_that_is_no_unicode_is_refused(channel: EmailChannel) -> None:
    assert isinstance(send_one(channel, an_email(text="half a pair: \ud83d")), Refused)


@pytest.mark.parametrize(("domain", "name"), [("legup.example", "legup.example"), (None, "[127.0.0.1]")])
def test_the_server_is_told_our_domain_or_our_end_of_the_connection(
    tmp_path: Path, domain: str | None, name: str, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("INFO", logger="mail.log")  # the stand-in's log of what it was told
    with SmtpStandIn(tmp_path, security=SmtpSecurity.NONE) as smtp:
        send_through(smtp.account(), domain=domain)
    assert f"ehlo {name}" in caplog.text
