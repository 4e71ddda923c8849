"""A message exactly as it would go out, without a delivery of record and without sending it."""

from __future__ import annotations

from datetime import datetime

from config.inbound import Inbound, inbound_of, links_base
from config.person import ChannelName, Person
from config.settings import Service
from messages.message import LINKS, Links
from messages.rendering import Renderer
from scheduler.delivery.composing import Composing, Wording, address_of
from scheduler.delivery.delivery import Delivery, Message, NewDelivery, State
from scheduler.delivery.ports import Ready, Standing


def rehearsed_wording(service: Service) -> Wording:
    """What messages offer in this installation, without its key: a link ends where its secret part would begin, so that
    nobody acts by what is shown."""
    base = links_base(service.web)
    shown = None if base is None else Links(**{name: f"{base}/{name}/..." for name in LINKS})
    return Wording(
        renderer=Renderer(service.templates),
        key=b"rehearsal",  # only a delivery of record has a Message-ID of its own
        replies=inbound_of(service.twilio, service.web) is not Inbound.OFF,
        links=None if shown is None else lambda _handle, _delivery: shown,
    )


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
    return Composing(wording).message(ready, address_of(person.id, person.contacts, channel) or "")
