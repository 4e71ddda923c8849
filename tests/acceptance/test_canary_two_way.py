"""What people text, the links they follow and what they end are driven through a real service, well and badly.

None of it comes out in a log: no word, no number, no token, nor that somebody has given birth or lost a child.
"""

from __future__ import annotations

import json
import re
import signal
from http.client import HTTPConnection
from pathlib import Path

from config.accounts import SmtpSecurity
from scheduler.web.json_row import JSON
from tests.standins.commands import Process
from tests.standins.free_port import free_port
from tests.standins.smtp import Letter, SmtpStandIn
from tests.standins.twilio import ACCOUNT_SID, AUTH_TOKEN, FROM_NUMBER, TwilioStandIn
from tests.standins.twilio_calls import TwilioCalls
from tests.standins.website import FORM

PUBLIC_URL = "https://legup.example.org"
PHONES = [f"+44794600747{number}" for number in range(4)]
FILE = """\
timezone: Etc/UTC
quiet_hours: []
nudges: {{hydration: every 3 h}}
database: state/legup.db
limits: {{sms: {{messages_per_second: 100}}, email: {{messages_per_second: 100}}}}
twilio: {{account_sid: {sid}, auth_token: {token}, from_number: "{number}", base_url: "{url}", timeout: 2}}
smtp: {{host: 127.0.0.1, port: {smtp}, security: none, from_address: nudges@example.org}}
web: {{enabled: true, port: {port}, public_url: "{public}", api_token: {system}}}
people:
  - {{id: p0, channel: sms, phone: "{phones[0]}"}}
  - {{id: p1, channel: sms, phone: "{phones[1]}"}}
  - {{id: p2, channel: sms, phone: "{phones[2]}"}}
  - {{id: p3, channel: email, email: kanaria@kanarienpost.example, name: Kanaria}}
"""
SYSTEM = "kanarienvogels-eigener-schluessel"
PERSON = {"name": "Kanaria", "phone": PHONES[0], "nudges": {"hydration": "every 3 h"}}
MARKS = re.compile(r"kanari|7946\W?007|\bborn\b|\bloss\b|\blost\b|baby|/[ap]/[A-Za-z0-9_-]{20}", re.IGNORECASE)


def links_of(letter: Letter) -> list[str]:
    return re.findall(rf"{PUBLIC_URL}(/[ap]/\S+)", letter.part("plain"))


def ask(port: int, method: str, path: str, body: str = "", kind: str = FORM, token: str = "") -> int:
    connection = HTTPConnection("127.0.0.1", port, timeout=10)
    try:
        connection.request(method, path, body, {"Content-Type": kind, "Authorization": f"Bearer {token}"})
        return connection.getresponse().status
    finally:
        connection.close()


def test_what_people_say_and_follow_comes_out_in_no_log(tmp_path: Path) -> None:
    port = free_port()
    with TwilioStandIn() as twilio, SmtpStandIn(tmp_path, security=SmtpSecurity.NONE) as mail:
        account = {"sid": ACCOUNT_SID, "token": AUTH_TOKEN, "number": FROM_NUMBER, "url": twilio.url}
        settings = {"smtp": mail.port, "port": port, "public": PUBLIC_URL, "phones": PHONES, "system": SYSTEM}
        (tmp_path / "legup.yaml").write_text(FILE.format(**account, **settings))
        with Process(tmp_path, "--verbose", "run") as running:
            twilio.wait_for(3, 30)
            (letter,) = mail.wait_for(1, 30)
            calls = TwilioCalls(f"http://127.0.0.1:{port}", PUBLIC_URL)
            for phone, words in zip(PHONES, ("Kanarienwort?", "BORN", "LOSS", "stop it, Kanaria"), strict=True):
                assert calls.text(phone, words) == 200
            form = {"From": PHONES[0], "Body": "Kanarienwort", "MessageSid": "kanarien"}
            assert calls.post("/twilio/inbound", form) == 400
            assert calls.post("/twilio/inbound", form, signature="kanarien") == 403
            paths = links_of(letter)
            assert len({path[:3] for path in paths}) == 2, "links that act, and one to the page"
            for path in paths:
                assert ask(port, "GET", path) == 200
                assert ask(port, "GET", f"{path}kanarien") == 404
            acting = next(path for path in paths if path.startswith("/a/"))
            assert ask(port, "POST", acting) == 200
            assert ask(port, "POST", f"{acting}kanarien") == 404
            assert ask(port, "GET", f"/kanarien?phone={PHONES[0]}") == 404
            for token, row, status in (
                (SYSTEM, PERSON, 201),
                (SYSTEM, {"kanarien": 1}, 422),
                ("kanarien", PERSON, 401),
            ):
                assert ask(port, "PUT", "/api/people/p9", json.dumps(row), JSON, token) == status
            assert ask(port, "GET", "/api/people/kanarien", token=SYSTEM) == 404
            running.interrupt(signal.SIGTERM)
            assert running.ended() == 0
    assert "POST /twilio/inbound 200" in running.text
    assert [line for line in running.text.splitlines() if MARKS.search(line)] == []
