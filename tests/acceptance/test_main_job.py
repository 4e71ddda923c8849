"""The main job, whole: a real process, a real SMTP server, HTTP over a real socket, and the machine's own clock."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tests.standins.smtp import SmtpStandIn
from tests.standins.twilio import TwilioStandIn

LEGUP = (sys.executable, "-c", "from scheduler.cli import main; main()")
PHONE = "+447700900123"

CONFIG = """\
timezone: Etc/UTC
quiet_hours: []
database: {database}
people:
  - id: texted
    channel: sms
    phone: "{phone}"
    nudges:
      hydration: at {due}
  - id: mailed
    name: Sam
    channel: email
    email: sam@example.org
    nudges:
      bedtime_stretch: at {due}
twilio:
  account_sid: {twilio.account_sid}
  from_number: "{twilio.from_number}"
  base_url: {twilio.base_url}
smtp:
  host: {smtp.host}
  port: {smtp.port}
  security: {smtp.security}
  from_address: "{smtp.from_address}"
"""


@contextmanager
def running(folder: Path, environ: dict[str, str]) -> Iterator[None]:
    """`legup run`, entered when systemd would hear READY, left by a SIGTERM that must end it cleanly."""
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as systemd:
        notify = folder / "notify"
        notify.unlink(missing_ok=True)
        systemd.bind(str(notify))
        systemd.settimeout(30)
        process = subprocess.Popen(
            (*LEGUP, "run"),
            cwd=folder,
            env=environ | {"NOTIFY_SOCKET": str(notify)},
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            text=True,
        )
        try:
            assert systemd.recv(100) == b"READY=1"
            yield
            process.send_signal(signal.SIGTERM)
            _, log = process.communicate(timeout=30)
            assert process.returncode == 0, log
            assert systemd.recv(100) == b"STOPPING=1"
            assert "Traceback" not in log
        finally:
            process.kill()
            process.communicate()


def legup(folder: Path, environ: dict[str, str], *arguments: str) -> str:
    done = subprocess.run((*LEGUP, *arguments), cwd=folder, env=environ, capture_output=True, text=True, check=True)
    return done.stdout


def coming_minute() -> datetime:
    """The next full minute that leaves a process time to start."""
    soon = datetime.now(UTC) + timedelta(seconds=8)
    return soon.replace(second=0, microsecond=0) + timedelta(minutes=1)


@pytest.fixture
def twilio() -> Iterator[TwilioStandIn]:
    with TwilioStandIn() as standin:
        yield standin


@pytest.fixture
def smtp(tmp_path: Path) -> Iterator[SmtpStandIn]:
    with SmtpStandIn(tmp_path) as standin:
        yield standin


def test_a_text_and_an_email_arrive_at_their_minute_once_each_and_the_log_explains_them(
    tmp_path: Path, twilio: TwilioStandIn, smtp: SmtpStandIn
) -> None:
    sms_account, smtp_account = twilio.account(), smtp.account()
    assert sms_account.auth_token is not None
    environ = os.environ | {"LEGUP_TWILIO__AUTH_TOKEN": sms_account.auth_token.get_secret_value()}
    if smtp_account.password is not None:
        environ["LEGUP_SMTP__USERNAME"] = smtp_account.username or ""
        environ["LEGUP_SMTP__PASSWORD"] = smtp_account.password.get_secret_value()
    if smtp_account.ca_file is not None:
        environ["LEGUP_SMTP__CA_FILE"] = smtp_account.ca_file
    due = coming_minute()
    (tmp_path / "legup.yaml").write_text(
        CONFIG.format(
            database=tmp_path / "state" / "legup.db",
            phone=PHONE,
            due=f"{due:%H:%M}",
            twilio=sms_account,
            smtp=smtp_account,
        )
    )

    with running(tmp_path, environ):
        assert "Not medical advice" in twilio.wait_for(1, timeout=30)[0].body
        smtp.wait_for(1, timeout=30)
        text = twilio.wait_for(2, timeout=90)[1]
        letter = smtp.wait_for(2, timeout=30)[1].mail
        arrived = datetime.now(UTC)
    assert due <= arrived < due + timedelta(seconds=10)
    assert text.to == PHONE
    assert 3590 <= (text.validity or 0) <= 3600
    assert letter["To"] == "sam@example.org"
    assert letter["Auto-Submitted"] == "auto-generated"

    with running(tmp_path, environ):
        """Everything it does at its start, it has done."""
    assert [len(twilio.messages.all()), len(smtp.letters.all())] == [2, 2]

    logged = json.loads(legup(tmp_path, environ, "log", "--json"))
    slots = {(each["person"], each["nudge"]): each for each in logged}
    assert slots["texted", "hydration"]["state"] == "sent"
    assert slots["mailed", "bedtime_stretch"]["state"] == "sent"
    assert PHONE not in json.dumps(logged)
    assert "sam@example.org" not in json.dumps(logged)
    assert f"{due:%H:%M}" in legup(tmp_path, environ, "log")
