"""The links that stand in an email, by the person and the delivery they are for."""

from __future__ import annotations

from collections.abc import Callable

from messages.catalogue import NUDGES
from messages.message import Links as Shown
from scheduler.conversation.links import Action, ActionName, Links
from scheduler.delivery.delivery import Delivery


def letters(links: Links) -> Callable[[str, Delivery], Shown]:
    """Every link there is; an email shows those that its kind has."""

    def shown(handle: str, delivery: Delivery) -> Shown:
        about = delivery.kind if delivery.kind in NUDGES else ""
        urls = {str(name): links.action_url(Action(handle, delivery.id, name, about)) for name in ActionName}
        return Shown(**urls, preferences=links.page_url(handle))

    return shown
