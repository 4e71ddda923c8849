"""What a running service hears by, and that an address it cannot have is told of before anything is sent."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from io import StringIO
from pathlib import Path
from typing import Any

import pytest

from config.person import ChannelName, Contacts, Person, Preferences
from config.service_check import CONSOLE
from config.settings import Config, Service, WebSection
from scheduler.clock import SystemClock
from scheduler.delivery.text_message import TextMessage
from scheduler.service.desk import Desk
from scheduler.service.doorbell import ring
from scheduler.service.registry import Registry
from scheduler.service.running import Running
from tests.standins.people_api import PLANS
from tests.standins.screen import Screen
from tests.standins.twilio import TwilioStandIn

PHONE = "+447946007001"
SAM = Person("sam", Preferences("UTC", quiet_hours=(), channels=(ChannelName.CONSOLE,)), Contacts(phone=PHONE))
LISTENING = WebSection(enabled=True)


@dataclass
class Ear:
    """A way in that notes what becomes of it."""

    desk: Desk
    calls: list[str] = field(default_factory=list)

    def start(self) -> None:
        self.calls.append("start")

    def stop(self) -> None:
        self.calls.append("stop")


class Doors:
    """Makes ears, or cannot."""

    def __init__(self, fault: Exception | None = None) -> None:
        self.ears: list[Ear] = []
        self.registries: list[Registry | None] = []
        self._fault = fault

    def __call__(self, desk: Desk, registry: Registry | None) -> Ear:
        self.registries.append(registry)
        if self._fault is not None:
            raise self._fault
        self.ears.append(Ear(desk))
        return self.ears[-1]


def config(folder: Path, **service: Any) -> Config:
    limits = dict.fromkeys(ChannelName, CONSOLE)
    return Config((SAM,), Service(database=str(folder / "legup.db"), limits=limits, **service))


def test_people_and_other_processes_are_heard_while_it_runs(tmp_path: Path) -> None:
    doors, database = Doors(), tmp_path / "legup.db"
    with Running(config(tmp_path, web=LISTENING), SystemClock(), StringIO(), doors) as running:
        running.start()
        (ear,) = doors.ears
        heard = ear.desk.text(TextMessage("SM1", PHONE, "+15005550006", "STOP", datetime.now(UTC)))
        assert heard.person == "sam"
        assert ear.calls == ["start"]
        assert ring(database)
    assert ear.calls == ["start", "stop"]
    assert not ring(database)


def test_who_is_brought_by_another_system_is_sent_to_at_once(tmp_path: Path) -> None:
    doors, screen = Doors(), Screen()
    web = WebSection.model_validate({"enabled": True, "api_token": "t" * 40})
    settings = replace(config(tmp_path, web=web), plans=PLANS)
    with Running(settings, SystemClock(), screen, doors) as running:
        running.start()
        (registry,) = doors.registries
        assert registry is not None
        registry.keep("ann", {"plan": "standard", "quiet_hours": []})
        assert any("(to ann)" in each for each in screen.welcomes.wait_for(2, timeout=20))


def test_nobody_listens_where_web_is_off(tmp_path: Path) -> None:
    doors = Doors()
    with Running(config(tmp_path), SystemClock(), StringIO(), doors) as running:
        running.start()
    assert doors.ears == []


def test_an_address_that_is_taken_is_told_of_before_anything_is_sent(tmp_path: Path) -> None:
    console = StringIO()
    doors = Doors(OSError("cannot listen on 127.0.0.1 port 8765"))
    running = Running(config(tmp_path, web=LISTENING), SystemClock(), console, doors)
    with pytest.raises(OSError, match="cannot listen"), running:
        running.start()
    assert console.getvalue() == ""


def test_the_inbox_is_read_as_soon_as_it_runs(tmp_path: Path) -> None:
    with TwilioStandIn() as twilio:
        settings = config(tmp_path, twilio=twilio.account())
        with Running(settings, SystemClock(), StringIO()) as running:
            running.start()
            twilio.calls.wait_for(1)
    assert [call.method for call in twilio.calls.all()][:1] == ["GET"]
