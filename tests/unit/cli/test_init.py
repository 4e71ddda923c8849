"""`init`: a first config file that passes the check."""

from pathlib import Path

import pytest

from tests.standins.commands import Legup, converse


def test_it_writes_a_private_commented_file_that_passes_check(legup: Legup, here: Path) -> None:
    ended = legup("init", "--yes", "--timezone", "Europe/Madrid", "--name", 'Zoë "Z"', "--wake", "6:30")
    assert (ended.code, ended.err) == (0, "")
    file = here / "legup.yaml"
    assert file.stat().st_mode & 0o777 == 0o600
    text = file.read_text()
    assert "timezone: Europe/Madrid\n" in text
    assert r'name: "Zoë \"Z\""  ' in text
    assert "# greets you in an email" in text
    assert legup("check").out == "ok: 1 person, 4 nudges\n"


@pytest.mark.parametrize(
    ("channel", "contact"), [("sms", ("--phone", "+44 7911 123456")), ("email", ("--email", "sam@example.com"))]
)
def test_a_channel_brings_its_account_to_fill_in(legup: Legup, channel: str, contact: tuple[str, str]) -> None:
    ended = legup("init", "--channel", channel, *contact, "--timezone", "UTC")
    assert ended.code == 0
    assert "Before `legup run`" in ended.out
    assert legup("check").code == 0


@pytest.mark.parametrize(
    ("option", "value", "said"),
    [
        ("--timezone", "Mars/Base", "not a time zone"),
        ("--wake", "25:00", "not a time"),
        ("--channel", "pigeon", "console, sms, email"),
        ("--phone", "12345", "country code"),
        ("--email", "nobody", "email address"),
        ("--due-date", "soon", "date"),
        ("--id", "a b", "letters"),
        ("--name", "Zo\udceb", "not UTF-8"),
    ],
)
def test_a_wrong_answer_is_named_with_its_option_and_nothing_is_written(
    legup: Legup, here: Path, option: str, value: str, said: str
) -> None:
    ended = legup("init", option, value)
    assert ended.code == 2
    assert ended.err.startswith(f"legup: {option}: ")
    assert said in ended.err
    assert not (here / "legup.yaml").exists()


def test_a_channel_without_its_contact_is_refused(legup: Legup, here: Path) -> None:
    ended = legup("init", "--channel", "sms")
    assert (ended.code, (here / "legup.yaml").exists()) == (2, False)
    assert "phone" in ended.err


def test_it_never_overwrites_not_even_a_link_to_nowhere(legup: Legup, here: Path) -> None:
    (here / "legup.yaml").write_text("mine")
    ended = legup("init", "--yes")
    assert ended.code == 1
    assert "left as it is" in ended.err
    assert (here / "legup.yaml").read_text() == "mine"
    (here / "link.yaml").symlink_to(here / "nowhere")
    assert legup("init", "--yes", "--path", "link.yaml").code == 1


def test_a_folder_that_does_not_exist_is_named(legup: Legup) -> None:
    ended = legup("init", "--yes", "--path", "no/such/legup.yaml")
    assert ended.code == 1
    assert "no/such/legup.yaml" in ended.err


def test_a_nudge_that_would_always_be_quiet_is_switched_off_and_said(legup: Legup) -> None:
    ended = legup("init", "--yes", "--wake", "20:00", "--bedtime", "10:00")
    assert ended.code == 0
    assert "potassium is off" in ended.out
    assert legup("check").code == 0


def test_on_a_terminal_it_asks_and_asks_again_until_the_answer_is_right(here: Path) -> None:
    answers = "Sam", "Europe/Nowhere", "Europe/Paris", "", "", "sms", "123", "+33612345678", ""
    code, screen = converse(here, ["init"], "".join(f"{answer}\n" for answer in answers))
    assert code == 0, screen
    assert "not a time zone" in screen
    assert "country code" in screen
    text = (here / "legup.yaml").read_text()
    assert "timezone: Europe/Paris" in text
    assert '    phone: "+33612345678"' in text


def test_answers_that_break_off_leave_nothing_behind(here: Path) -> None:
    code, screen = converse(here, ["init"], "Sam\n\x04")
    assert code == 1
    assert "nothing was done" in screen
    assert not (here / "legup.yaml").exists()
