"""Everything else: whatever Apprise can reach, by a URL that each person keeps secret. An optional extra."""

from __future__ import annotations

import importlib
import time
import warnings
from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any

from config.accounts import AppriseAccount
from config.person import ChannelName
from scheduler.channels.deadline import Deadline
from scheduler.channels.hush import hush
from scheduler.channels.overlap import Overlap
from scheduler.channels.unavailable import ChannelUnavailable
from scheduler.delivery.delivery import Message
from scheduler.delivery.outcome import Accepted, Outcome, Refused, Unknown

NEARLY = 0.95
"""A failure that took this share of the timeout is taken for a timeout; clocks and sockets are not exact."""


class AppriseChannel:
    """Hands each message to the plugin of its URL, up to `concurrency` at once.

    Apprise says only yes or no. A quick no is a definite failure, so that a second channel may follow. A no that took
    as long as the timeout is one that never got an answer: it may have arrived, and is Unknown.
    Raises ChannelUnavailable when Apprise is not installed.
    """

    name = ChannelName.APPRISE

    def __init__(self, account: AppriseAccount, *, concurrency: int) -> None:
        hush()
        self._apprise = _loaded()
        self._timeout = account.timeout
        self._overlap = Overlap(concurrency, "apprise")

    def send(self, messages: Sequence[Message], now: datetime) -> Iterator[tuple[Message, Outcome]]:
        """Send the messages, yielding their outcomes as they come."""
        return self._overlap.each(messages, now, self._try)

    def close(self) -> None:
        """Finish what is under way."""
        self._overlap.close()

    def _try(self, message: Message, at: datetime, deadline: Deadline) -> Outcome:
        del at, deadline  # Apprise knows neither dates nor lifetimes, and its plugins' steps cannot be told apart
        service = self._service(message.address)
        if service is None:
            return Refused("Apprise cannot use the person's `apprise` URL; check it")
        began = time.monotonic()
        arrived = service.notify(title=message.subject, body=message.text, body_format=self._apprise.NotifyFormat.TEXT)
        if arrived:
            return Accepted()
        if time.monotonic() - began >= NEARLY * self._timeout:
            return Unknown("no answer from the service behind the person's `apprise` URL")
        return Refused("the service behind the person's `apprise` URL did not take the message")

    def _service(self, url: str) -> Any:
        """The plugin for a URL, or None. It is called directly: Apprise.notify would try as often as the URL says."""
        asset = self._apprise.AppriseAsset(secure_logging=True, async_mode=False)
        service = self._apprise.Apprise.instantiate(url, asset=asset)
        if service is not None:
            service.socket_connect_timeout = service.socket_read_timeout = self._timeout
        return service


def _loaded() -> Any:
    try:
        apprise = importlib.import_module("apprise")
    except ImportError as fault:
        raise ChannelUnavailable(
            "the apprise channel needs a package that is not installed: pip install 'legup[apprise]'"
        ) from fault
    with warnings.catch_warnings():
        # The first URL loads all plugins: half a second better spent now than in a send, and old imports to warn of.
        warnings.simplefilter("ignore", DeprecationWarning)
        apprise.Apprise.instantiate("json://localhost")
    return apprise
