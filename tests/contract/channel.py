"""What every channel promises, whatever it sends by. An implementation subclasses this and provides `rig`."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass

import pytest

from scheduler.delivery.delivery import Message
from scheduler.delivery.outcome import Accepted
from scheduler.delivery.ports import Channel
from tests.standins.letters import NOW


@dataclass
class Rig:
    """A channel, messages it can send, and a look at what arrived."""

    channel: Channel
    message: Callable[[int], Message]
    texts: Callable[[], list[str]]
    """The text of everything that arrived."""
    secrets: tuple[str, ...] = ()
    """What must never be seen, besides addresses and texts."""
    loggers: tuple[str, ...] = ()
    """Loggers of the libraries in use; the test turns them up."""

    def batch(self, size: int) -> list[Message]:
        return [self.message(number) for number in range(1, size + 1)]

    def arrived(self, message: Message) -> int:
        """How often the message arrived."""
        return sum(message.text in text for text in self.texts())


class ChannelContract:
    """The contract; `rig` is a fixture of the subclass."""

    @pytest.mark.parametrize("size", [1, 2, 11])
    def test_each_message_is_sent_once_and_has_exactly_one_outcome(self, rig: Rig, size: int) -> None:
        batch = rig.batch(size)
        outcomes = list(rig.channel.send(batch, NOW))
        assert sorted(message.delivery for message, _ in outcomes) == list(range(1, size + 1))
        assert all(isinstance(outcome, Accepted) for _, outcome in outcomes)
        assert [rig.arrived(message) for message in batch] == [1] * size

    def test_an_empty_batch_is_nothing(self, rig: Rig) -> None:
        assert list(rig.channel.send([], NOW)) == []
        assert rig.texts() == []

    def test_nothing_is_sent_before_the_first_outcome_is_asked_for(self, rig: Rig) -> None:
        rig.channel.send(rig.batch(3), NOW)
        assert rig.texts() == []

    def test_sending_after_closing_works(self, rig: Rig) -> None:
        list(rig.channel.send([rig.message(1)], NOW))
        rig.channel.close()
        rig.channel.close()
        ((_, outcome),) = rig.channel.send([rig.message(2)], NOW)
        assert isinstance(outcome, Accepted)

    def test_a_batch_given_up_half_way_does_not_disturb_the_next(self, rig: Rig) -> None:
        batch = rig.batch(20)
        given_up = rig.channel.send(batch, NOW)
        next(given_up)
        del given_up  # a generator that nobody holds is closed
        begun = len(rig.texts())
        assert begun < 20
        ((_, outcome),) = rig.channel.send([rig.message(21)], NOW)
        assert isinstance(outcome, Accepted)
        assert len(rig.texts()) == begun + 1

    def test_no_address_no_text_and_no_secret_is_ever_seen(self, rig: Rig, caplog: pytest.LogCaptureFixture) -> None:
        caplog.set_level(logging.DEBUG)
        for name in rig.loggers:
            caplog.set_level(logging.DEBUG, logger=name)
        batch = rig.batch(3)
        outcomes = list(rig.channel.send(batch, NOW))
        ours = [record.getMessage() for record in caplog.records if record.name != "mail.log"]  # that is the stand-in's
        seen = "\n".join([repr(rig.channel), repr(vars(rig.channel)), repr(outcomes), *ours])
        for secret in (*rig.secrets, *(message.text for message in batch), *_addresses(batch)):
            assert secret not in seen


def _addresses(batch: list[Message]) -> list[str]:
    """The console's addresses are the ids of persons, which may be seen."""
    return [message.address for message in batch if message.address != message.person]
