"""Looking up what may or may not have gone out. It talks to providers and takes its time: on a thread of its own."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping

from config.person import ChannelName
from scheduler.clock import Clock
from scheduler.delivery.delivery import State
from scheduler.delivery.doubt import Answer, Doubt, NoAnswer, Resolution
from scheduler.delivery.ports import Channel, Outbox, Resolving
from scheduler.delivery.resolving import LOOKED_UP, close, resolve

log = logging.getLogger("legup.resolver")

_MOST = 50
"""Doubts read at a time."""


class Resolver:
    """Asks channels about doubts whose look has come, one after the other, and records each answer at once."""

    def __init__(
        self, outbox: Outbox, channels: Mapping[ChannelName, Channel], clock: Clock, stopping: Callable[[], bool]
    ) -> None:
        self._outbox = outbox
        self._channels = channels
        self._clock = clock
        self._stopping = stopping

    def resolve(self) -> int:
        """One look at all whose time has come; returns how many there were. Raises what the outbox raises."""
        looked = 0
        for name in LOOKED_UP:
            for doubt in self._outbox.in_doubt(self._clock.now(), name, _MOST):
                if self._stopping():
                    return looked
                resolution = self._look(doubt)
                self._outbox.resolve([resolution], self._clock.now())
                _tell(resolution)
                looked += 1
        return looked

    def _look(self, doubt: Doubt) -> Resolution:
        channel: object = self._channels.get(doubt.delivery.channel)
        if not isinstance(channel, Resolving):
            return close(doubt, f"{doubt.delivery.channel} is not set up")
        if doubt.address is None:
            return close(doubt, "the person's contact has changed")
        if not doubt.text.strip():  # every message ends with no words at all
            return close(doubt, "its words are not there any more")
        return resolve(doubt, self._unaccounted(_ask(channel, doubt)), self._clock.now())

    def _unaccounted(self, answer: Answer) -> Answer:
        """Without the messages that are already known to be those of other deliveries."""
        if isinstance(answer, NoAnswer):
            return answer
        known = self._outbox.known_receipts([each.receipt for each in answer])
        return tuple(each for each in answer if each.receipt not in known)


def _ask(channel: Resolving, doubt: Doubt) -> Answer:
    try:
        return channel.look_up(doubt)
    except Exception as error:
        log.exception("looking up delivery %d broke: %s", doubt.delivery.id, type(error).__name__)
        return NoAnswer(f"fault in legup: {type(error).__name__}")


def _tell(resolution: Resolution) -> None:
    if resolution.state is not State.UNKNOWN:
        log.info("delivery %d was found at the provider: %s", resolution.delivery, resolution.state)
    elif resolution.look_at is None:
        log.warning("delivery %d stays unknown: nothing more is to be found out", resolution.delivery)
