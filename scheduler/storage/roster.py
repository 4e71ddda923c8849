"""The people of an outbox in memory: who is enrolled, who said stop."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field, replace
from datetime import datetime

from config.person import ChannelName, Person
from scheduler.delivery.delivery import NewDelivery
from scheduler.delivery.ports import Enrolment, Standing
from scheduler.storage.contacts import ContactHasher
from scheduler.storage.rules import NudgeRow, changed_rows


@dataclass(slots=True)
class Member:
    """A person as enrolled, and what outlives their enrolment."""

    person: Person
    origin: str
    active: bool = False
    welcomed: bool = False
    opted_out: bool = False
    paused_until: datetime | None = None
    nudges: dict[str, NudgeRow] = field(default_factory=dict)


class Roster:
    """Everyone who was ever enrolled, by id."""

    def __init__(self, hasher: ContactHasher) -> None:
        self.members: dict[str, Member] = {}
        self._hasher = hasher
        self._stopped: set[bytes] = set()

    def enrol(self, enrolment: Enrolment, now: datetime, origin: str) -> tuple[str, NewDelivery | None]:
        """Whether the person was added, changed or the same, and the welcome to record."""
        person = enrolment.person
        member = self.members.setdefault(person.id, Member(person, origin))
        edited = (member.person, member.origin) != (person, origin)
        rows = changed_rows(enrolment, member.nudges, now, edited=edited or not member.active)
        different = bool(rows) or edited
        outcome = ("changed" if different else "same") if member.active else "added"
        welcome = None if member.welcomed else enrolment.welcome
        member.person, member.origin, member.active = person, origin, True
        member.welcomed = member.welcomed or welcome is not None
        member.nudges.update(rows)
        return outcome, welcome

    def remove_others(self, kept: Collection[str], origin: str) -> set[str]:
        """Deactivate the people of this origin who are not kept; returns their ids."""
        gone = {
            identifier
            for identifier, member in self.members.items()
            if member.active and member.origin == origin and identifier not in kept
        }
        for identifier in gone:
            member = self.members[identifier]
            member.active = False
            member.nudges = {nudge: row.asleep() for nudge, row in member.nudges.items()}
        return gone

    def rewind(self, now: datetime) -> None:
        """The wall clock was set back to `now`."""
        for member in self.members.values():
            member.nudges = {nudge: row.rewound(now) for nudge, row in member.nudges.items()}

    def decide_since(self, earliest: datetime) -> None:
        """Slots before this instant, of any nudge, are nobody's any more."""
        for member in self.members.values():
            for nudge, row in member.nudges.items():
                if row.decided_at is not None:
                    member.nudges[nudge] = replace(row, decided_at=max(row.decided_at, earliest))

    def active(self, identifier: str) -> Member | None:
        member = self.members.get(identifier)
        return member if member is not None and member.active else None

    def standing(self, member: Member) -> Standing:
        return Standing(member.opted_out or not self._stopped.isdisjoint(self._contacts(member)), member.paused_until)

    def stop(self, identifier: str, *also: bytes) -> set[str]:
        """Record a stop for a person, for the contacts they have and for `also`; returns the ids of all concerned."""
        member = self.members[identifier]
        member.opted_out = True
        stopped = {*self._contacts(member), *also}
        self._stopped |= stopped
        sharing = {other for other, their in self.members.items() if not stopped.isdisjoint(self._contacts(their))}
        return sharing | {identifier}

    def contact(self, identifier: str, channel: ChannelName) -> bytes | None:
        """The hash of the contact at which this channel reaches the person."""
        return self._hasher.of(self.members[identifier].person.contacts).reached_by(channel)

    def _contacts(self, member: Member) -> list[bytes]:
        return self._hasher.of(member.person.contacts).known()
