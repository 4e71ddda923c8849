"""Two-way, whole: a real `legup run`, Twilio on the other side, and people who text, click and stop."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from config.accounts import SmtpSecurity
from config.person import ChannelName
from scheduler.delivery.delivery import Delivery, State
from scheduler.storage.outbox import SqlOutbox
from scheduler.storage.sqlite import open_sqlite
from tests.standins.commands import Process, legup
from tests.standins.free_port import free_port
from tests.standins.smtp import SmtpStandIn
from tests.standins.twilio import ACCOUNT_SID, AUTH_TOKEN, FROM_NUMBER, TwilioStandIn
from tests.standins.twilio_calls import TwilioCalls

PUBLIC_URL = "https://legup.example.org"
ANN, BEA, CIS, DEE = (f"+44794600700{number}" for number in (1, 2, 3, 4))
SERVICE = """\
timezone: Etc/UTC
quiet_hours: []
nudges: {{hydration: every 3 h}}
database: state/legup.db
limits: {{sms: {{messages_per_second: 100}}, email: {{messages_per_second: 100}}}}
twilio: {{account_sid: {sid}, auth_token: {token}, from_number: "{number}", base_url: "{url}", timeout: 2}}
people:
  - {{id: ann, channel: sms, phone: "{ann}"}}
  - {{id: bea, channel: sms, phone: "{bea}"}}
"""
MORE = """\
  - {{id: cis, channel: sms, phone: "{cis}"}}
  - {{id: dee, channel: [sms, email], phone: "{dee}", email: dee@example.org}}
smtp: {{host: 127.0.0.1, port: {smtp}, security: none, from_address: nudges@example.org}}
web: {{enabled: true, port: {port}, public_url: "{public}"}}
"""


def service(twilio: TwilioStandIn, more: str = "", **values: Any) -> str:
    filled = {"ann": ANN, "bea": BEA, "cis": CIS, "dee": DEE, "public": PUBLIC_URL, **values}
    given = {"sid": ACCOUNT_SID, "token": AUTH_TOKEN, "number": FROM_NUMBER, "url": twilio.url}
    return (SERVICE + more).format(**given, **filled)


def send_one(home: Path, person: str) -> None:
    assert legup(home, "send", "hydration", "--to", person).code == 0


@contextmanager
def record(home: Path) -> Iterator[SqlOutbox]:
    """What the database knows."""
    with closing(open_sqlite(home / "state" / "legup.db", contact_key=b"to read on")) as outbox:
        yield outbox


def deliveries(home: Path, person: str) -> dict[str, Delivery]:
    """By kind of cause, the last one."""
    now, day = datetime.now(UTC), timedelta(days=1)
    with record(home) as outbox:
        found = outbox.deliveries(now - day, now + day, person=person)
    return {each.cause.partition(":")[0]: each for each in found}


def stopped(home: Path) -> set[str]:
    with record(home) as outbox:
        known = {name: outbox.person(name) for name in ("ann", "bea", "cis", "dee")}
    return {name for name, found in known.items() if found is not None and found[1].opted_out}


def texts_to(twilio: TwilioStandIn, phone: str) -> list[str]:
    return [each.body for each in twilio.messages.all() if each.to == phone]


def test_what_people_text_takes_effect_at_once(tmp_path: Path) -> None:
    port = free_port()
    with TwilioStandIn() as twilio, SmtpStandIn(tmp_path, security=SmtpSecurity.NONE) as mail:
        (tmp_path / "legup.yaml").write_text(service(twilio, MORE, smtp=mail.port, port=port))
        calls = TwilioCalls(f"http://127.0.0.1:{port}", PUBLIC_URL)
        with Process(tmp_path, "run") as running:
            welcomes = {each.to: each for each in twilio.wait_for(4, 30)}
            assert {each.callback for each in welcomes.values()} == {f"{PUBLIC_URL}/twilio/status"}

            assert calls.text(BEA, "Cramp!!") == 200
            assert twilio.wait_for(5)[-1].to == BEA
            assert texts_to(twilio, BEA)[-1].startswith("Leg cramp")

            assert calls.status(welcomes[DEE].sid, "undelivered", 30007) == 204
            (letter,) = mail.wait_for(1)
            assert letter.recipients == ("dee@example.org",)
            assert f"{PUBLIC_URL}/a/" in letter.part("plain"), "links work here, and so it has some"

            assert calls.text(ANN, "stop") == 200
            assert calls.text(CIS, "Lass mich in Ruhe", OptOutType="STOP") == 200
            assert calls.post("/twilio/inbound", {"From": BEA, "Body": "STOP"}, signature="forged") == 403
            assert stopped(tmp_path) == {"ann", "cis"}

            send_one(tmp_path, "bea")
            assert calls.text(BEA, "snooze 1h") == 200
            running.interrupt(signal.SIGTERM)
            assert running.ended() == 0
        assert texts_to(twilio, ANN) == [welcomes[ANN].body], "Twilio answers STOP itself"
        assert texts_to(twilio, CIS) == [welcomes[CIS].body]
    once_more = deliveries(tmp_path, "bea")["snooze"]
    assert (once_more.kind, once_more.state) == ("hydration", State.PENDING)
    by_email = deliveries(tmp_path, "dee")["welcome"]
    assert (by_email.channel, by_email.state, by_email.attempts) == (ChannelName.EMAIL, State.SENT, 2)
    assert "Traceback" not in running.text
    assert "Lass mich" not in running.text
    assert "/a/" not in running.text


def test_without_a_public_address_texts_are_fetched_those_from_before_the_first_start_excepted(tmp_path: Path) -> None:
    with TwilioStandIn() as twilio:
        (tmp_path / "legup.yaml").write_text(service(twilio))
        twilio.receive(BEA, "STOP")
        with Process(tmp_path, "run") as running:
            welcomes = {each.to: each for each in twilio.wait_for(2, 30)}
            assert {each.callback for each in welcomes.values()} == {None}
            running.interrupt(signal.SIGTERM)
            assert running.ended() == 0
        twilio.receive(ANN, "STOP")
        twilio.receive(BEA, "calambre")
        twilio.became(welcomes[ANN].sid, "delivered")
        with Process(tmp_path, "run") as running:
            assert twilio.wait_for(3, 30)[-1].to == BEA
            assert texts_to(twilio, BEA)[-1].startswith("Leg cramp")
            running.interrupt(signal.SIGTERM)
            assert running.ended() == 0
    assert stopped(tmp_path) == {"ann"}
    assert deliveries(tmp_path, "ann")["welcome"].state is State.DELIVERED
    assert texts_to(twilio, ANN) == [welcomes[ANN].body]
