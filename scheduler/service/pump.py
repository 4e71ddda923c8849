"""The pump: the two steps that move everything, free of threads and timers, so that any clock can drive them.

`plan` turns what is due into deliveries; `send` takes one batch of a channel through `sending` to its outcome.
"""

from __future__ import annotations

import logging
import random
import threading
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import timedelta

from config.accounts import Limits
from config.person import ChannelName
from scheduler.clock import Clock
from scheduler.delivery.claiming import Claiming
from scheduler.delivery.delivery import Message, State
from scheduler.delivery.judging import Judging, Wording
from scheduler.delivery.outcome import AccountRefused, Outcome, Unknown
from scheduler.delivery.ports import Channel, ChannelHold, End, Judge, Outbox, Ready, Settlement
from scheduler.delivery.rate import RateWindow
from scheduler.delivery.routines import Routines
from scheduler.delivery.settling import BREAKER_OPEN, settle

log = logging.getLogger("legup.pump")

CLAIM = 500
"""Due nudges per claiming transaction: long enough to be cheap, short enough to let others write in between."""

LEASE = timedelta(minutes=5)
"""Longer than any batch takes: a batch begins at once and every channel's timeouts are bounded by 120 s."""

_MOST_UNSETTLED = 8
"""A batch's outcomes are committed in about so many transactions, so that a crash leaves few unknown."""


@dataclass(slots=True)
class Lane:
    """One channel with its limits. Used by one thread at a time."""

    channel: Channel
    limits: Limits
    rate: RateWindow = field(init=False)

    def __post_init__(self) -> None:
        self.rate = RateWindow(self.limits.messages_per_second)


class Pump:
    """Carries nudges from their slots to their outcomes. Raises what the outbox raises (StorageError)."""

    def __init__(
        self, outbox: Outbox, lanes: dict[ChannelName, Lane], routines: Routines, wording: Wording, clock: Clock
    ) -> None:
        self.outbox = outbox
        self.lanes = lanes
        self.errors = 0
        """Nudges and deliveries that raised since the start."""
        self._routines = routines
        self._wording = wording
        self._clock = clock
        self._stopping = threading.Event()

    def plan(self) -> None:
        """Decide everything that is due; end what no channel of ours can send."""
        now = self._clock.now()
        expired = self.outbox.expire_leases(now)
        if expired:
            log.warning("%d deliveries were left in the middle of sending and are now unknown", expired)
        while not self._stopping.is_set():
            now = self._clock.now()
            if self.outbox.claim_due(now, CLAIM, Claiming(self._routines, now, self._on_error)) < CLAIM:
                break
        for channel in ChannelName:
            if channel not in self.lanes:
                self.outbox.begin(now, channel, CLAIM, LEASE, _not_set_up)

    def send(self, channel: ChannelName, *, cause: str | None = None) -> int:
        """Send one batch, as large as rate and concurrency allow; returns how many messages were tried. With a
        `cause`, only that delivery, when its time has come.

        A batch is never larger than the channel's concurrency: all of it begins at once, so what was checked when it
        became `sending` still holds when the call is made.
        """
        lane = self.lanes[channel]
        now = self._clock.now()
        admitted = lane.rate.admit(now, lane.limits.concurrency)
        if not admitted or self._stopping.is_set():
            lane.rate.give_back(admitted)
            return 0
        judge: Judge = Judging(self._routines, self._wording, now, self._on_error)
        messages = self.outbox.begin(now, channel, admitted, LEASE, judge, cause=cause)
        lane.rate.give_back(admitted - len(messages))
        if self._stopping.is_set():
            self.outbox.hand_back(messages, self._clock.now())
            return 0
        self._try_all(lane.channel, messages)
        return len(messages)

    def stop(self) -> None:
        """Begin nothing more; a batch under way is finished and settled. From any thread."""
        self._stopping.set()

    def _try_all(self, channel: Channel, messages: Sequence[Message]) -> None:
        chunk = max(1, len(messages) // _MOST_UNSETTLED)
        settlements: list[Settlement] = []
        for message, outcome in _outcomes(channel, messages, self._clock):
            if isinstance(outcome, AccountRefused):
                self._open_breaker(channel.name, outcome.reason)
            settlements.append(settle(message, outcome, self._clock.now(), random.random))
            if len(settlements) >= chunk:
                self._settle(settlements)
                settlements = []
        if settlements:
            self._settle(settlements)

    def _settle(self, settlements: list[Settlement]) -> None:
        self.outbox.settle(settlements, self._clock.now())
        for each in settlements:
            log.info("delivery %d %s%s", each.delivery, each.state, f": {each.reason}" if each.reason else "")

    def _open_breaker(self, channel: ChannelName, reason: str) -> None:
        until = self._clock.now() + BREAKER_OPEN
        self.outbox.open_breaker(ChannelHold(channel, until, reason))
        log.error("%s: the account was refused (%s); nothing more goes out on it for 5 minutes", channel, reason)

    def _on_error(self, person: str, kind: str, error: Exception) -> None:
        self.errors += 1
        log.error("%s of %s could not be prepared: %s", kind, person, type(error).__name__)


def _outcomes(channel: Channel, messages: Sequence[Message], clock: Clock) -> Iterator[tuple[Message, Outcome]]:
    """What the channel yields, and Unknown for whatever it owes when it breaks its promise never to raise."""
    owed = {message.delivery: message for message in messages}
    try:
        for message, outcome in channel.send(messages, clock.now()):
            owed.pop(message.delivery, None)
            yield message, outcome
    except Exception as error:
        log.exception("channel %s broke: %s", channel.name, type(error).__name__)
    for message in owed.values():
        yield message, Unknown("the channel broke off")


def _not_set_up(ready: Ready) -> End:
    return End(State.FAILED, f"{ready.delivery.channel} is not set up")
