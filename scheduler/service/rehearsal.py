"""A message exactly as it would go out, without a delivery of record and without sending it."""

from __future__ import annotations

from datetime import datetime

from config.person import ChannelName, Person
from scheduler.delivery.delivery import Delivery, Message, NewDelivery, State
from scheduler.delivery.judging import Wording, address_of, compose
from scheduler.delivery.ports import Ready, Standing


def rehearse(person: Person, new: NewDelivery, channel: ChannelName, wording: Wording, now: datetime) -> Message:
    """The first attempt of this delivery on one of its channels; without a contact the address is empty.

    Raises TemplateError.
    """
    delivery = Delivery(
        id=0,
        cause=new.cause,
        person=person.id,
        kind=new.kind,
        state=State.PENDING,
        reason=None,
        due_at=new.due_at,
        expires_at=new.expires_at,
        not_before=new.not_before or new.due_at,
        owner_day=new.owner_day,
        channels=new.channels,
        channel_index=new.channels.index(channel),
        variant=new.variant,
        attempts=0,
        asked=new.asked,
        updated_at=now,
    )
    ready = Ready(delivery, person.preferences, person.contacts, Standing())
    return compose(ready, address_of(person.id, person.contacts, channel) or "", wording)
