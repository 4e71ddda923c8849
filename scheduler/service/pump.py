"""The pump: the two steps that move everything, free of threads and timers, so that any clock can drive them.

`plan` turns what is due into deliveries; `send` takes some of a channel through `sending` to their outcomes;
`begin` and `collect` do the same for a service that goes on while some of them are still under way.
"""

from __future__ import annotations

import logging
import random
import threading
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from config.person import ChannelName
from scheduler.clock import Clock
from scheduler.delivery.breaker import half_open
from scheduler.delivery.claiming import Claiming
from scheduler.delivery.composing import Wording
from scheduler.delivery.delivery import Message, State
from scheduler.delivery.judging import Judging
from scheduler.delivery.outcome import Outcome, Unknown
from scheduler.delivery.ports import ChannelHold, End, Outbox, Ready, Settlement
from scheduler.delivery.routines import Routines
from scheduler.delivery.settling import settle
from scheduler.delivery.standing import shown_kind
from scheduler.service.clockwatch import ClockWatch, Look
from scheduler.service.lane import Lane
from scheduler.service.resolver import Resolver
from scheduler.service.slots import Landed, outcomes

log = logging.getLogger("legup.pump")

CLAIM = 500
"""Due nudges per claiming transaction: long enough to be cheap, short enough to let others write in between."""

LEASE = timedelta(minutes=5)
"""Longer than a send takes: its call is made at once, sends nothing after 120 s and waits at most 120 s more for the
answer (channels/deadline.py). An HTTP answer may dribble in for longer: until it is whole, the message is unknown."""

_STALE = timedelta(seconds=5)
"""What waited longer than this to become `sending` (for a lock, for a disk, asleep) is judged again: meanwhile quiet
hours may have begun, its life may be over, and the rate was asked about another second."""

_MOST_SWEEPS = 20
"""After an outage a heap of what is too late lies before the living: it is ended in so many transactions at a time."""

_MOST_UNSETTLED = 8
"""A batch's outcomes are committed in about so many transactions, so that a crash leaves few unknown."""


