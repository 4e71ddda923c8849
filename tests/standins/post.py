"""A provider's list of messages, in memory: what an inbox reads, and what can go wrong with it."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from scheduler.channels.unavailable import InboxUnavailable
from scheduler.delivery.correspondence import Report
from scheduler.delivery.text_message import TextMessage
from tests.standins.gathering import Gathering


@dataclass(frozen=True)
class Read:
    """What one look found."""

    texts: tuple[TextMessage, ...]
    complete: bool = True


@dataclass
class PostStandIn:
    """Implements `scheduler.service.inbox.Post`."""

    messages: list[TextMessage] = field(default_factory=list)
    news: list[Report] = field(default_factory=list)
    complete: bool = True
    fault: Exception | None = None
    looks: Gathering[datetime] = field(default_factory=Gathering)
    """Since when texts were asked for, each time."""
    asked: list[datetime] = field(default_factory=list)
    """Since when reports were asked for, each time."""
    closed: bool = False

    def texts(self, since: datetime) -> Read:
        self.looks.add(since)
        if self.fault is not None:
            raise self.fault
        found = sorted((each for each in self.messages if each.at >= since), key=lambda each: each.at)
        return Read(tuple(found), self.complete)

    def reports(self, since: datetime, at: datetime) -> list[Report]:  # noqa: ARG002 - the protocol's
        self.asked.append(since)
        return self.news

    def close(self) -> None:
        self.closed = True


SILENT = InboxUnavailable("Twilio does not list messages (HTTP 503)")
