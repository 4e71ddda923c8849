"""A channel that does what it is told, and remembers what it was given."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime

from config.person import ChannelName
from scheduler.delivery.delivery import Message
from scheduler.delivery.outcome import Accepted, Outcome

Behaviour = Callable[[Message], Outcome]


def accept(message: Message) -> Outcome:
    return Accepted(f"receipt-{message.delivery}-{message.attempt}")


class ScriptedChannel:
    """Implements `scheduler.delivery.ports.Channel`; what `behaviour` raises, `send` raises."""

    def __init__(self, name: ChannelName, behaviour: Behaviour = accept) -> None:
        self.name = name
        self.behaviour = behaviour
        self.given: list[Message] = []

    def send(self, messages: Sequence[Message], now: datetime) -> Iterator[tuple[Message, Outcome]]:  # noqa: ARG002 - the port's
        for message in messages:
            self.given.append(message)
            yield message, self.behaviour(message)

    def close(self) -> None:
        """Nothing to let go of."""
