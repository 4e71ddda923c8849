"""A person as the outbox enrols them, and how that changes the roster: the values of `Outbox.enrol`."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TypeAlias

from config.person import Person
from scheduler.delivery.delivery import NewDelivery
from scheduler.delivery.rosters import Entry


@dataclass(frozen=True, slots=True)
class Planned:
    """What planning makes of a person: per nudge they get, what determines its slots and the first of them."""

    fingerprints: Mapping[str, str]
    """Each nudge of the routine with a text that changes exactly when its slots do."""
    first_due: Callable[[str, datetime], datetime | None]
    """The next due instant of a nudge strictly after another instant; None when none will come."""


Plan: TypeAlias = Callable[[Person], Planned]
"""Asked inside a transaction of a person whose preferences have in them what they changed. Must not raise."""


def _never(_nudge: str, _after: datetime) -> None:
    return None


UNPLANNED = Planned({}, _never)
"""Whoever gets no nudges at all."""


@dataclass(frozen=True, slots=True)
class Enrolment:
    """A person as the file or roster says, and how to plan for them."""

    person: Person
    plan: Plan
    welcome: NewDelivery | None = None
    """Recorded once in a person's lifetime, when they have agreed."""
    request: NewDelivery | None = None
    """Asks for their consent. Recorded once in a person's lifetime, while they have not agreed."""
    given: str = ""
    """Where and when they agreed, if that was elsewhere: the detail of the consent log's first line."""
    entry: Entry | None = None
    """What their roster says of them; None for people of the file."""


@dataclass(frozen=True, slots=True)
class RosterChange:
    """How an enrolment changed the roster; numbers of people."""

    added: int = 0
    changed: int = 0
    removed: int = 0
    overruled: tuple[str, ...] = ()
    """Ids of people who had changed something for which the file says something new: there the file wins."""
    elsewhere: tuple[str, ...] = ()
    """Ids that people of the other origin have, who were left as they are."""
