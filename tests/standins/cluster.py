"""A cluster: three real workers on one real PostgreSQL, a provider that outlives them, and things that go wrong.

Each round enrols people of its own whose nudges are due at once, lets something happen while they go out, and compares
the record with what was received.
"""

from __future__ import annotations

import os
import signal
import subprocess
import threading
import time
from collections import deque
from collections.abc import Callable, Iterator
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
from tests.standins.commands import LEGUP
from tests.standins.comparison import Received, Record, Verdict, compare
from tests.standins.postgres import PostgresServer, new_database
from tests.standins.twilio import ACCOUNT_SID, AUTH_TOKEN, FROM_NUMBER, TwilioStandIn
from tests.standins.victim import EPOCH, SkippingClock, unfinished

ROOT = Path(__file__).parents[2]
PATIENCE = 60.0
WORKERS = 3
NUDGES = ("hydration", "potassium")
KEY = "k" * 40
READY = "legup: this worker takes part"

Harm = Callable[["Site", Random], None]
"""Does something bad while messages go out."""


class WorkerProcess:
    """`legup worker` as a process of its own."""

    def __init__(self, home: Path) -> None:
        self._process = subprocess.Popen(
            [*LEGUP, "--config", str(home / "legup.yaml"), "worker"],
            env={**os.environ, "PYTHONPATH": str(ROOT), "LEGUP_SECRET_KEY": KEY},
            cwd=home,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            text=True,
        )
        self.told: deque[str] = deque(maxlen=200)
        self._ready = threading.Event()
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def wait_until_ready(self) -> None:
        assert self._ready.wait(PATIENCE), "\n".join(self.told)
        assert self._process.poll() is None, "\n".join(self.told)

    def send(self, number: signal.Signals) -> None:
        self._process.send_signal(number)

    def ended(self) -> int:
        """Wait for its end; returns the exit code."""
        try:
            return self._process.wait(PATIENCE)
        finally:
            self._reader.join()
            assert self._process.stderr is not None
            self._process.stderr.close()

    def _read(self) -> None:
        assert self._process.stderr is not None
        for line in self._process.stderr:
            self.told.append(line.rstrip())
            if line.startswith(READY):
                self._ready.set()
        self._ready.set()


@dataclass
class Site:
    """The server, the provider and the workers, over many rounds."""

    folder: Path
    sms_per_second: int = 500
    people: int = 20
    """New ones in each round."""
    workers: list[WorkerProcess] = field(default_factory=list)
    rounds: int = 0

    def __enter__(self) -> Self:
        with ExitStack() as opening:
            self.server = opening.enter_context(PostgresServer())
            self.url = new_database(self.server.url)
            self.twilio = opening.enter_context(TwilioStandIn(latency=0.01))
            self.config = self.folder / "legup.yaml"
            self.config.write_text(self._text(), encoding="utf-8")
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

    def begin_worker(self) -> WorkerProcess:
        begun = WorkerProcess(self.folder)
        self.workers.append(begun)
        return begun

    def replace(self, worker: WorkerProcess) -> None:
        """After its end: another one in its stead."""
        self.workers.remove(worker)
        self.begin_worker().wait_until_ready()

    def round(self, harm: Harm, seed: int = 0) -> Verdict:
        """Nudges come due, harm is done while they go out, and whatever it left is settled."""
        self.rounds += 1
        number, before = self.rounds, len(self.twilio.messages.all())
        self.enrol(number)
        self.look()
        self.twilio.messages.wait_for(before + 1, PATIENCE)
        harm(self, Random(seed))  # noqa: S311 - to be repeated, not to be secret
        in_flight = self._until_quiet(number)
        self._settle()
        deliveries = self.of_round(number)
        attempts = self.outbox.attempts([each.id for each in deliveries])
        found = sum(each.outcome == "found" for each in attempts)
        expected = {f"{person}/{kind}" for person in self._people(number) for kind in (*NUDGES, "welcome")}
        received = Received(self.twilio.messages.all()[before:], ())
        return compare(harm.__name__, expected, Record(deliveries, found, in_flight), received)

    def enrol(self, number: int) -> None:
        """People whose nudges came due some minutes ago."""
        then = datetime.now(UTC) - timedelta(minutes=20)
        people = [_person(each, place, number, then) for place, each in enumerate(self._people(number))]
        self.outbox.enrol(enrolments(people, Routines(nudge_defaults()), then), then, origin=f"round {number}")

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
        """Some worker is to claim now, and not at the next tick."""
        app = App(connector=SyncPsycopgConnector(conninfo=self.url))
        with app.open():
            for _ in range(WORKERS):
                app.configure_task("legup.claim", queue=QUEUE).defer()

    def of_round(self, number: int) -> list[Delivery]:
        now = datetime.now(UTC)
        prefix = f"r{number}-"
        found = self.outbox.deliveries(now - timedelta(days=1), now + timedelta(minutes=1), limit=1_000_000)
        return [each for each in found if each.person.startswith(prefix)]

    def _people(self, number: int) -> list[str]:
        return [f"r{number}-p{place}" for place in range(self.people)]

    def _until_quiet(self, number: int) -> set[int]:
        """Wait until the living have done all they can; returns what is still committed as being sent."""
        deadline = time.monotonic() + PATIENCE
        before: set[int] | None = None
        states: dict[int, State] = {}
        while time.monotonic() < deadline:
            time.sleep(0.3)  # nothing tells when nothing happens any more
            with suppress(StorageError):  # our own connections were cut as well
                states = {each.id: each.state for each in self.of_round(number)}
            sending = {identifier for identifier, state in states.items() if state is State.SENDING}
            whole = len(states) == self.people * (len(NUDGES) + 1)
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

    def _text(self) -> str:
        return f"""\
timezone: Europe/London
database: {self.url}
secret_key: {KEY}
twilio:
  account_sid: {ACCOUNT_SID}
  auth_token: {AUTH_TOKEN}
  from_number: "{FROM_NUMBER}"
  base_url: {self.twilio.url}
  timeout: 5
limits:
  sms: {{messages_per_second: {self.sms_per_second}, concurrency: 4}}
people:
  - id: nobody
"""


