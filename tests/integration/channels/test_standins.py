"""The stand-ins themselves: as processes of their own, and what later parts look up in them."""

import json
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from twilio.rest import Client

from config.accounts import SmtpAccount, SmtpSecurity, TwilioAccount
from scheduler.channels.email import EmailChannel
from scheduler.channels.sms import SmsChannel
from scheduler.channels.twilio_http import TwilioHttp
from scheduler.delivery.outcome import Accepted
from tests.standins.letters import NOW, a_message, an_email
from tests.standins.smtp import FROM_ADDRESS, PASSWORD, USER
from tests.standins.twilio import ACCOUNT_SID, AUTH_TOKEN, FROM_NUMBER, TwilioStandIn

REPOSITORY = Path(__file__).parents[3]


@contextmanager
def process(name: str, *arguments: str) -> Iterator[int]:
    """A stand-in of its own; yields its port. It must end well when it is asked to."""
    command = [sys.executable, "-m", f"tests.standins.{name}", "--port", "0", *arguments]
    with subprocess.Popen(command, cwd=REPOSITORY, stdout=subprocess.PIPE, text=True) as running:
        assert running.stdout is not None
        yield int(running.stdout.readline())
        running.send_signal(signal.SIGTERM)
        assert running.wait(10) == 0


def lines(log: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in log.read_text().splitlines()]


def test_twilio_as_a_process_logs_what_it_takes_over(tmp_path: Path) -> None:
    log = tmp_path / "sms.jsonl"
    with process("twilio", "--log", str(log), "--latency", "0.01") as port:
        url = f"http://127.0.0.1:{port}"
        account = TwilioAccount.model_validate(
            {"account_sid": ACCOUNT_SID, "auth_token": AUTH_TOKEN, "from_number": FROM_NUMBER, "base_url": url}
        )
        channel = SmsChannel(account, concurrency=1)
        ((_, outcome),) = channel.send([a_message()], NOW)
        channel.close()
    (sent,) = lines(log)
    assert outcome == Accepted(sent["sid"])
    assert (sent["to"], sent["body"]) == (a_message().address, a_message().text)


def test_a_mail_server_as_a_process_logs_what_it_takes_over(tmp_path: Path) -> None:
    log = tmp_path / "mail.jsonl"
    with process("smtp", "--log", str(log), "--security", "starttls", "--folder", str(tmp_path)) as port:
        account = SmtpAccount.model_validate(
            {
                "host": "127.0.0.1",
                "port": port,
                "security": SmtpSecurity.STARTTLS,
                "username": USER,
                "password": PASSWORD,
                "from_address": FROM_ADDRESS,
                "ca_file": str(tmp_path / "standin.pem"),
            }
        )
        channel = EmailChannel(account, concurrency=1)
        ((_, outcome),) = channel.send([an_email()], NOW)
        channel.close()
    (letter,) = lines(log)
    assert outcome == Accepted(letter["headers"]["Message-ID"])
    assert (letter["to"], letter["subject"], letter["text"].strip()) == (
        [an_email().address],
        "Before bed",
        an_email().text,
    )


def test_twilio_lists_messages_by_number_newest_first() -> None:
    with TwilioStandIn(prefix="Sent from a trial account - ") as twilio:
        channel = SmsChannel(twilio.account(), concurrency=1)
        for number in (1, 2, 3):
            list(channel.send([a_message(number, address="+447946000199")], NOW))
        list(channel.send([a_message(4)], NOW))
        http = TwilioHttp(twilio.url, timeout=1, concurrency=1)
        found = Client(ACCOUNT_SID, AUTH_TOKEN, http_client=http).messages.list(to="+447946000199", limit=10)
        http.close()
        channel.close()
    assert [message.body for message in found] == [
        f"Sent from a trial account - {a_message(number).text}" for number in (3, 2, 1)
    ]
    assert found[0].date_created >= found[2].date_created
