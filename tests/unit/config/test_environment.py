import os
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest

from config.loading import Loaded
from config.person import ChannelName

Told = Callable[..., list[str]]
LoadText = Callable[..., Loaded]

FILE = """\
timezone: UTC
channel: sms
people: [{id: me, phone: "+44 7911 123456", email: me@example.org, nudges: {hydration: on}}]
twilio: {account_sid: AC00000000000000000000000000000000, auth_token: of-the-file, from_number: LEGUP}
"""


def token(loaded: Loaded) -> str:
    assert loaded.faults == ()
    assert loaded.config is not None
    assert loaded.config.service.twilio is not None
    assert loaded.config.service.twilio.auth_token is not None
    return loaded.config.service.twilio.auth_token.get_secret_value()


def test_file_then_environment_then_secret_files(load_text: LoadText, tmp_path: Path) -> None:
    one, folder, credentials = tmp_path / "one", tmp_path / "folder", tmp_path / "credentials"
    environ: dict[str, str] = {}
    assert token(load_text(FILE, environ)) == "of-the-file"
    environ["LEGUP_TWILIO__AUTH_TOKEN"] = "of-the-environment"
    assert token(load_text(FILE, environ)) == "of-the-environment"
    one.write_text("of-a-file\n")
    environ["LEGUP_TWILIO__AUTH_TOKEN_FILE"] = str(one)
    assert token(load_text(FILE, environ)) == "of-a-file"
    folder.mkdir()
    (folder / "twilio__auth_token").write_text("of-the-folder\r\n")
    environ["LEGUP_SECRETS_DIR"] = str(folder)
    assert token(load_text(FILE, environ)) == "of-the-folder"
    credentials.mkdir()
    (credentials / "TWILIO__AUTH_TOKEN").write_text("of-systemd")
    environ["CREDENTIALS_DIRECTORY"] = str(credentials)
    assert token(load_text(FILE, environ)) == "of-systemd"


def test_a_section_may_come_from_the_environment_alone(load_text: LoadText) -> None:
    text = FILE[: FILE.index("twilio")].replace("channel: sms", "channel: email")
    loaded = load_text(
        text,
        {"LEGUP_SMTP__HOST": "mail.example.org", "LEGUP_SMTP__FROM_ADDRESS": "a@example.org", "LEGUP_SMTP__PORT": "26"},
    )
    assert loaded.config is not None
    assert loaded.config.service.smtp is not None
    assert (loaded.config.service.smtp.host, loaded.config.service.smtp.port) == ("mail.example.org", 26)
    assert str(loaded.place_of(("smtp", "port"))) == "LEGUP_SMTP__PORT"


def test_defaults_for_everyone_may_come_from_the_environment(load_text: LoadText) -> None:
    environ = {
        "LEGUP_WAKE": "06:30",
        "LEGUP_QUIET_HOURS": '["22:00-06:00", "13:00-14:00"]',
        "LEGUP_CHANNEL": "[email, sms]",
        "LEGUP_DAILY_LIMIT": "3",
        "LEGUP_DISCREET": "off",
        "LEGUP_RETENTION": "30 days",
        "LEGUP_SMTP__HOST": "mail.example.org",
        "LEGUP_SMTP__FROM_ADDRESS": "a@example.org",
    }
    loaded = load_text(FILE, environ)
    assert loaded.faults == ()
    assert loaded.config is not None
    wishes = loaded.config.people[0].preferences
    assert [str(quiet) for quiet in wishes.quiet_hours or ()] == ["22:00-06:00", "13:00-14:00"]
    assert (str(wishes.wake), wishes.daily_limit, wishes.discreet) == ("06:30", 3, False)
    assert wishes.channels == (ChannelName.EMAIL, ChannelName.SMS)
    assert loaded.config.service.retention == timedelta(days=30)


def test_an_empty_variable_counts_as_not_set(load_text: LoadText) -> None:
    environ = {"LEGUP_TWILIO__AUTH_TOKEN": "", "LEGUP_TWILIO__AUTH_TOKEN_FILE": "", "LEGUP_SECRETS_DIR": ""}
    assert token(load_text(FILE, environ)) == "of-the-file"


def test_a_variable_that_is_not_utf_8_is_a_fault(told: Told) -> None:
    assert told(FILE, {"LEGUP_TIMEZONE": os.fsdecode(b"Europe/M\xfcnchen")}) == [
        "LEGUP_TIMEZONE: LEGUP_TIMEZONE is not UTF-8 text"
    ]


