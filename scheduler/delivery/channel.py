"""The port to one way out. `tests/contract` has one suite for all channels."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Protocol, runtime_checkable

from config.person import ChannelName
from scheduler.delivery.delivery import Message
from scheduler.delivery.doubt import Answer, Doubt
from scheduler.delivery.outcome import Outcome


@runtime_checkable
class Resolving(Protocol):
    """What a channel may also be able to do: tell whether its provider has a message."""

    def look_up(self, doubt: Doubt) -> Answer:
        """Every message the provider has that may be this one. `doubt.address` is given. Never raises."""
        ...


class Channel(Protocol):
    """One way out. Implementations overlap the sends of a batch as they see fit."""

    name: ChannelName

    def send(self, messages: Sequence[Message], now: datetime) -> Iterator[tuple[Message, Outcome]]:
        """Try each message once, yielding outcomes as they come. Never raises for a message's sake, never retries by
        itself. `now` is the instant at which the batch begins: remaining life and Date headers count from it."""
        ...

    def close(self) -> None:
        """Let go of connections. Sending again afterwards is allowed and opens new ones."""
        ...
