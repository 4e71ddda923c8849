"""Signed links: what a person may do with one click, and their page.

A link holds a random handle in place of who it is for, and a signature by which nobody can make one but us. It carries
no time limit. A stop link must never end (RFC 8058 and plain decency), and the way to a person's own page must not end
before their messages do: there is no password to ask for a new one. So a link is worth what the mailbox is worth that
it lies in, and it is dead once its person is forgotten, for then the handle belongs to nobody.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from itsdangerous import BadData, URLSafeSerializer

LONGEST = 500
"""Characters of a token that is looked at; ours have about a hundred."""


class ActionName(StrEnum):
    """What a link in an email does."""

    DONE = "done"
    SNOOZE = "snooze"
    LESS = "less"
    PAUSE = "pause"
    AGREE = "agree"
    """Yes to the request for consent."""
    STOP_ONE = "stop_one"
    """Stop the kind of nudge that the email is about."""
    STOP_ALL = "stop_all"


_NAMES = frozenset(ActionName)


@dataclass(frozen=True, slots=True)
class Action:
    """What a link says that was followed."""

    handle: str = field(repr=False)
    """Stands for the person; storage knows whom."""
    delivery: int
    """The message that the link stood in."""
    name: ActionName
    about: str = ""
    """The nudge that the message was: a link outlives the record of its message."""


class Links:
    """Makes and reads links. Each purpose signs with a salt of its own, so that no link can pass for another's."""

    def __init__(self, key: bytes, public_url: str) -> None:
        self._base = public_url.rstrip("/")
        self._actions = _serializer(key, "legup link: action")
        self._pages = _serializer(key, "legup link: page")

    def action_url(self, action: Action) -> str:
        """The link by which one thing is done; a page asks before it is."""
        return f"{self._base}/a/{self._actions.dumps([action.handle, action.delivery, action.name, action.about])}"

    def page_url(self, handle: str) -> str:
        """The link to a person's own page."""
        return f"{self._base}/p/{self.page_token(handle)}"

    def page_token(self, handle: str) -> str:
        """The signed part of `page_url`."""
        return str(self._pages.dumps(handle))

    def read_action(self, token: str) -> Action | None:
        """What an action's token says; None for one that we did not make."""
        match _loaded(self._actions, token):
            case [str(handle), int(delivery), str(name), str(about)] if name in _NAMES:
                return Action(handle, delivery, ActionName(name), about)
            case _:
                return None

    def read_page(self, token: str) -> str | None:
        """The handle in a page's token; None for one that we did not make."""
        handle = _loaded(self._pages, token)
        return handle if isinstance(handle, str) else None


def _serializer(key: bytes, salt: str) -> URLSafeSerializer:
    signing = {"key_derivation": "hmac", "digest_method": hashlib.sha256}
    return URLSafeSerializer(key, salt=salt, signer_kwargs=signing)


def _loaded(serializer: URLSafeSerializer, token: str) -> Any:
    if not (token.isascii() and len(token) <= LONGEST):
        return None
    try:
        return serializer.loads(token)
    except BadData:
        return None
