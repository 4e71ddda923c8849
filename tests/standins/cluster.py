"""A cluster: three real workers on one real PostgreSQL, and a provider that outlives them.

Each round enrols people of its own whose nudges are due at once, lets something happen while they go out
(tests/standins/harms.py), and compares the record with what was received.
"""

from __future__ import annotations

import os
import signal
import threading
import time
from collections.abc import Callable, Sequence
from contextlib import ExitStack, closing, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random
from types import TracebackType
from typing import Self

import psycopg
from procrastinate import App, SyncPsycopgConnector

from config.person import ChannelName, Contacts, NudgePreference, Person, Preferences
from config.phrase import parse_schedule
from scheduler.cli.configuration import read
from scheduler.delivery.delivery import Delivery, State
from scheduler.delivery.routines import Routines
from scheduler.delivery.sharing import RENEWED, WARM
from scheduler.service.assembly import build_pump, upgrade
from scheduler.service.cluster import QUEUE
from scheduler.service.defaults import nudge_defaults
from scheduler.service.roster import enrolments
from scheduler.storage.errors import StorageError
from scheduler.storage.instants import to_micros
from scheduler.storage.outbox import SqlOutbox
from scheduler.storage.postgres import open_postgres
from tests.standins.comparison import Received, Record, Verdict, compare
from tests.standins.hasty_worker import PATIENCE, HastyWorker
from tests.standins.postgres import PostgresServer, new_database
from tests.standins.twilio import ACCOUNT_SID, AUTH_TOKEN, FROM_NUMBER, TwilioStandIn
from tests.standins.victim import EPOCH, SkippingClock, unfinished

WORKERS = 3
CONCURRENCY = 4
"""Messages that each of them has under way at most."""
NUDGES = ("hydration", "potassium")
KEY = "k" * 40
LEASE = 4.0
"""Seconds. Real ones are longer than a send may take; these are not, so that they end in the middle of one."""

Harm = Callable[["Site", Random], None]
"""Sets messages going, and does something bad while they go out."""


