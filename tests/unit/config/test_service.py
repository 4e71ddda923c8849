from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

from config.accounts import AppriseAccount
from config.loading import Loaded
from config.person import ChannelName
from config.settings import Service

LoadText = Callable[..., Loaded]
PEOPLE = "timezone: UTC\npeople: [{id: me, nudges: {hydration: on}}]\n"


def service(load_text: LoadText, text: str = "") -> Service:
    loaded = load_text(PEOPLE + text)
    assert loaded.config is not None, loaded.faults
    return loaded.config.service


def test_a_file_that_says_nothing_of_the_service_gets_its_defaults(load_text: LoadText) -> None:
    made = service(load_text)
    assert (made.database, made.secret_key, made.twilio, made.smtp, made.templates) == (None,) * 5
    assert made.apprise == AppriseAccount()
    assert (made.web.enabled, made.web.host, made.web.port) == (False, "127.0.0.1", 8765)
    assert made.retention == timedelta(days=90)
    rates = {channel: limits.messages_per_second for channel, limits in made.limits.items()}
    assert rates == {ChannelName.CONSOLE: 1000, ChannelName.SMS: 1, ChannelName.EMAIL: 5, ChannelName.APPRISE: 1}


def test_a_limit_given_in_part_keeps_its_own_defaults(load_text: LoadText) -> None:
    made = service(load_text, "limits: {email: {concurrency: 9}, sms: {messages_per_second: 20}}\n")
    assert (made.limits[ChannelName.EMAIL].messages_per_second, made.limits[ChannelName.EMAIL].concurrency) == (5, 9)
    assert made.limits[ChannelName.SMS].messages_per_second == 20


def test_relative_paths_start_from_the_files_folder(load_text: LoadText, tmp_path: Path) -> None:
    (tmp_path / "own").mkdir()
    (tmp_path / "ca.pem").touch()
    made = service(
        load_text,
        "database: data/legup.db\ntemplates: own\nsmtp: {host: h, from_address: a@example.org, ca_file: ca.pem}\n",
    )
    assert made.database == f"{tmp_path}/data/legup.db"
    assert made.templates == tmp_path / "own"
    assert made.smtp is not None
    assert made.smtp.ca_file == f"{tmp_path}/ca.pem"


def test_absolute_paths_stay_as_they_are(load_text: LoadText) -> None:
    assert service(load_text, "database: /var/lib/legup/legup.db\n").database == "/var/lib/legup/legup.db"


def test_a_number_to_send_from_is_normalised_and_a_short_code_or_name_stays(load_text: LoadText) -> None:
    for written, sender in (('"+44 7911 123456"', "+447911123456"), ('"60600"', "60600"), ("LEGUP", "LEGUP")):
        made = service(load_text, f"twilio: {{account_sid: AC{'0' * 32}, auth_token: x, from_number: {written}}}\n")
        assert made.twilio is not None
        assert made.twilio.from_number == sender


def test_an_api_key_and_a_messaging_service_are_enough(load_text: LoadText) -> None:
    made = service(
        load_text,
        f"twilio: {{account_sid: AC{'0' * 32}, api_key_sid: SK{'0' * 32}, api_key_secret: x, "
        f"messaging_service_sid: MG{'0' * 32}}}\n",
    )
    assert made.twilio is not None
    assert made.twilio.auth_token is None
