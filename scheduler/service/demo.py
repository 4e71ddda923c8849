"""One person's whole day on a virtual clock. Everything else is real: the file and its check, the plan, the database,
the pump, the console and a mail server, all on this machine."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from io import StringIO
from pathlib import Path
from tempfile import TemporaryDirectory
from types import TracebackType
from typing import Self, TypeAlias

from config.person import ChannelName
from config.settings import Config
from scheduler.delivery.delivery import Delivery, Message, State
from scheduler.delivery.outcome import Outcome
from scheduler.delivery.ports import AttemptRecord, Channel
from scheduler.planning.slot import Silence
from scheduler.planning.zone import EPOCH, instant_of, local_of
from scheduler.service.assembly import build_pump, enrol, open_outbox
from scheduler.service.checking import check
from scheduler.service.errors import ServiceError
from scheduler.service.mailbox import Mailbox

ZONE = "Europe/London"
FILE = f"""\
timezone: {ZONE}
people:
  - id: sam
    email: sam@example.org
    wake: "07:00"
    bedtime: "22:30"
    quiet_hours: ["22:30-07:00", "13:15-14:15"]    # the night, and a nap
    channel: console
    nudges:
      hydration: every 3 h from 09:00 to 18:00
      sitting_break: every 2 h from 09:30 to 15:30
      daily_exercise: {{when: at 10:30, channel: email}}
      potassium: {{when: at 16:30, channel: email}}
      legs_up: at 20:00
      bedtime_stretch: {{when: 30 min before bedtime, channel: [email, console]}}
"""
"""Sam's part of the configuration; the demo adds where its own database and mail server are."""

_SERVICE = """\
database: legup.db
smtp: {{host: 127.0.0.1, port: {port}, security: none, from_address: "legup <legup@example.org>"}}
"""
_SECOND = timedelta(seconds=1)
_STILL = frozenset({State.MISSED, State.SUPPRESSED, State.CANCELLED})


class VirtualClock:
    """Stands still until it is moved, and never goes back."""

    def __init__(self, now: datetime) -> None:
        self._now = now

    def now(self) -> datetime:
        return self._now

    def uptime(self) -> timedelta:
        return self._now - EPOCH

    def move_to(self, instant: datetime) -> None:
        """Raises ValueError for an instant that has passed."""
        if instant < self._now:
            raise ValueError(f"a clock that stands at {self._now:%H:%M:%S} cannot be moved back to {instant:%H:%M:%S}")
        self._now = instant


@dataclass(frozen=True, slots=True)
class Told:
    """Something happened in Sam's day."""

    at: datetime
    text: str


@dataclass(frozen=True, slots=True)
class Tried:
    """A channel was given a message, and said what became of it."""

    at: datetime
    message: Message
    channel: ChannelName
    outcome: Outcome


@dataclass(frozen=True, slots=True)
class Silent:
    """A slot passed, and nothing was sent."""

    at: datetime
    line: Line


@dataclass(frozen=True, slots=True)
class Line:
    """What became of one delivery, and why."""

    due: datetime
    kind: str
    channel: ChannelName
    state: State
    why: str


Happening: TypeAlias = Told | Tried | Silent
"""Every `at` and `due` is local time where Sam is."""


@dataclass(frozen=True, slots=True)
class _Scene:
    """Something the day brings, at a minute of it."""

    minute: int
    text: str
    effect: Callable[[Demo], None] = lambda _demo: None