@dataclass
class Site:
    """The server, the provider and the workers, over many rounds."""

    folder: Path
    sms_per_second: int = 500
    people: int = 20
    """New ones in each round."""
    workers: list[HastyWorker] = field(default_factory=list)
    rounds: int = 0
    expected: set[str] = field(default_factory=set)
    """The messages of this round, each as `person/kind`."""

    def __enter__(self) -> Self:
        with ExitStack() as opening:
            self.server = opening.enter_context(PostgresServer())
            self.url = new_database(self.server.url)
            self.twilio = opening.enter_context(TwilioStandIn(latency=0.01))
            self.config = self.write_config("nobody")
            self.settings = read(self.config)
            upgrade(self.settings.service)
            self.outbox = opening.enter_context(closing(self._outbox()))
            opening.callback(self._end)
            for _ in range(WORKERS):
                self.begin_worker()
            for each in self.workers:
                each.wait_until_ready()
            self._open = opening.pop_all()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, fault: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._open.close()

    def write_config(self, person: str) -> Path:
        """A config file of this person alone, newer than all before."""
        file = self.folder / f"{person}.yaml"
        file.write_text(self._text(person), encoding="utf-8")
        return file

    def begin_worker(self) -> HastyWorker:
        begun = HastyWorker(self.config, LEASE)
        self.workers.append(begun)
        return begun

    def replace(self, worker: HastyWorker) -> HastyWorker:
        """After its end: another one in its stead."""
        self.workers.remove(worker)
        begun = self.begin_worker()
        begun.wait_until_ready()
        return begun

    def round(self, harm: Harm, seed: int = 0) -> Verdict:
        """Nudges come due, harm is done while they go out, and whatever it left is settled."""
        before = len(self.twilio.messages.all())
        self.enrol()
        harm(self, Random(seed))  # noqa: S311 - to be repeated, not to be secret
        in_flight = self._until_quiet()
        self._settle()
        deliveries = self.deliveries()
        attempts = self.outbox.attempts([each.id for each in deliveries])
        found = sum(each.outcome == "found" for each in attempts)
        received = Received(self.twilio.messages.all()[before:], ())
        return compare(harm.__name__, self.expected, Record(deliveries, found, in_flight), received)

    def enrol(self) -> None:
        """A new round's people, whose nudges came due some minutes ago."""
        self.rounds += 1
        then = datetime.now(UTC) - timedelta(minutes=20)
        people = [_person(self.rounds, place, then) for place in range(self.people)]
        self.outbox.enrol(enrolments(people, Routines(nudge_defaults()), then), then, origin=f"round {self.rounds}")
        self.expected = {f"{each.id}/{kind}" for each in people for kind in (*NUDGES, "welcome")}

    def set_going(self) -> None:
        """Let the workers claim what is due, and wait until the first message has arrived."""
        before = len(self.twilio.messages.all())
        self.look()
        self.twilio.messages.wait_for(before + 1, PATIENCE)

    def wait_until(self, holds: Callable[[set[State]], bool]) -> None:
        """Wait until this is true of the states that this round's deliveries are in."""
        deadline = time.monotonic() + PATIENCE
        while not holds({each.state for each in self.deliveries()}):
            assert time.monotonic() < deadline
            time.sleep(0.2)

    def wait_until_all_take_part(self) -> None:
        """Newcomers begin to send when everybody has seen them."""
        long_ago = datetime.now(UTC) - WARM - RENEWED
        deadline = time.monotonic() + PATIENCE
        with psycopg.connect(self.url, autocommit=True) as connection:
            while connection.execute(
                "SELECT count(*) FROM workers WHERE since > %s", [to_micros(long_ago)]
            ).fetchone() != (0,):
                assert time.monotonic() < deadline
                time.sleep(0.2)
                long_ago = datetime.now(UTC) - WARM - RENEWED

    def look(self) -> None:
        """The workers are to claim now, and not at the next tick."""
        for _ in range(WORKERS):
            self._defer("legup.claim")

    def tick(self) -> None:
        """Some worker is to have its regular look now, and not within ten seconds."""
        self._defer("legup.tick", timestamp=0)

    def deliveries(self) -> list[Delivery]:
        """Those of this round."""
        now = datetime.now(UTC)
        prefix = f"r{self.rounds}-"
        found = self.outbox.deliveries(now - timedelta(days=1), now + timedelta(minutes=1), limit=1_000_000)
        return [each for each in found if each.person.startswith(prefix)]

    def _defer(self, job: str, **given: int) -> None:
        app = App(connector=SyncPsycopgConnector(conninfo=self.url))
        with app.open():
            app.configure_task(job, queue=QUEUE).defer(**given)

    def _until_quiet(self) -> set[int]:
        """Wait until the living have done all they can; returns what is still committed as being sent."""
        deadline = time.monotonic() + PATIENCE
        before: set[int] | None = None
        states: dict[int, State] = {}
        while time.monotonic() < deadline:
            time.sleep(0.3)  # nothing tells when nothing happens any more
            with suppress(StorageError):  # our own connections were cut as well
                states = {each.id: each.state for each in self.deliveries()}
            sending = {identifier for identifier, state in states.items() if state is State.SENDING}
            whole = len(states) == len(self.expected)
            if whole and State.PENDING not in states.values() and sending == before:
                return sending | {identifier for identifier, state in states.items() if state is State.UNKNOWN}
            before = sending
        raise AssertionError(f"not done: {sorted(str(state) for state in states.values())}")

    def _settle(self) -> None:
        """All that follows, hours of it, at once: what the dead began is looked up."""
        clock, pause = SkippingClock(), threading.Event()
        with Path(os.devnull).open("w", encoding="utf-8") as console:
            pump = build_pump(self.settings, self.outbox, clock, console)
        with closing(pump.lanes[ChannelName.SMS].channel):
            while unfinished(self.outbox) or self.outbox.overview(EPOCH).in_doubt:
                pump.plan()
                if pump.send(ChannelName.SMS) + pump.resolve():
                    continue
                following = self.outbox.next_event_at()
                if following is not None and following > clock.now():
                    clock.skip_to(following)
                else:
                    pause.wait(0.005)  # the rate holds it back

    def _outbox(self) -> SqlOutbox:
        return open_postgres(self.url, contact_key=b"not asked for")

    def _end(self) -> None:
        for each in self.workers:
            each.send(signal.SIGCONT)
            each.send(signal.SIGTERM)
        for each in self.workers:
            each.ended()

    def _text(self, person: str) -> str:
        return f"""\
timezone: Europe/London
quiet_hours: []
database: {self.url}
secret_key: {KEY}
twilio:
  account_sid: {ACCOUNT_SID}
  auth_token: {AUTH_TOKEN}
  from_number: "{FROM_NUMBER}"
  base_url: {self.twilio.url}
  timeout: 60
limits:
  sms: {{messages_per_second: {self.sms_per_second}, concurrency: {CONCURRENCY}}}
people:
  - {{id: {person}, channel: sms, phone: "+447946{self.rounds:06}"}}
"""


def _person(number: int, place: int, then: datetime) -> Person:
    when = parse_schedule(f"at {then + timedelta(minutes=10):%H:%M}")
    nudges = tuple(NudgePreference(nudge, schedule=when) for nudge in NUDGES)
    preferences = Preferences("UTC", channels=(ChannelName.SMS,), nudges=nudges, quiet_hours=())
    return Person(f"r{number}-p{place}", preferences, Contacts(phone=f"+4479{number:04}{place:04}"))


def arrivals(site: Site, messages: int) -> list[datetime]:
    """When the next so many messages arrive, the people of one round being due and all workers taking part."""
    site.wait_until_all_take_part()
    before = len(site.twilio.messages.all())
    site.enrol()
    site.look()
    came = site.twilio.messages.wait_for(before + messages, PATIENCE * 2)[before:]
    return sorted(datetime.fromisoformat(each.received_at) for each in came)


def busiest_second(arrivals: Sequence[datetime]) -> int:
    """The most that arrived within any second."""
    return max(sum(at <= each < at + timedelta(seconds=1) for each in arrivals) for at in arrivals)
