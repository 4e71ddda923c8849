"""A lane: one channel with its limits, its breaker, and what is under way on it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from config.accounts import Limits
from scheduler.delivery.breaker import Breaker
from scheduler.delivery.delivery import Message
from scheduler.delivery.outcome import Outcome
from scheduler.delivery.ports import Channel, ChannelHold, Settlement
from scheduler.delivery.rate import RateWindow
from scheduler.service.slots import Slots


@dataclass(slots=True)
class Lane:
    """Used by one thread at a time."""

    channel: Channel
    limits: Limits
    part: Callable[[float], float] | None = None
    """Of the account's rate, how much is ours now, where several workers share it."""
    rate: RateWindow = field(init=False)
    slots: Slots = field(init=False)
    breaker: Breaker = field(default=Breaker(), init=False)
    unsettled: list[Settlement] = field(default_factory=list, init=False)
    """Outcomes that are not committed yet. They outlast a database that is locked or full for a while."""
    untold: ChannelHold | None = field(default=None, init=False)
    """The breaker's last hold, while it is not committed yet."""
    _under_way: dict[tuple[int, int], tuple[datetime, int]] = field(default_factory=dict, init=False)
    """By delivery and attempt, when its call was made and in which era of the breaker. Not by delivery alone: a call
    that hangs past its lease may end beside the next attempt's."""

    def __post_init__(self) -> None:
        self.rate = RateWindow(self.limits.messages_per_second)
        self.slots = Slots(self.channel, self.limits.concurrency)

    def room(self, now: datetime) -> int:
        """How many may begin now, by rate, concurrency and breaker."""
        if self.part is not None:
            self.rate.change(self.part(self.limits.messages_per_second))
        return self.breaker.room(now, min(self.slots.free, self.rate.room(now)))

    def begun(self, messages: Sequence[Message], now: datetime) -> None:
        """Their calls are being made just now."""
        self.rate.count(len(messages), now)
        if messages:
            self.breaker = self.breaker.begun()
        for message in messages:
            self._under_way[message.delivery, message.attempt] = (now, self.breaker.era)

    def ended(self, message: Message, outcome: Outcome, now: datetime) -> None:
        """Let rate and breaker learn from an outcome."""
        begun_at, era = self._under_way.pop((message.delivery, message.attempt))
        self.rate.ended(begun_at, now)
        self.breaker = self.breaker.after(outcome, era, now)

    def pause(self, now: datetime) -> float | None:
        """Seconds until the rate lets the next message begin; None when it is not the rate that holds it back."""
        wait = (self.rate.next_at(now) - now).total_seconds()
        return wait if wait > 0 else None
