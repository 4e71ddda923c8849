"""The desk: where whoever turns to legup from outside is received. The web app and the poller know nothing else.

A `token` is the signed part of a link that went out; None is the answer to one that is not ours.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from config.person import ChannelName, NudgePreference
from config.schedule import Schedule
from scheduler.conversation.page import Wanted
from scheduler.delivery.correspondence import Correspondent, Heard, Report
from scheduler.delivery.text_message import TextMessage
from scheduler.service.diary import Diary

__all__ = ["STALE", "Desk", "Followed", "LinkView", "NudgeView", "Profile", "Wanted"]


@dataclass(frozen=True, slots=True)
class LinkView:
    """What a link would do, for the page that asks before it does. Nothing has been done."""

    action: str
    """An `ActionName` of scheduler/conversation/links.py: `done`, `snooze`, `pause`, `less`, `stop_one`, `stop_all`."""
    language: str
    discreet: bool
    nudge: str | None
    """The kind of the message that the link stood in; None where that is no nudge, or not held any more."""
    title: str
    """The nudge in people's words, in their language; empty without one."""
    opted_out: bool = False
    """They have stopped everything: of links only one that stops, or agrees, does anything."""
    ended: bool = False
    """Their nudges have ended for good: of links only one that stops does anything."""
    agreed: bool = False
    """They have agreed already, or nobody asked them to: a link that agrees does nothing more."""


@dataclass(frozen=True, slots=True)
class Followed:
    """What a link did."""

    view: LinkView
    heard: Heard
    """`heard.fresh` is False when the same link had done the same before."""
    until: datetime | None = None
    """On the person's wall clock: the end of a pause, or when a snoozed nudge comes again."""
    nth: int = 1
    """Of this nudge's slots every so-manieth is sent from now on."""
    page: str | None = None
    """The token of their preferences page."""
    opted_out: bool = False
    """They have stopped everything, after this too."""


@dataclass(frozen=True, slots=True)
class NudgeView:
    """One nudge of a person's page."""

    nudge: str
    title: str
    """In people's words, in their language."""
    preference: NudgePreference
    """What they get; `on` is False when it is off or stopped."""
    schedule: Schedule
    """Their own, or the catalogue's where they have none."""
    stopped: bool
    """They said stop to it."""
    file: NudgePreference | None
    """What the file says; None where it does not name the nudge, which is then off."""
    today: tuple[datetime, ...] = ()
    """When it is sent today, past and to come, on their wall clock."""
    barred: bool = False
    """It is on, and one of its times or all can never come, most often because of quiet hours."""


@dataclass(frozen=True, slots=True)
class Profile:
    """A person's preferences page."""

    correspondent: Correspondent
    """`person.preferences` is what the file says, `preferences` what they get."""
    nudges: tuple[NudgeView, ...]
    """Every nudge there is, in the catalogue's order."""
    channels: tuple[ChannelName, ...]
    """Those that have an account here and a contact of theirs."""
    languages: tuple[str, ...]
    differing: frozenset[str]
    """Keys in which they get something else than the file says: `language`, `nudges.hydration`, ..."""
    now: datetime
    """On their wall clock."""
    seen: str
    """A fingerprint of all that the page's form can change; it goes into the form and comes back with it."""


STALE = "stale"
"""`Heard.understood` of a form that showed something else than holds now; nothing was done."""


class Desk(Protocol):
    """Everything may be called from any thread. Raises StorageError when the database cannot be used."""

    def text(self, message: TextMessage) -> Heard:
        """One inbound SMS; the same one again does nothing."""
        ...

    def reports(self, reports: Sequence[Report]) -> int:
        """What the provider says of messages it took; returns how many deliveries that moved."""
        ...

    def read(self, token: str) -> LinkView | None:
        """What a link would do."""
        ...

    def follow(self, token: str) -> Followed | None:
        """Do what a link says."""
        ...

    def profile(self, token: str) -> Profile | None:
        """The preferences page of whom a page link belongs to."""
        ...

    def wish(self, token: str, wanted: Wanted, seen: str) -> Heard | None:
        """The page's form. `understood` is STALE when `seen` does not fit any more."""
        ...

    def diary(self, token: str, weeks: int) -> Diary | None:
        """The last so many weeks of a person's diary."""
        ...

    def signed(self, url: str, params: Mapping[str, Sequence[str]], signature: str) -> bool:
        """Whether Twilio signed this: `url` as Twilio was given it (public_url, path, query), every parameter with
        every value it had, empty ones too. False where there is no public_url or no auth token."""
        ...

    def healthy(self) -> bool:
        """Whether the database answers."""
        ...
