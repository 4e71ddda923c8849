"""`send`: one message now, `people` who are paused or stopped, and what `log` and `status` say of it."""

import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from scheduler.cli.failure import LOST
from tests.standins.commands import FILE, Legup, converse
from tests.standins.smtp import PASSWORD, USER, SmtpStandIn
from tests.standins.twilio import TwilioStandIn, refused

PHONE = "+447911123456"


@pytest.fixture
def twilio(here: Path) -> Iterator[TwilioStandIn]:
    with TwilioStandIn() as standin:
        account = standin.account()
        token = account.auth_token
        assert token is not None
        (here / "legup.yaml").write_text(
            FILE.replace("name: Sam", f'channel: sms\n    phone: "{PHONE}"')
            + f"twilio:\n  account_sid: {account.account_sid}\n  auth_token: {token.get_secret_value()}\n"
            f'  from_number: "{account.from_number}"\n  base_url: {account.base_url}\n'
        )
        yield standin


@pytest.fixture
def smtp(here: Path) -> Iterator[SmtpStandIn]:
    with SmtpStandIn(here) as standin:
        account = standin.account()
        (here / "legup.yaml").write_text(
            FILE.replace("name: Sam", "name: Sam\n    channel: email\n    email: sam@example.com")
            + f"smtp:\n  host: {account.host}\n  port: {account.port}\n  security: {account.security}\n"
            f"  from_address: {account.from_address}\n  ca_file: {account.ca_file}\n"
            f"  username: {USER}\n  password: {PASSWORD}\n"
        )
        yield standin


def test_a_message_on_the_console_is_shown_and_told(legup: Legup, file: Path) -> None:
    ended = legup("send", "bedtime_stretch", "--to", "sam")
    assert ended.code == 0
    assert "bedtime_stretch for sam: sent on the console at " in ended.out
    assert "(to sam)" in ended.out


def test_an_sms_leaves_once_and_the_log_explains_it(legup: Legup, twilio: TwilioStandIn) -> None:
    ended = legup("send", "hydration", "--to", "sam")
    assert (ended.code, ended.err) == (0, "")
    assert "accepted by the provider" in ended.out
    (message,) = twilio.wait_for(1)
    assert message.to == PHONE
    log = legup("log", "-v").out
    assert "hydration, asked for" in log
    assert "sms accepted" in log
    assert PHONE not in log
    assert message.body not in log


def test_a_refused_sms_is_1_with_its_reason_and_no_number(legup: Legup, twilio: TwilioStandIn) -> None:
    twilio.script(refused(400, 21211))
    ended = legup("send", "hydration", "--to", "sam")
    assert ended.code == 1
    assert ended.err.startswith("legup: hydration for sam: failed by sms at ")
    assert PHONE not in ended.err


def test_a_refused_account_is_on_hold_and_status_says_so(legup: Legup, twilio: TwilioStandIn) -> None:
    twilio.script(refused(401, 20003))
    ended = legup("send", "hydration", "--to", "sam")
    assert ended.code == 1
    assert "sms is on hold until" in ended.err
    assert "sms: the account is refused" in " ".join(legup("status").out.split())
    assert json.loads(legup("status", "--json").out)["on_hold"][0]["channel"] == "sms"


def test_an_opt_out_told_by_the_provider_holds_from_then_on(legup: Legup, twilio: TwilioStandIn) -> None:
    twilio.script(refused(400, 21610))
    assert legup("send", "hydration", "--to", "sam").code == 1
    ended = legup("send", "hydration", "--to", "sam")
    assert (ended.code, ended.err) == (1, "legup: nothing is sent to sam: they said stop\n")


def test_an_email_is_the_one_that_the_dry_run_showed(legup: Legup, smtp: SmtpStandIn) -> None:
    shown = legup("send", "potassium", "--to", "sam", "--dry-run").out
    assert "sam@example.com" in shown
    assert legup("send", "potassium", "--to", "sam").code == 0
    (letter,) = smtp.wait_for(1)
    assert letter.mail["Subject"] in shown
    assert letter.part("plain").splitlines()[0] in shown


