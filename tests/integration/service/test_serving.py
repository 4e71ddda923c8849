"""The desk in a process of its own: it hears people, and wakes the process that sends."""

from __future__ import annotations

import threading
from contextlib import closing
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from config.person import ChannelName, Contacts, Person, Preferences
from config.settings import Config, Service, WebSection
from scheduler.clock import SystemClock
from scheduler.delivery.text_message import TextMessage
from scheduler.service.assembly import enrol, open_outbox
from scheduler.service.desk import Desk
from scheduler.service.doorbell import Doorbell
from scheduler.service.registry import Registry
from scheduler.service.serving import Serving
from tests.standins.gathering import Gathering
from tests.standins.people_api import PLANS

PHONE = "+447946007001"
SAM = Person("sam", Preferences("UTC", channels=(ChannelName.SMS,)), Contacts(phone=PHONE))


@dataclass
class Ear:
    """A way in that notes what becomes of it."""

    desk: Desk
    calls: list[str] = field(default_factory=list)

    def start(self) -> None:
        self.calls.append("start")

    def stop(self) -> None:
        self.calls.append("stop")


def config(folder: Path) -> Config:
    return Config((SAM,), Service(database=str(folder / "legup.db"), web=WebSection(enabled=True)))


def test_what_comes_in_is_recorded_and_whoever_sends_is_woken(tmp_path: Path) -> None:
    settings, made, rings = config(tmp_path), Gathering[Ear](), Gathering[None]()
    outbox = open_outbox(settings.service)
    enrol(settings, outbox, SystemClock())
    bell = Doorbell(tmp_path / "legup.db", lambda: rings.add(None))
    bell.start()

    def door(desk: Desk, _registry: Registry | None) -> Ear:
        made.add(Ear(desk))
        return made.all()[0]

    serving = Serving(settings, SystemClock(), door)
    with serving:
        serving.start()
        (ear,) = made.all()
        assert ear.calls == ["start"]
        heard = ear.desk.text(TextMessage("SM1", PHONE, "+15005550006", "STOP", datetime.now(UTC)))
        assert (heard.person, heard.understood) == ("sam", "stop")
        rings.wait_for(1)
        threading.Timer(0.01, serving.stop).start()
        serving.wait()
    assert ear.calls == ["start", "stop"]
    known = outbox.person("sam")
    assert known is not None
    assert known[1].opted_out
    bell.stop()
    outbox.close()


def test_who_is_brought_by_another_system_is_recorded_and_whoever_sends_is_woken(tmp_path: Path) -> None:
    token = {"enabled": True, "api_token": "t" * 40}
    plain = config(tmp_path)
    settings = replace(plain, service=replace(plain.service, web=WebSection.model_validate(token)), plans=PLANS)
    rings, made = Gathering[None](), Gathering[Registry | None]()
    bell = Doorbell(tmp_path / "legup.db", lambda: rings.add(None))
    bell.start()

    def door(desk: Desk, registry: Registry | None) -> Ear:
        made.add(registry)
        return Ear(desk)

    with Serving(settings, SystemClock(), door):
        (registry,) = made.all()
        assert registry is not None
        assert registry.keep("ann", {"plan": "standard"}).new
        rings.wait_for(1)
    bell.stop()
    with closing(open_outbox(settings.service)) as outbox:
        assert outbox.origins(["ann"]) == {"ann": "roster"}


def test_with_nobody_who_sends_it_is_recorded_all_the_same(tmp_path: Path) -> None:
    settings, made = config(tmp_path), Gathering[Ear]()
    outbox = open_outbox(settings.service)
    enrol(settings, outbox, SystemClock())

    def door(desk: Desk, _registry: Registry | None) -> Ear:
        made.add(Ear(desk))
        return made.all()[0]

    with Serving(settings, SystemClock(), door):
        heard = made.all()[0].desk.text(TextMessage("SM1", PHONE, "+15005550006", "STOP", datetime.now(UTC)))
    assert heard.fresh
    outbox.close()


def test_it_cannot_start_before_it_has_its_database(tmp_path: Path) -> None:
    with pytest.raises(RuntimeError, match="enter Serving first"):
        Serving(config(tmp_path), SystemClock(), lambda desk, _registry: Ear(desk)).start()