def _person(identifier: str, place: int, number: int, then: datetime) -> Person:
    when = parse_schedule(f"at {then + timedelta(minutes=10):%H:%M}")
    nudges = tuple(NudgePreference(nudge, schedule=when) for nudge in NUDGES)
    preferences = Preferences("UTC", channels=(ChannelName.SMS,), nudges=nudges, quiet_hours=())
    return Person(identifier, preferences, Contacts(phone=f"+4479{number:04}{place:04}"))


def killed(site: Site, chance: Random) -> None:
    """kill -9."""
    worker = chance.choice(site.workers)
    time.sleep(chance.random() * 0.2)
    worker.send(signal.SIGKILL)
    worker.ended()
    site.replace(worker)


def suspended(site: Site, chance: Random) -> None:
    """Stopped for longer than its leases last, while others take over what it was doing; then it goes on."""
    worker = chance.choice(site.workers)
    time.sleep(chance.random() * 0.1)
    worker.send(signal.SIGSTOP)
    time.sleep(0.5)
    ahead = datetime.now(UTC) + timedelta(minutes=6)
    site.outbox.expire_leases(ahead)
    worker.send(signal.SIGCONT)


def restarted(site: Site, chance: Random) -> None:
    """The server crashes and comes back."""
    time.sleep(chance.random() * 0.2)
    site.server.stop()
    time.sleep(chance.random() * 0.5)
    site.server.start()


def cut(site: Site, chance: Random) -> None:
    """Every connection is cut, several times."""
    for _ in range(3):
        time.sleep(chance.random() * 0.1)
        with psycopg.connect(site.url, autocommit=True) as connection:
            connection.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() "
                "AND pid <> pg_backend_pid()"
            )


def stopped(site: Site, chance: Random) -> None:
    """SIGTERM, as in a rolling restart: it finishes what it began, and another takes its place."""
    worker = chance.choice(site.workers)
    worker.send(signal.SIGTERM)
    assert worker.ended() == 0, "\n".join(worker.told)
    site.replace(worker)


HARMS: tuple[Harm, ...] = (killed, suspended, restarted, cut, stopped)


def seeded(rounds: int) -> Iterator[tuple[Harm, int]]:
    """Each kind of harm in turn, at other moments every time."""
    for number in range(rounds):
        yield HARMS[number % len(HARMS)], number
