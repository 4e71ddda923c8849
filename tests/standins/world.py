"""A world for the pump: one machine that sleeps, restarts and has its clock set, providers that fail, people who change
their minds. Everything is drawn from one seed; time is virtual."""

from __future__ import annotations

import heapq
from collections import defaultdict
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from functools import partial
from random import Random
from typing import TypeAlias

from config.accounts import Limits
from config.person import ChannelName
from messages.rendering import Renderer
from scheduler.delivery.composing import Wording
from scheduler.delivery.delivery import Message, State
from scheduler.delivery.outcome import Accepted, Outcome, Refused, RetryAfter, Unknown
from scheduler.delivery.ports import Outbox
from scheduler.delivery.routines import Routines
from scheduler.service.defaults import nudge_defaults
from scheduler.service.lane import Lane
from scheduler.service.pump import Pump
from scheduler.service.roster import enrolments
from tests.standins.channel import ScriptedChannel
from tests.standins.clock import StillClock
from tests.standins.lives import Life, changed, random_life
from tests.standins.oracle import Chapter
from tests.standins.wall_clock import ZONES

SECOND = timedelta(seconds=1)
MINUTE = timedelta(minutes=1)
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
LOOK = 30 * SECOND
CHANNELS = (ChannelName.SMS, ChannelName.EMAIL)
_LIMITS = Limits(messages_per_second=1_000, concurrency=1_000)

Span: TypeAlias = tuple[datetime, datetime]
"""From and to, as the wall clock showed it."""


@dataclass(frozen=True, slots=True)
class Tried:
    """A channel was given a message."""

    at: datetime
    off: timedelta
    """How wrong the wall clock was."""
    delivery: int
    accepted: bool


@dataclass(frozen=True, slots=True)
class Row:
    """What the outbox has on record of a slot in the end."""

    delivery: int
    person: str
    due: datetime
    state: State
    reason: str | None
    owner_day: date | None


def simulated(outbox: Outbox, *, seed: int, people: int, zones: int, start: datetime, length: timedelta) -> World:
    """A world that has ended: so many people in so many zones, a fault a day and an edit in twenty days each."""
    rng = Random(seed)  # noqa: S311 - a seed makes it the same world again, and nothing of it is a secret
    drawn = tuple(rng.sample(ZONES, zones))
    lives = [random_life(rng, f"p{number}", drawn[number % zones]) for number in range(people)]
    world = World(outbox, lives, drawn, rng, start)
    world.run(start + length, faults_every=20 * HOUR, edits_every=20 * DAY / people)
    return world


