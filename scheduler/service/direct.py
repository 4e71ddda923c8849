"""One message now, because an operator asked for it: the same pipe as every other, watched to its outcome."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta

from config.person import ChannelName, Person
from scheduler.clock import Clock
from scheduler.delivery.cause import send_cause
from scheduler.delivery.delivery import Delivery, NewDelivery, State
from scheduler.delivery.ports import ChannelHold, Outbox
from scheduler.delivery.routines import Routines, nudge_of
from scheduler.service.pump import Pump

LIFE = timedelta(minutes=10)
PATIENCE = timedelta(seconds=30)
"""A retry that comes within it is waited for; a later one is left to `legup run`."""

_LOOK = 0.1
"""Seconds between looks at a message that `legup run` took over."""


def request(
    person: Person, kind: str, routines: Routines, recorded: Mapping[str, int], identifier: str, now: datetime
) -> NewDelivery:
    """The delivery for one message of a kind, on the channels that the person gets this kind by."""
    nudge = nudge_of(routines.of(person.preferences), kind)
    return NewDelivery(
        cause=send_cause(identifier),
        person=person.id,
        kind=kind,
        due_at=now,
        expires_at=now + LIFE,
        channels=person.preferences.channels if nudge is None else nudge.channels,
        variant=recorded.get(kind, 0),
        asked=True,
    )


def send_now(new: NewDelivery, pump: Pump, clock: Clock, pause: Callable[[float], None]) -> Delivery:
    """Record the delivery, send it (or let a running service do so, should it be quicker) and return what became of
    it: still pending only if its next attempt is further away than PATIENCE, its channel is on hold, or the clock is
    not believed.

    Raises KeyError when the database does not know the person.
    """
    outbox = pump.outbox
    outbox.add(new)
    while True:
        delivery = _recorded(new, outbox)
        now = clock.now()
        if not _may_still_go(delivery, outbox, now):
            return delivery
        if delivery.state is State.PENDING and delivery.not_before <= now:
            pump.send(delivery.channel, cause=new.cause)
        pause(_LOOK)


def _recorded(new: NewDelivery, outbox: Outbox) -> Delivery:
    same_instant = outbox.deliveries(new.due_at, new.due_at + timedelta(milliseconds=1), person=new.person)
    return next(each for each in same_instant if each.cause == new.cause)


def _may_still_go(delivery: Delivery, outbox: Outbox, now: datetime) -> bool:
    """Whether something becomes of it soon."""
    if delivery.state is State.PENDING:
        on_hold = hold_of(delivery.channel, outbox, now) is not None
        return not on_hold and delivery.not_before <= now + PATIENCE and outbox.clock_record().hold is None
    return delivery.state is State.SENDING


def hold_of(channel: ChannelName, outbox: Outbox, now: datetime) -> ChannelHold | None:
    """The channel's open breaker, if it has one."""
    return next((each for each in outbox.holds(now) if each.channel is channel), None)