def test_raw_shows_the_whole_email(legup: Legup, smtp: SmtpStandIn) -> None:
    source = legup("send", "potassium", "--to", "sam", "--dry-run", "--raw").out
    assert "Auto-Submitted: auto-generated" in source
    assert "Content-Type: text/html" in source


def test_an_email_leads_to_what_its_person_may_do_and_a_dry_run_shows_no_secret(
    legup: Legup, smtp: SmtpStandIn, here: Path
) -> None:
    with (here / "legup.yaml").open("a") as file:
        file.write("web: {enabled: true, public_url: https://legup.example.org}\n")
    shown = legup("send", "potassium", "--to", "sam", "--dry-run").out
    assert "Again in 30 minutes\nhttps://legup.example.org/snooze/...\n" in shown
    assert legup("send", "potassium", "--to", "sam").code == 0
    (letter,) = smtp.wait_for(1)
    links = re.findall(r"https://legup\.example\.org/[ap]/[\w.-]{50,}", letter.part("plain"))
    assert len(set(links)) == 7
    assert letter.mail["List-Unsubscribe"] == f"<{links[-1]}>"
    assert letter.mail["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"


def test_an_sms_offers_a_reply_as_the_dry_run_shows(legup: Legup, twilio: TwilioStandIn) -> None:
    shown = legup("send", "hydration", "--to", "sam", "--dry-run").out
    assert "\nReply DONE" in shown
    legup("send", "hydration", "--to", "sam")
    assert twilio.wait_for(1)[0].body in shown


def test_what_only_answers_say_is_not_sent(legup: Legup, file: Path) -> None:
    ended = legup("send", "loss", "--to", "sam")
    assert ended.code == 2
    assert "'loss' is said only to someone who turned to legup" in ended.err


def test_raw_is_for_emails_and_dry_runs_only(legup: Legup, file: Path) -> None:
    assert legup("send", "potassium", "--to", "sam", "--raw").code == 2
    ended = legup("send", "potassium", "--to", "sam", "--dry-run", "--raw")
    assert ended.code == 2
    assert "by console" in ended.err


def test_a_dry_run_leaves_no_trace(legup: Legup, file: Path) -> None:
    ended = legup("send", "relief", "--to", "sam", "--dry-run")
    assert ended.code == 0
    assert "2 segments" in ended.out
    assert "Leg cramp" in ended.out
    assert [each.name for each in file.parent.iterdir()] == ["legup.yaml"]


def test_unknown_nudges_and_people_are_named_with_what_was_meant(legup: Legup, file: Path) -> None:
    ended = legup("send", "hydratoin", "--to", "sam")
    assert (ended.code, "did you mean 'hydration'" in ended.err) == (2, True)
    assert legup("send", "xyzzy", "--to", "sam").err.count("potassium") == 1
    ended = legup("send", "hydration", "--to", "nobody")
    assert (ended.code, "no person 'nobody'" in ended.err) == (1, True)


def test_a_pause_silences_the_plan_until_it_is_resumed(legup: Legup, file: Path) -> None:
    assert "sam is paused until" in legup("people", "pause", "sam", "--for", "3 days").out
    assert "paused" in legup("preview", "--from", "2020-06-01", "--to", "2020-06-02").out
    assert legup("people", "resume", "sam").out == "sam is not paused any more.\n"
    assert "paused" not in legup("preview", "--from", "2020-06-01", "--to", "2020-06-02").out


@pytest.mark.parametrize("more", [(), ("--dry-run",)])
def test_a_paused_person_is_sent_nothing_until_resumed(legup: Legup, file: Path, more: tuple[str, ...]) -> None:
    legup("people", "pause", "sam", "--for", "3 days")
    ended = legup("send", "hydration", "--to", "sam", *more)
    assert (ended.code, ended.out) == (1, "")
    assert "nothing is sent to sam: they are paused until 20" in ended.err
    assert ended.err.endswith("`legup people resume sam` ends it\n")
    legup("people", "resume", "sam")
    assert legup("send", "hydration", "--to", "sam", *more).code == 0


def test_a_pause_of_the_file_is_ended_there(legup: Legup, file: Path) -> None:
    text = file.read_text()
    file.write_text(text.replace("    name: Sam\n", "    name: Sam\n    paused_until: 2099-01-01\n"))
    ended = legup("send", "hydration", "--to", "sam")
    assert ended.code == 1
    assert "paused until 2099-01-01 00:00; take `paused_until` out of the config file" in ended.err
    file.write_text(text.replace("    name: Sam\n", "    name: Sam\n    paused_until: 2020-01-01\n"))
    assert legup("send", "hydration", "--to", "sam").code == 0


@pytest.mark.parametrize(
    "words", [(), ("--for", "2 h", "--until", "2030-01-01"), ("--until", "2020-01-01"), ("--for", "x")]
)
def test_a_pause_needs_one_end_that_lies_ahead(legup: Legup, file: Path, words: tuple[str, ...]) -> None:
    assert legup("people", "pause", "sam", *words).code == 2


def test_a_stop_is_asked_back_or_said_to_be_meant(legup: Legup, file: Path) -> None:
    assert legup("people", "stop", "sam").code == 2
    assert legup("people", "stop", "sam", "--yes").out == "sam is stopped.\n"
    assert legup("send", "hydration", "--to", "sam").code == 1
    assert legup("send", "hydration", "--to", "sam", "--dry-run").code == 1
    assert "opted out" in legup("preview").out


def test_on_a_terminal_a_stop_happens_only_after_a_yes(legup: Legup, file: Path) -> None:
    code, screen = converse(file.parent, ["people", "stop", "sam"], "n\n")
    assert (code, "nothing was changed" in screen) == (1, True)
    assert legup("send", "hydration", "--to", "sam").code == 0
    assert converse(file.parent, ["people", "stop", "sam"], "y\n")[0] == 0
    assert legup("send", "hydration", "--to", "sam").code == 1


def test_the_log_can_be_narrowed_and_read_by_programs(legup: Legup, file: Path) -> None:
    legup("send", "hydration", "--to", "sam")
    legup("send", "potassium", "--to", "sam")
    assert legup("log").out.rstrip().endswith("2 messages")
    (newest,) = json.loads(legup("log", "--json", "--limit", "1", "--person", "sam").out)
    assert (newest["nudge"], newest["state"], len(newest["attempts"])) == ("potassium", "sent", 1)
    assert newest["explanation"].startswith("sent on the console at ")
    assert json.loads(legup("log", "--json", "--state", "missed").out) == []
    assert len(json.loads(legup("log", "--json", "--state", "sent", "--since", "1 h").out)) == 2
    assert legup("log", "--since", "2020-01-01", "--until", "2020-01-02").out == "Nothing was due in this time.\n"


@pytest.mark.parametrize(
    "words", [("--state", "gone"), ("--since", "then"), ("--since", "2020-01-02", "--until", "2020-01-01")]
)
def test_a_log_that_cannot_be_asked_for_is_refused(legup: Legup, file: Path, words: tuple[str, ...]) -> None:
    assert legup("log", *words).code == 2


def test_status_without_a_database_says_what_the_file_says(legup: Legup, file: Path) -> None:
    ended = legup("status")
    assert ended.code == 0
    assert "not made yet" in ended.out
    assert "no; start it with `legup run`" in ended.out
    assert json.loads(legup("status", "--json").out)["running"] is False


def test_the_database_can_be_made_and_found(legup: Legup, file: Path) -> None:
    path = file.parent / "state" / "legup.db"
    assert legup("db", "path").out == f"{path}\n"
    assert legup("db", "upgrade").out == f"{path} is up to date.\n"
    assert path.exists()


def test_a_database_that_is_none_is_told_in_one_line(legup: Legup, file: Path) -> None:
    (file.parent / "state").mkdir()
    (file.parent / "state" / "legup.db").write_text("not a database at all, but long enough to be read as one" * 50)
    for command in (["status"], ["log"], ["run"], ["send", "hydration", "--to", "sam"]):
        ended = legup(*command)
        assert ended.code == LOST
        assert "not a legup database" in ended.err
