"""`legup run` as a user starts it, in a process of its own."""

import json
import signal
import socket
import subprocess
from pathlib import Path

from tests.standins.commands import FILE, LEGUP, NewProcess, Process, environment, legup
from tests.standins.twilio import AUTH_TOKEN, FROM_NUMBER, TwilioStandIn

SMS = f"""
twilio:
  account_sid: {{account}}
  auth_token: {AUTH_TOKEN}
  from_number: "{FROM_NUMBER}"
  base_url: {{url}}
"""


def test_the_first_run_writes_a_config_shows_the_plan_and_welcomes_at_once(tmp_path: Path) -> None:
    with NewProcess(tmp_path, "run") as running:
        running.wait_for("Not medical advice")
        running.interrupt()
        assert running.ended() == 0
    assert "wrote legup.yaml" in running.text
    assert "timezone: Europe/Berlin\n" in (tmp_path / "legup.yaml").read_text()
    assert (tmp_path / "legup.yaml").stat().st_mode & 0o777 == 0o600
    assert "bedtime_stretch" in running.text
    assert running.text.endswith("legup: stopped. Until next time.\n")
    assert "Traceback" not in running.text


def test_a_second_run_welcomes_nobody_again(tmp_path: Path) -> None:
    (tmp_path / "legup.yaml").write_text(FILE)
    with Process(tmp_path, "run") as first:
        first.wait_for("Not medical advice")
        first.interrupt(signal.SIGTERM)
        assert first.ended() == 0
    watched = {"NOTIFY_SOCKET": str(tmp_path / "notify"), "WATCHDOG_USEC": "180000000"}
    with notify_socket(tmp_path / "notify") as heard, Process(tmp_path, "run", **watched) as second:
        while heard.recv(100) != b"WATCHDOG=1":  # then it has looked at what is due
            pass
        second.interrupt()
        assert second.ended() == 0
    assert "Not medical advice" not in second.text
    log = json.loads(legup(tmp_path, "log", "--json").out)
    assert [each["nudge"] for each in log].count("welcome") == 1


def test_while_it_runs_a_second_one_is_refused_and_the_other_commands_work(tmp_path: Path) -> None:
    with TwilioStandIn() as twilio:
        account = twilio.account()
        (tmp_path / "legup.yaml").write_text(
            FILE.replace("name: Sam", 'channel: sms\n    phone: "+447911123456"\n    quiet_hours: []')
            + SMS.format(account=account.account_sid, url=account.base_url)
        )
        with Process(tmp_path, "run") as running:
            twilio.wait_for(1, 30)
            second = legup(tmp_path, "run")
            assert second.code == 1
            assert "already works on this database" in second.err
            sent = legup(tmp_path, "send", "hydration", "--to", "sam")
            assert (sent.code, sent.err) == (0, "")
            assert len(twilio.wait_for(2)) == 2
            assert json.loads(legup(tmp_path, "status", "--json").out)["running"] is True
            running.interrupt()
            running.interrupt()
            assert running.ended() == 0
        assert json.loads(legup(tmp_path, "status", "--json").out)["running"] is False
    assert "+447911123456" not in running.text


def test_under_systemd_it_says_one_line_and_tells_when_it_is_ready(tmp_path: Path) -> None:
    (tmp_path / "legup.yaml").write_text(FILE)
    with notify_socket(tmp_path / "notify") as heard:
        more = {"NOTIFY_SOCKET": str(tmp_path / "notify"), "JOURNAL_STREAM": "8:1", "WATCHDOG_USEC": "180000000"}
        with Process(tmp_path, "run", **more) as running:
            assert heard.recv(100) == b"READY=1"
            assert heard.recv(100) == b"WATCHDOG=1"
            running.interrupt(signal.SIGTERM)
            assert heard.recv(100) == b"STOPPING=1"
            assert running.ended() == 0
    assert "legup: 1 person, next due " in running.text
    assert "hydration" not in running.text


def notify_socket(path: Path) -> socket.socket:
    listening = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
    listening.bind(str(path))
    listening.settimeout(30)
    return listening


def test_a_config_that_was_named_is_never_made_up(tmp_path: Path) -> None:
    ended = legup(tmp_path, "run", "--config", "practice.yaml")
    assert ended.code == 1
    assert "practice.yaml" in ended.err
    assert list(tmp_path.iterdir()) == []


def test_a_reader_that_goes_away_is_no_error(tmp_path: Path) -> None:
    (tmp_path / "legup.yaml").write_text(FILE)
    command = [*LEGUP, "preview", "--days", "400", "--json"]
    with subprocess.Popen(
        command, cwd=tmp_path, env=environment(tmp_path), stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.readline()
        process.stdout.close()
        assert process.stderr.read() == b""