class Pump:
    """Carries nudges from their slots to their outcomes. Raises what the outbox raises (StorageError)."""

    def __init__(
        self,
        outbox: Outbox,
        lanes: dict[ChannelName, Lane],
        routines: Routines,
        wording: Wording,
        clock: Clock,
        lease: timedelta = LEASE,
    ) -> None:
        """What is `sending` for longer than `lease` is unknown, whoever began it."""
        self.outbox = outbox
        self.lanes = lanes
        self.watch = ClockWatch(outbox, clock)
        """Asked before anything is decided or begun: while the clock is not believed, nothing is."""
        self.errors = 0
        """Nudges and deliveries that raised since the start."""
        self._routines = routines
        self._wording = wording
        self._clock = clock
        self._lease = lease
        self._stopping = threading.Event()
        channels = {name: lane.channel for name, lane in lanes.items()}
        self._resolver = Resolver(outbox, channels, clock, self._stopping.is_set)

    def plan(self, claimed: Callable[[], None] = lambda: None) -> None:
        """Decide everything that is due; end what no channel of ours can send. `claimed` is called whenever there may
        be more to send, which need not wait for the rest."""
        look = self.watch.look()
        if not look.believed:
            return
        self.expire()
        while count := self.claim():
            claimed()
            if count < CLAIM:
                break
        for channel in ChannelName:
            if channel not in self.lanes:
                self.outbox.begin(look.now, channel, CLAIM, self._lease, _not_set_up)

    def expire(self) -> None:
        """What a crash has left in the middle of sending is unknown from now on."""
        look = self.watch.look()
        expired = self.outbox.expire_leases(look.now) if look.believed else 0
        if expired:
            log.warning("%d deliveries were left in the middle of sending and are now unknown", expired)

    def claim(self) -> int:
        """Decide some of what is due; returns how many nudges, CLAIM when there may be more."""
        look = self.watch.look()
        if not look.believed or self._stopping.is_set():
            return 0
        return self.outbox.claim_due(look.now, CLAIM, Claiming(self._routines, look.now, self._on_error))

    def tick(self) -> Look:
        """Note that the service is alive."""
        look = self.watch.look()
        self.outbox.tick(look.wall, believed=look.believed)
        return look

    def resume(self) -> None:
        """After a start: a channel that was on hold gets one probe at once, as what ailed it may have been mended."""
        now = self.watch.look().now
        for hold in self.outbox.holds(now):
            if hold.channel in self.lanes:
                self.outbox.open_breaker(replace(hold, until=now))
                self.lanes[hold.channel].breaker = half_open(now, hold.reason)

    def send(self, channel: ChannelName, *, cause: str | None = None) -> int:
        """Send as many at once as rate, concurrency and breaker allow, and settle them all; returns how many messages
        were tried. With a `cause`, only that delivery, when its time has come."""
        lane = self.lanes[channel]
        messages = self._begin(lane, cause)
        chunk = max(1, len(messages) // _MOST_UNSETTLED)
        for landed in outcomes(lane.channel, messages, self._clock):
            self._note(lane, [landed])
            if len(lane.unsettled) >= chunk:
                self._settle(lane)
        self._settle(lane)
        return len(messages)

    def begin(self, channel: ChannelName) -> int:
        """Begin as many as rate, concurrency and breaker allow; returns how many. What becomes of them is for
        `collect`. Both are called by one thread per channel."""
        lane = self.lanes[channel]
        self._settle(lane)  # what cannot be recorded just now might otherwise begin again
        messages = self._begin(lane, None)
        lane.slots.launch(messages, self._clock)
        return len(messages)

    def collect(self, channel: ChannelName, timeout: float | None) -> None:
        """Settle what has ended; waits for it, or for the lane to be woken, up to so many seconds (None: for ever).

        Outcomes that could not be committed are kept, and committed by the next call.
        """
        lane = self.lanes[channel]
        self._note(lane, lane.slots.landed(0 if lane.unsettled or lane.untold else timeout))
        self._settle(lane)

    def resolve(self) -> int:
        """Look up what may or may not have gone out and whose time for it has come; returns how many. It waits for
        providers, so whoever plans or sends does not call it."""
        return self._resolver.resolve() if self.watch.look().believed else 0

    def stop(self) -> None:
        """Begin nothing more; what is under way is finished and settled. From any thread."""
        self._stopping.set()

    def _begin(self, lane: Lane, cause: str | None) -> list[Message]:
        """Messages that are `sending` from now on, no more than can be called at once: what was checked when they
        became so still holds when the call is made."""
        look = self.watch.look()
        now = look.now
        room = 0 if self._stopping.is_set() or not look.believed else lane.room(now)
        if not room:
            return []
        judging = Judging(self._routines, self._wording, now, self._on_error)
        asked_at = self._clock.uptime()
        messages: list[Message] = []
        for _ in range(_MOST_SWEEPS):
            judged = judging.judged
            messages = self.outbox.begin(now, lane.channel.name, room, self._lease, judging, cause=cause)
            if messages or judging.judged == judged:
                break
        if self._stopping.is_set() or self._clock.uptime() - asked_at > _STALE:
            self.outbox.hand_back(messages, self._clock.now())
            return []
        lane.begun(messages, self._clock.now())
        return messages

    def _note(self, lane: Lane, landed: Sequence[Landed]) -> None:
        """Turn outcomes into settlements, and tell when the breaker opened or closed."""
        now, era = self._clock.now(), lane.breaker.era
        for message, outcome in landed:
            lane.unsettled.append(self._learnt(lane, message, outcome, now))
        if lane.breaker.era == era:
            return
        name, until = lane.channel.name, lane.breaker.until
        if until is None:
            log.warning("%s works again", name)
        else:
            log.error("%s is on hold until %s UTC: %s", name, f"{until:%H:%M:%S}", lane.breaker.reason)
            lane.untold = ChannelHold(name, until, lane.breaker.reason)

    def _learnt(self, lane: Lane, message: Message, outcome: Outcome, now: datetime) -> Settlement:
        """The settlement of one outcome. A fault of ours in it must not take with it the others that landed."""
        try:
            lane.ended(message, outcome, now)
            return settle(message, outcome, now, random.random)
        except Exception as error:
            self.errors += 1
            log.exception("the outcome of delivery %d could not be understood", message.delivery)
            fault = Unknown(f"fault in legup: {type(error).__name__}")
            return settle(message, fault, now, random.random)

    def _settle(self, lane: Lane) -> None:
        if lane.untold:
            self.outbox.open_breaker(lane.untold)
            lane.untold = None
        if not lane.unsettled:
            return
        try:
            self.outbox.settle(lane.unsettled, self._clock.now())
        except (ValueError, KeyError):
            self._settle_one_by_one(lane)
        for each in lane.unsettled:
            log.info("delivery %d %s%s", each.delivery, each.state, f": {each.reason}" if each.reason else "")
        lane.unsettled.clear()

    def _settle_one_by_one(self, lane: Lane) -> None:
        """One outcome that cannot be recorded (a fault of ours) must not take the others with it; its own delivery
        becomes unknown when the lease ends."""
        for each in list(lane.unsettled):
            try:
                self.outbox.settle([each], self._clock.now())
            except (ValueError, KeyError):
                self.errors += 1
                lane.unsettled.remove(each)
                log.exception("the outcome of delivery %d could not be recorded", each.delivery)

    def _on_error(self, person: str, kind: str, error: Exception) -> None:
        self.errors += 1
        log.error("%s of %s could not be prepared: %s", shown_kind(kind), person, type(error).__name__)


def _not_set_up(ready: Ready) -> End:
    return End(State.FAILED, f"{ready.delivery.channel} is not set up")