class Demo:
    """Entered: mail server up, database made, Sam enrolled. Leaves nothing behind."""

    def __init__(self, day: date) -> None:
        self.mailbox = Mailbox()
        self.awake = True
        """Whether the laptop is; asleep, nothing of legup runs."""
        self._day = day
        self._clock = VirtualClock(self._at(_STORY[0].minute))
        self._open = ExitStack()
        self._tried: list[Tried] = []
        self._told: set[int] = set()

    def __enter__(self) -> Self:
        with ExitStack() as opening:
            folder = Path(opening.enter_context(TemporaryDirectory(prefix="legup-demo-")))
            opening.enter_context(self.mailbox)
            config = _config(folder, self.mailbox.port, self._day)
            self._outbox = open_outbox(config.service)
            opening.callback(self._outbox.close)
            enrol(config, self._outbox, self._clock)
            self._pump = build_pump(config, self._outbox, self._clock, StringIO())
            for lane in self._pump.lanes.values():
                opening.callback(lane.channel.close)
                lane.channel = _Watched(lane.channel, self._saw)
            self._open = opening.pop_all()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._open.close()

    @property
    def begins(self) -> datetime:
        """Local time of the first scene."""
        return local_of(self._at(_STORY[0].minute), ZONE)

    @property
    def ends(self) -> datetime:
        """Local time of the last."""
        return local_of(self._at(_STORY[-1].minute), ZONE)

    def happenings(self) -> Iterator[Happening]:
        """The day as it goes: the clock is moved from one event to the next, and the pump works at each."""
        for scene in _STORY:
            yield from self._until(self._at(scene.minute))
            yield Told(self._local(self._clock.now()), scene.text)
            scene.effect(self)
            if self.awake:
                yield from self._work()

    def lines(self) -> list[Line]:
        """Everything that was decided, in order of due time."""
        deliveries = self._outbox.deliveries(self._at(0), self._at(24 * 60))
        attempts = self._outbox.attempts([each.id for each in deliveries])
        return [
            self._line(delivery, [each for each in attempts if each.delivery == delivery.id]) for delivery in deliveries
        ]

    def _until(self, end: datetime) -> Iterator[Happening]:
        while self.awake and (event := self._outbox.next_event_at()) is not None and event < end:
            self._clock.move_to(max(event, self._clock.now() + _SECOND))
            yield from self._work()
        self._clock.move_to(end)

    def _work(self) -> Iterator[Happening]:
        """Plan and send until nothing is left to do at this instant."""
        self._pump.plan()
        while sum(self._pump.send(channel) for channel in self._pump.lanes):
            pass
        yield from self._silences()
        yield from self._tried
        self._tried.clear()

    def _silences(self) -> Iterator[Silent]:
        for delivery in self._outbox.deliveries(self._at(0), self._at(24 * 60)):
            if delivery.state in _STILL and delivery.id not in self._told:
                self._told.add(delivery.id)
                yield Silent(self._local(self._clock.now()), self._line(delivery, []))

    def _saw(self, channel: ChannelName, message: Message, outcome: Outcome) -> None:
        self._tried.append(Tried(self._local(self._clock.now()), message, channel, outcome))

    def _line(self, delivery: Delivery, attempts: Sequence[AttemptRecord]) -> Line:
        due = self._local(delivery.due_at)
        return Line(due, delivery.kind, delivery.channel, delivery.state, _why(delivery, attempts))

    def _at(self, minute: int) -> datetime:
        instant = instant_of(ZONE, self._day, minute)
        assert instant is not None  # noqa: S101 - London has never skipped a day
        return instant

    @staticmethod
    def _local(instant: datetime) -> datetime:
        return local_of(instant, ZONE)


class _Watched:
    """A channel seen from outside: everything passes through it unchanged."""

    def __init__(self, inner: Channel, saw: Callable[[ChannelName, Message, Outcome], None]) -> None:
        self.name = inner.name
        self.close = inner.close
        self._inner = inner
        self._saw = saw

    def send(self, messages: Sequence[Message], now: datetime) -> Iterator[tuple[Message, Outcome]]:
        for message, outcome in self._inner.send(messages, now):
            self._saw(self.name, message, outcome)
            yield message, outcome


def _config(folder: Path, port: int, day: date) -> Config:
    """Sam's file, written, read and checked as any other."""
    source = folder / "legup.yaml"
    source.write_text(_SERVICE.format(port=port) + FILE, encoding="utf-8")
    report = check(source, {}, day)
    if report.config is None:
        raise ServiceError("the demo's own file has faults: " + "; ".join(str(each) for each in report.faults))
    return report.config


def _why(delivery: Delivery, attempts: Sequence[AttemptRecord]) -> str:
    refused = [each for each in attempts if each.outcome == "refused"]
    life = f"{(delivery.expires_at - delivery.due_at) // timedelta(minutes=1)} min"
    if refused and len(attempts) > len(refused):
        return f"{refused[0].reason}, so by the second channel"
    if delivery.state is State.SENT:
        late = (attempts[-1].started_at - delivery.due_at) // timedelta(minutes=1)
        return f"{late} min late, but within its life of {life}" if late else "on time"
    if delivery.reason == Silence.TOO_LATE:
        return f"the laptop slept through its life of {life}"
    return delivery.reason or ""


def _falls_asleep(demo: Demo) -> None:
    demo.awake = False


def _wakes(demo: Demo) -> None:
    demo.awake = True


def _fills_up(demo: Demo) -> None:
    demo.mailbox.full = True


_STORY = (
    _Scene(7 * 60, "Sam gets up and starts legup."),
    _Scene(11 * 60 + 20, "Sam shuts the laptop and goes out for lunch. It sleeps.", _falls_asleep),
    _Scene(12 * 60 + 40, "Back again. The laptop wakes up, and legup looks at what it missed.", _wakes),
    _Scene(13 * 60 + 15, "A nap until 14:15: quiet hours."),
    _Scene(21 * 60 + 45, "Sam's mailbox is full. Nobody has noticed yet.", _fills_up),
    _Scene(22 * 60 + 30, "Lights out."),
)