class World:
    """Runs until its end; then `rows`, `tried`, `chapters` and `troubles` say what happened."""

    def __init__(self, outbox: Outbox, lives: list[Life], zones: tuple[str, ...], rng: Random, start: datetime) -> None:
        self.rows: dict[str, Row] = {}
        self.tried: list[Tried] = []
        self.chapters: list[Chapter] = []
        self.troubles: list[Span] = []
        """When something was wrong for everybody, so that nudges may have been missed or come late."""
        self.steps: list[Span] = []
        """Of these, those of a clock that was wrong."""
        self.end = start
        self.hit: set[int] = set()
        """Deliveries that a provider did not simply accept."""
        self.counts: defaultdict[str, int] = defaultdict(int)
        self._lives = {each.id: each for each in lives}
        self._people = {each: each.person() for each in lives}
        self._since = dict.fromkeys(self._lives, start)
        self._zones = zones
        self._rng = rng
        self._outbox = outbox
        self._clock = StillClock(start)
        self._off = timedelta(0)
        self._outage: Outcome | None = None
        self._crash = False
        self._channels = [ScriptedChannel(name, partial(self._deliver, name)) for name in CHANNELS]
        self._routines = Routines(nudge_defaults())
        self._happenings: list[tuple[timedelta, int, Callable[[], None]]] = []
        self._pump = self._start()

    def run(self, end: datetime, *, faults_every: timedelta, edits_every: timedelta) -> None:
        """Live until the wall clock, once it is right again, shows `end`."""
        self._again(faults_every, self._fault)
        self._again(edits_every, self._edit)
        self._again(10 * DAY, self._harvest)
        while self._clock.now() < end or self._off or self._outage:
            self._go_on()
        self._happenings.clear()
        self._pass(2 * HOUR)  # so that all of it is settled
        self.end = end
        for identifier in self._lives:
            self._close_chapter(identifier, end)
        self._harvest()

    def _go_on(self) -> None:
        """To the next thing that is due or that happens."""
        now = self._clock.uptime()
        wait = 10 * MINUTE
        if abs(self._off) < DAY:
            event = self._outbox.next_event_at()
            wait = 6 * HOUR if event is None else min(max(event - self._clock.now(), SECOND / 2), 6 * HOUR)
        if self._happenings and self._happenings[0][0] <= now + wait:
            at, _, happens = heapq.heappop(self._happenings)
            self._clock.pass_(max(at - now, timedelta(0)))
            happens()
        else:
            self._clock.pass_(wait)
        self._look()

    def _pass(self, length: timedelta) -> None:
        end = self._clock.uptime() + length
        while self._clock.uptime() < end:
            self._go_on()

    def _look(self) -> None:
        with suppress(KeyboardInterrupt):
            self._pump.plan()
            while sum(map(self._pump.send, CHANNELS)):
                pass
            self._pump.resolve()
            self._pump.tick()
            return
        self._crash = False
        self.troubles.append((self._clock.now(), self._clock.now()))
        self._pump = self._start()

    def _start(self) -> Pump:
        lanes = {each.name: Lane(each, _LIMITS) for each in self._channels}
        self._enrol()
        pump = Pump(self._outbox, lanes, self._routines, Wording(Renderer(), b"key"), self._clock)
        pump.resume()
        return pump

    def _enrol(self) -> None:
        now = self._clock.now()
        people = enrolments((self._people[each] for each in self._lives.values()), self._routines, now)
        self._outbox.enrol((replace(each, welcome=None) for each in people), now)

    def _deliver(self, channel: ChannelName, message: Message) -> Outcome:
        outcome = self._outcome()
        # An email lost in a crash comes again under its own key, which makes the two one.
        folded = self._crash and channel is ChannelName.EMAIL
        accepted = isinstance(outcome, Accepted) and not folded
        self.tried.append(Tried(self._clock.now(), self._off, message.delivery, accepted))
        if self._crash or not accepted:
            self.hit.add(message.delivery)
        if self._crash:
            raise KeyboardInterrupt
        return outcome

    def _outcome(self) -> Outcome:
        if self._outage is not None:
            return self._outage
        luck = self._rng.random()
        if luck > 0.02:
            return Accepted()
        return self._rng.choice(
            (RetryAfter("busy"), RetryAfter("busy", 20 * SECOND), Refused("no"), Unknown("cut off"))
        )

    def _again(self, every: timedelta, happens: Callable[[], None]) -> None:
        """Now and then, at random."""

        def once() -> None:
            happens()
            self._again(every, happens)

        self._later(every * self._rng.expovariate(1), once)

    def _later(self, wait: timedelta, happens: Callable[[], None]) -> None:
        heapq.heappush(self._happenings, (self._clock.uptime() + wait, len(self._happenings), happens))

    def _fault(self) -> None:
        faults = (self._sleep, self._sleep, self._restart, self._step, self._step, self._step_far, self._fail)
        self._rng.choice(faults)()

    def _sleep(self) -> None:
        """The lid is closed, for minutes or for a weekend."""
        self._gone("slept")

    def _restart(self) -> None:
        """The process ends, and comes back at once or much later."""
        self._crash = self._rng.random() < 0.5
        self._look()
        self._gone("restarted")
        self._pump = self._start()

    def _gone(self, how: str) -> None:
        begun = self._clock.now()
        self._clock.pass_(timedelta(hours=60) * self._rng.random() ** 4)
        self.counts[how] += 1
        self.troubles.append((begun, self._clock.now()))

    def _step(self) -> None:
        """Somebody sets the clock by seconds or hours, and sets it right after a while."""
        size = self._rng.choice((SECOND, 40 * SECOND, HOUR, 5 * HOUR, 23 * HOUR)) * self._rng.choice((1, -1))
        self._set_clock(size, 3 * HOUR * self._rng.random())
        self.counts["clock stepped"] += 1

    def _step_far(self) -> None:
        size = self._rng.choice((DAY, 9 * DAY, 25_567 * DAY)) * self._rng.choice((1, -1))
        self._set_clock(min(size, 20_000 * DAY), 6 * HOUR * self._rng.random())
        self.counts["clock stepped far"] += 1

    def _set_clock(self, size: timedelta, length: timedelta) -> None:
        if self._off:
            return
        begun = self._clock.now()
        self._clock.step(size)
        self._off = size

        def set_right() -> None:
            wrong = self._clock.now()
            self._clock.step(-size)
            self._off = timedelta(0)
            right = self._clock.now()
            if abs(size) >= DAY:
                self.troubles.append((begun, right))
            else:
                earliest = min(begun, begun + size)
                self.troubles.append((earliest, right))
                self.steps.append((earliest, max(wrong, right)))
            self._clock.pass_(LOOK * self._rng.random())

        self._later(length, set_right)
        self._clock.pass_(LOOK * self._rng.random())

    def _fail(self) -> None:
        """The providers are down, in one way or another."""
        if self._off or self._outage is not None:
            return
        self._outage = self._rng.choice((RetryAfter("503", shared=True), Unknown("timeout"), RetryAfter("busy")))
        begun = self._clock.uptime(), self._clock.now()

        def mended() -> None:
            self._outage = None
            self.troubles.append((begun[1], self._clock.now() + 10 * MINUTE))  # backoff and breaker take their time

        self._later(2 * HOUR * self._rng.random(), mended)
        self.counts["outages"] += 1

    def _edit(self) -> None:
        """Someone changes the file; not while the clock is wrong, for the oracle's sake."""
        self._look()
        if self._off:
            return
        identifier = self._rng.choice(list(self._lives))
        self._close_chapter(identifier, self._clock.now())
        life = self._lives[identifier] = changed(self._rng, self._lives[identifier], self._zones)
        self._people[life] = life.person()
        self._since[identifier] = self._clock.now()
        self._enrol()
        self.counts["edits"] += 1

    def _close_chapter(self, identifier: str, end: datetime) -> None:
        self.chapters.append(Chapter(self._lives[identifier], self._since[identifier], end))

    def _harvest(self) -> None:
        """Note what is on record, and let retention do its work."""
        if self._off:
            return
        now = self._clock.now()
        for each in self._outbox.deliveries(now - 60 * DAY, now + 2 * DAY, limit=10_000_000):
            row = Row(each.id, each.person, each.due_at, each.state, each.reason, each.owner_day)
            self.rows[each.cause] = row
        self._outbox.purge(now - 30 * DAY, 1_000_000)
