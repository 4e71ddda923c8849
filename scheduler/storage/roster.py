"""The people of an outbox in memory: who is enrolled, who said stop."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime

from config.changes import UNCHANGED, Changes, reconciled, with_changes
from config.document import to_document
from config.person import ChannelName, Consent, Person
from scheduler.delivery.correspondence import ConsentEntry, DiaryEntry
from scheduler.delivery.delivery import NewDelivery
from scheduler.delivery.enrolment import UNPLANNED, Enrolment, Planned
from scheduler.delivery.rosters import ROSTER, Entry, Listed
from scheduler.delivery.standing import Ended, Standing
from scheduler.storage.contacts import ContactHasher
from scheduler.storage.handles import new_handle
from scheduler.storage.merged import agrees_first
from scheduler.storage.rules import NudgeRow, changed_rows


@dataclass(slots=True)
class Member:
    """A person as enrolled, and what outlives their enrolment."""

    person: Person
    """As the file says."""
    gets: Person
    """The same with what they changed."""
    origin: str
    handle: str
    entry: Entry | None = None
    active: bool = False
    welcomed: bool = False
    requested: bool = False
    opted_out: bool = False
    paused_until: datetime | None = None
    ended: Ended | None = None
    forget_at: datetime | None = None
    changes: Changes = UNCHANGED
    nudges: dict[str, NudgeRow] = field(default_factory=dict)
    consents: list[ConsentEntry] = field(default_factory=list)
    diary: list[DiaryEntry] = field(default_factory=list)

    def change(self, changes: Changes) -> None:
        """What they get from now on."""
        self.changes = changes
        self.gets = replace(self.person, preferences=with_changes(self.person.preferences, changes))

    def plan_anew(self, planned: Planned, now: datetime) -> None:
        self.nudges.update(changed_rows(planned, self.nudges, now, edited=True))


class Roster:
    """Everyone who was ever enrolled, by id."""

    def __init__(self, hasher: ContactHasher) -> None:
        self.members: dict[str, Member] = {}
        self.hasher = hasher
        self._stopped: set[bytes] = set()
        self.plans: dict[str, str] = {}

    def enrol(self, enrolment: Enrolment, now: datetime, origin: str) -> tuple[str, bool, NewDelivery | None]:
        """Whether the person was added, changed or the same; whether the file overruled them; what to send first."""
        person, known = enrolment.person, self.members.get(enrolment.person.id)
        if known is not None and known.active and known.origin != origin:
            return "elsewhere", False, None
        filed_before = None if known is None else to_document(known.person.preferences)
        member = known or Member(person, person, origin, new_handle())
        self.members[person.id] = member
        edited = (member.person, member.origin) != (person, origin) or not member.active
        member.person = person
        kept = reconciled(person.preferences, member.changes)
        overruled = kept != member.changes
        member.change(kept)
        planned = UNPLANNED if member.ended else enrolment.plan(member.gets)
        rows = changed_rows(planned, member.nudges, now, edited=edited)
        outcome = ("changed" if rows or edited else "same") if member.active else "added"
        member.origin, member.active = origin, True
        member.entry = enrolment.entry or member.entry
        member.nudges.update(rows)
        if agrees_first(person.preferences, filed_before):
            member.consents.append(ConsentEntry(now, "given", origin, enrolment.given))
        return outcome, overruled, self._first_message(member, enrolment, now)

    def _first_message(self, member: Member, enrolment: Enrolment, now: datetime) -> NewDelivery | None:
        if member.gets.preferences.consent is Consent.GIVEN:
            welcome = None if member.welcomed else enrolment.welcome
            member.welcomed = member.welcomed or welcome is not None
            return welcome
        if member.requested or enrolment.request is None:
            return None
        member.requested = True
        member.consents.append(ConsentEntry(now, "asked", member.origin))
        return enrolment.request

    def remove_others(self, kept: Collection[str], origin: str) -> set[str]:
        """Deactivate the people of this origin who are not kept; returns their ids."""
        gone = {
            identifier
            for identifier, member in self.members.items()
            if member.active and member.origin == origin and identifier not in kept
        }
        return self.remove(gone)

    def remove(self, people: Iterable[str]) -> set[str]:
        """Deactivate these people; returns their ids."""
        gone = set(people)
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
                    member.nudges[nudge] = row._replace(decided_at=max(row.decided_at, earliest))

    def listing(self, identifier: str) -> Listed | None:
        """Someone active whom a roster brought."""
        member = self.active(identifier)
        if member is None or member.entry is None or member.origin != ROSTER:
            return None
        return Listed(identifier, member.person.contacts, member.entry)

    def active(self, identifier: str) -> Member | None:
        member = self.members.get(identifier)
        return member if member is not None and member.active else None

    def standing(self, member: Member) -> Standing:
        stopped = member.opted_out or not self._stopped.isdisjoint(self._contacts(member))
        return Standing(stopped, member.paused_until, member.ended)

    def opt_out(self, identifier: str, now: datetime, source: str, *also: bytes) -> set[str]:
        """A stop they did not tell us themselves, which the consent log has the first time."""
        member = self.members[identifier]
        if not member.opted_out:
            member.consents.append(ConsentEntry(now, "stopped", source))
        return self.stop(identifier, *also)

    def stop(self, identifier: str, *also: bytes) -> set[str]:
        """Record a stop for a person, for the contacts they have and for `also`; returns the ids of all concerned."""
        member = self.members[identifier]
        member.opted_out = True
        stopped = {*self._contacts(member), *also}
        self.shut(*stopped)
        sharing = {other for other, their in self.members.items() if not stopped.isdisjoint(self._contacts(their))}
        return sharing | {identifier}

    def come_back(self, identifier: str) -> None:
        member = self.members[identifier]
        member.opted_out = False
        self.reopen(*self._contacts(member))

    def shut(self, *contacts: bytes) -> None:
        self._stopped.update(contacts)

    def reopen(self, *contacts: bytes) -> None:
        self._stopped.difference_update(contacts)

    def having(self, contact: bytes) -> list[Member]:
        """Everyone with this contact."""
        return [member for member in self.members.values() if contact in self._contacts(member)]

    def contact(self, identifier: str, channel: ChannelName) -> bytes | None:
        """The hash of the contact at which this channel reaches the person."""
        return self.hasher.of(self.members[identifier].person.contacts).reached_by(channel)

    def _contacts(self, member: Member) -> list[bytes]:
        return self.hasher.of(member.person.contacts).known()
