"""Somebody is forgotten while the service runs: their bytes leave the files at once, everyone else's nudges go on."""

from __future__ import annotations

import json
from pathlib import Path

from tests.standins.commands import Process, legup
from tests.standins.http import Answer
from tests.standins.twilio import ACCEPT_THEN_HANG, ACCOUNT_SID, AUTH_TOKEN, FROM_NUMBER, TwilioStandIn

SERVICE = """\
timezone: Etc/UTC
quiet_hours: []
database: state/legup.db
twilio: {{account_sid: {sid}, auth_token: {token}, from_number: "{number}", base_url: "{url}", timeout: 0.5}}
people:
"""
SAM = """\
  - {id: sam, channel: sms, phone: "+447946007001", name: Sam, nudges: {hydration: every 3 h}}
"""
ANN = """\
  - {id: ann, channel: sms, phone: "+447946007002", name: Kanaria, due_date: 2027-03-14, nudges: {hydration: every 3 h}}
"""
TRACES = (b"7946007002", b"Kanaria", b"2027-03-14", b"ann/", b":ann")


def said(home: Path, *words: str) -> str:
    done = legup(home, *words)
    assert done.code == 0, done.err
    return done.out


def test_a_person_is_forgotten_while_the_service_runs(tmp_path: Path) -> None:
    file, state = tmp_path / "legup.yaml", tmp_path / "state"
    with TwilioStandIn() as twilio:
        service = SERVICE.format(sid=ACCOUNT_SID, token=AUTH_TOKEN, number=FROM_NUMBER, url=twilio.url)
        file.write_text(service + SAM + ANN)
        twilio.listing(Answer.json(200, {"messages": [], "next_page_uri": None}))  # looking it up finds nothing
        twilio.rule(lambda form: form["To"].endswith("002"), ACCEPT_THEN_HANG)
        with Process(tmp_path, "run") as running:
            twilio.wait_for(2, 60)
            running.wait_for("unknown", 60)
            held = json.loads(said(tmp_path, "people", "export", "ann"))
            assert held["attempts"][0]["body"], "its fate is unknown, so its words are kept"
            file.write_text(service + SAM)
            assert "ann is forgotten" in said(tmp_path, "people", "forget", "ann", "--yes")
            found = {each.name: each.read_bytes() for each in state.iterdir() if each.is_file()}
            assert [(name, trace) for name, content in found.items() for trace in TRACES if trace in content] == []
            said(tmp_path, "send", "hydration", "--to", "sam")
            assert "may or may not" not in said(tmp_path, "status")
            running.interrupt()
            assert running.ended() == 0
        assert [each.to[-3:] for each in twilio.messages.all()].count("001") == 2
    assert "Traceback" not in running.text
