"""People who turn to legup, for tests of what an outbox makes of it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from itertools import count

from config.person import ChannelName, Person
from scheduler.delivery.correspondence import Approach, Correspondent, Heard, React, Reaction, Way
from scheduler.delivery.delivery import NewDelivery
from scheduler.delivery.ports import Outbox, Plan, Planned
from tests.standins.outbox_parts import HOUR, NINE, SMS, plan_of

_NUMBERS = count(1)

PLAN: Plan = plan_of({"hydration": NINE, "potassium": NINE + HOUR})


def from_phone(number: str, at: datetime = NINE, *, identifier: str | None = None) -> Approach:
    """A text; each has an id of its own unless one is given."""
    return Approach(identifier or f"sms:{next(_NUMBERS)}", Way.SMS, at, contact=(SMS, number))


def from_link(person: str, at: datetime = NINE, *, delivery: int | None = None) -> Approach:
    return Approach(f"link:{next(_NUMBERS)}", Way.LINK, at, person=person, delivery=delivery)


def doing(reaction: Reaction) -> React:
    """React so, whoever it is."""
    return lambda _: reaction


class Listener:
    """Reacts so, and keeps who it was told of."""

    def __init__(self, reaction: Reaction | None = None) -> None:
        self.reaction = reaction or Reaction("heard")
        self.met: list[Correspondent | None] = []

    def __call__(self, who: Correspondent | None) -> Reaction:
        self.met.append(who)
        return self.reaction

    @property
    def last(self) -> Correspondent:
        (*_, met) = self.met
        assert met is not None
        return met


def hear(
    outbox: Outbox, approach: Approach, reaction: Reaction | React, now: datetime = NINE, plan: Plan = PLAN
) -> Heard:
    return outbox.converse(approach, reaction if callable(reaction) else doing(reaction), plan, now)


def answer(
    person: str,
    kind: str,
    *,
    identifier: str = "1",
    at: datetime = NINE,
    channels: tuple[ChannelName, ...] = (SMS,),
) -> NewDelivery:
    """What is said in return."""
    cause = f"reply:{person}:{kind}:{identifier}"
    return NewDelivery(cause, person, kind, at, at + HOUR, channels, asked=True)


def nothing_planned() -> Callable[[Person], Planned]:
    """A plan that must not be asked."""

    def plan(person: Person) -> Planned:
        raise AssertionError(f"nothing is planned for {person.id}")

    return plan
