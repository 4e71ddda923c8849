"""A delivery in words: rendered for its person and channel, addressed, and given its key."""

from __future__ import annotations

import hmac
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime

from config.person import ChannelName, Contacts, Preferences
from messages.message import NO_LINKS, Details, Links
from messages.rendering import Context, Form, Rendered, Renderer
from scheduler.delivery.delivery import Delivery, Message, State
from scheduler.delivery.judgement import Ready
from scheduler.planning.zone import local_of


@dataclass(frozen=True, slots=True)
class Wording:
    """What rendering needs beside the delivery itself."""

    renderer: Renderer
    key: bytes
    """Secret; message keys are derived from it, so that a Message-ID tells nobody who was nudged about what."""
    replies: bool = False
    """Whether this installation can take a reply to an SMS, so that texts may offer one."""
    links: Callable[[str, Delivery], Links] | None = None
    """Where the links of an email lead, by its person's handle; None: nothing in this installation answers a link."""


class Composing:
    """Composes the messages of one look, during which no template is edited: a text that many people get is rendered
    once. Not for several threads."""

    def __init__(self, wording: Wording) -> None:
        self._wording = wording
        self._renderer = wording.renderer.glance()
        self._texts: dict[tuple[object, ...], tuple[Preferences, datetime, Rendered]] = {}
        """By all that a text may know of its person: their name and their links are an email's. Each keeps its
        preferences alive, so no identity is used twice."""

    def message(self, ready: Ready, address: str) -> Message:
        """The next attempt's message on the delivery's current channel. Raises TemplateError."""
        delivery = ready.delivery
        links = NO_LINKS
        if delivery.channel is not ChannelName.EMAIL:
            due_local, rendered = self._text(ready)
        else:
            if self._wording.links is not None:
                links = self._wording.links(ready.handle, delivery)
            due_local = local_of(delivery.due_at, ready.preferences.timezone)
            rendered = self._rendered(ready, due_local, Form.EMAIL, links)
        further = delivery.channel_index + 1
        return Message(
            delivery=delivery.id,
            attempt=delivery.attempts + 1,
            key=hmac.digest(self._wording.key, delivery.cause.encode(), "sha256").hex()[:32],
            person=delivery.person,
            kind=delivery.kind,
            due_local=due_local,
            expires_at=delivery.expires_at,
            address=address,
            text=rendered.text,
            subject=rendered.subject,
            html=rendered.html,
            further_channel=further if further < len(delivery.channels) else None,
            doubtful=delivery.state is State.UNKNOWN,
            unsubscribe=links.stop_all,
        )

    def _text(self, ready: Ready) -> tuple[datetime, Rendered]:
        delivery, preferences = ready.delivery, ready.preferences
        alike = (
            id(preferences),
            delivery.kind,
            delivery.channel,
            delivery.variant,
            delivery.due_at,
            delivery.owner_day is None,
            delivery.details,
        )
        known = self._texts.get(alike)
        if known is None:
            due_local = local_of(delivery.due_at, preferences.timezone)
            known = self._texts[alike] = preferences, due_local, self._rendered(ready, due_local, Form.SMS, NO_LINKS)
        return known[1:]

    def _rendered(self, ready: Ready, due_local: datetime, form: Form, links: Links) -> Rendered:
        delivery, preferences = ready.delivery, ready.preferences
        return self._renderer.render(
            delivery.kind,
            preferences.language,
            form,
            delivery.variant,
            Context(
                name=ready.contacts.name,
                discreet=preferences.discreet,
                replies=self._wording.replies and delivery.channel is ChannelName.SMS,
                due_local="" if delivery.owner_day is None else f"{due_local:%H:%M}",
                details=_said_locally(delivery.details, preferences.timezone),
                today=due_local.date(),
                links=links,
            ),
        )


def address_of(person: str, contacts: Contacts, channel: ChannelName) -> str | None:
    """Where that channel reaches the person; the console, which reaches whoever looks, is given their id."""
    match channel:
        case ChannelName.SMS:
            return contacts.phone
        case ChannelName.EMAIL:
            return contacts.email
        case ChannelName.APPRISE:
            return contacts.apprise
        case ChannelName.CONSOLE:
            return person


def _said_locally(details: Details, zone: str) -> Details:
    return details if details.until is None else replace(details, until=local_of(details.until, zone))