def test_the_variable_that_names_the_file_and_those_of_others_are_no_faults(load_text: LoadText) -> None:
    assert load_text(FILE, {"LEGUP_CONFIG": "x.yaml", "HOME": "/", "TWILIO_AUTH_TOKEN": "x"}).faults == ()


@pytest.mark.parametrize(
    ("name", "meant"),
    [
        ("LEGUP_TWILIO_AUTH_TOKEN", "LEGUP_TWILIO__AUTH_TOKEN"),
        ("LEGUP_TIMEZON", "LEGUP_TIMEZONE"),
        ("LEGUP_SMTP__PASSWORD_FIL", "LEGUP_SMTP__PASSWORD_FILE"),
    ],
)
def test_an_unknown_variable_is_a_fault(told: Told, name: str, meant: str) -> None:
    assert told(FILE, {name: "hush"}) == [f'environment: unknown variable {name}; did you mean "{meant}"?']


def test_people_and_nudges_have_no_variables(told: Told) -> None:
    assert len(told(FILE, {"LEGUP_PEOPLE": "[]", "LEGUP_NUDGES__HYDRATION": "on"})) == 2


def test_what_is_wrong_in_a_variable_names_the_variable(told: Told) -> None:
    assert told(FILE, {"LEGUP_WAKE": "7"}) == ['LEGUP_WAKE: "7" is not a time: write it like "07:00" or "22:30"']
    assert told(FILE, {"LEGUP_CHANNEL": "[sms"})[0].startswith('LEGUP_CHANNEL: "[sms" is no channel')


def test_ca_file_is_a_key_of_its_own_and_no_secret_read_from_a_file(load_text: LoadText, tmp_path: Path) -> None:
    authority = tmp_path / "ca.pem"
    authority.write_text("not to be read")
    loaded = load_text(
        f"{FILE}smtp: {{host: h, from_address: a@example.org}}\n", {"LEGUP_SMTP__CA_FILE": str(authority)}
    )
    assert loaded.config is not None
    assert loaded.config.service.smtp is not None
    assert loaded.config.service.smtp.ca_file == str(authority)


@pytest.mark.parametrize(
    ("content", "fault"),
    [
        (None, "cannot be read: No such file"),
        (b"\n", "is empty"),
        (b"\xff", "is not UTF-8"),
        (b"x" * 70_000, "is too large"),
    ],
)
def test_a_secret_file_that_is_of_no_use_is_a_fault(
    told: Told, tmp_path: Path, content: bytes | None, fault: str
) -> None:
    secret = tmp_path / "secret"
    if content is not None:
        secret.write_bytes(content)
    found = told(FILE, {"LEGUP_TWILIO__AUTH_TOKEN_FILE": str(secret)})
    assert len(found) == 1
    assert found[0].startswith(f"LEGUP_TWILIO__AUTH_TOKEN_FILE: the file {secret} {fault}")


def test_a_folder_of_secrets_that_is_missing_is_a_fault(told: Told, tmp_path: Path) -> None:
    found = told(FILE, {"LEGUP_SECRETS_DIR": str(tmp_path / "none")})
    assert found == [f"LEGUP_SECRETS_DIR: the folder {tmp_path}/none cannot be read: No such file or directory"]


def test_a_misspelled_secret_is_a_warning_and_others_are_none_of_our_business(told: Told, tmp_path: Path) -> None:
    folder = tmp_path / "secrets"
    (folder / "..data").mkdir(parents=True)
    for name in ("twilio_auth_token", "postgres-ca", ".hidden"):
        (folder / name).write_text("hush")
    meant = 'no setting has its name; did you mean "twilio__auth_token"?'
    assert told(FILE, {"LEGUP_SECRETS_DIR": str(folder)}) == [
        f"{folder}/twilio_auth_token: warning: this secret is not used: {meant}"
    ]


def test_a_wrong_secret_is_told_with_its_file_and_without_its_text(told: Told, tmp_path: Path) -> None:
    (tmp_path / "secret_key").write_text("hush")
    found = told(FILE, {"CREDENTIALS_DIRECTORY": str(tmp_path)})
    assert found == [f"{tmp_path}/secret_key: too short: expected at least 32 characters"]
