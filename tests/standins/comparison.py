"""What is on record after crashes, against what the providers received."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass

from config.person import ChannelName
from scheduler.delivery.delivery import Delivery, State
from tests.standins.smtp import Letter
from tests.standins.twilio import SentSms


@dataclass(frozen=True)
class Received:
    """Everything the providers took over, the oldest first."""

    messages: Sequence[SentSms]
    letters: Sequence[Letter]

    def identifiers(self) -> Counter[str]:
        """How often each SID and each Message-ID came."""
        return Counter([*(each.sid for each in self.messages), *(_message_id(each) for each in self.letters)])

    def doubled(self) -> list[str]:
        """The contacts who got the same words twice, unless it was one email under one Message-ID: mail systems fold
        that."""
        letters = {(each.recipients[0], each.part("plain"), _message_id(each)) for each in self.letters}
        came = Counter([*((each.to, each.body) for each in self.messages), *((to, words) for to, words, _ in letters)])
        return [to for (to, _), times in came.items() if times > 1]


def _message_id(letter: Letter) -> str:
    return str(letter.mail["Message-ID"])


@dataclass(frozen=True)
class Verdict:
    """What a round came to. `faults` is what the promise forbids."""

    kills: str
    in_flight: int
    states: Counter[State]
    found: int
    """Unknown deliveries that a look-up found."""
    repeats: int
    """Letters received again under their own Message-ID."""
    doubled: int
    lost: int
    faults: tuple[str, ...]

    def __str__(self) -> str:
        return (
            f"{self.kills:<32} {self.states.total():>3} due  {self.in_flight:>2} in flight  {self.found:>2} found  "
            f"{self.repeats:>2} repeated  {self.states[State.UNKNOWN]:>2} unknown  "
            f"{self.doubled} doubled  {self.lost} lost"
        )


@dataclass(frozen=True)
class Record:
    """What the database says when all is done."""

    deliveries: Sequence[Delivery]
    found: int
    in_flight: Collection[int]
    """The deliveries that were committed as being sent when somebody was killed."""


def compare(kills: str, expected: Collection[str], record: Record, received: Received) -> Verdict:
    """The promise, delivery by delivery: never doubled, lost only inside `unknown`, unknown only what was in flight
    when somebody was killed. `expected` are `person/kind`."""
    deliveries, in_flight = record.deliveries, record.in_flight
    came = received.identifiers()
    lost = [each.cause for each in deliveries if each.state is State.SENT and each.receipt not in came]
    doubled = received.doubled()
    return Verdict(
        kills,
        len(in_flight),
        Counter(each.state for each in deliveries),
        record.found,
        came.total() - len(came),
        len(doubled),
        len(lost),
        (
            *(f"{each} was doubled" for each in doubled),
            *(f"{each} was lost" for each in lost),
            *_unrecorded(expected, deliveries),
            *_ill_ended(in_flight, deliveries),
            *_unaccounted(in_flight, deliveries, came),
        ),
    )


def _unrecorded(expected: Collection[str], deliveries: Sequence[Delivery]) -> Iterator[str]:
    recorded = Counter(f"{each.person}/{each.kind}" for each in deliveries)
    if recorded != Counter(expected):
        yield f"recorded is {recorded}"


def _ill_ended(in_flight: Collection[int], deliveries: Sequence[Delivery]) -> Iterator[str]:
    for each in deliveries:
        if each.state not in {State.SENT, State.UNKNOWN}:
            yield f"{each.cause} ended {each.state}: {each.reason}"
        if each.state is State.UNKNOWN and each.id not in in_flight:
            yield f"{each.cause} is unknown and was not in flight"
        if each.state is State.UNKNOWN and each.channel is ChannelName.EMAIL:
            yield f"{each.cause} was not sent again"


def _unaccounted(in_flight: Collection[int], deliveries: Sequence[Delivery], came: Counter[str]) -> Iterator[str]:
    claimed = Counter(each.receipt for each in deliveries if each.receipt is not None)
    for receipt, times in claimed.items():
        if times > 1:
            yield f"{receipt} stands for {times} deliveries"
    for receipt in came.keys() - claimed.keys():
        yield f"{receipt} was received, and nothing on record says so"
    for each in deliveries:
        if came[each.receipt or ""] > 1 and each.id not in in_flight:
            yield f"{each.cause} was sent again without having been in flight"
