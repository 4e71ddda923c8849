"""The people of the configuration as the outbox enrols them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from functools import partial

from config.person import Consent, Person
from config.roster_row import Member
from config.routine import Routine
from scheduler.delivery.cause import consent_cause, welcome_cause
from scheduler.delivery.delivery import NewDelivery
from scheduler.delivery.enrolment import Enrolment, Plan, Planned
from scheduler.delivery.rosters import Entry
from scheduler.delivery.routines import Routines
from scheduler.planning.fingerprint import fingerprint
from scheduler.planning.spread import moved, room_of, share_of

WELCOME_LIFE = timedelta(days=3)
"""A welcome may wait for quiet hours to end or an outage to pass, but not for weeks."""

_MOST = 50_000
"""Routines remembered."""
_AT_ONCE = timedelta(microseconds=1)
"""A nudge whose next slot cannot be computed is due at once: claiming meets the same fault, counts it and tells."""


def enrolments(people: Iterable[Person], routines: Routines, now: datetime) -> Iterator[Enrolment]:
    """One enrolment a person."""
    plan = planner(routines)
    return (Enrolment(person, plan, _first("welcome", person, now), _request(person, now)) for person in people)


def brought(member: Member, plan: Plan, now: datetime, *, welcome: bool = True) -> Enrolment:
    """One of a roster; not welcomed, if so wished."""
    person = member.person
    first = _first("welcome", person, now) if welcome else None
    entry = Entry(member.plan or "", member.entry)
    return Enrolment(person, plan, first, _request(person, now), member.given, entry)


def planner(routines: Routines) -> Plan:
    """How the outbox plans for a person, whoever or whatever changed what they get."""
    return _Planner(routines)


class _Planner:
    """Remembers what people with one routine share: of a million people most do."""

    def __init__(self, routines: Routines) -> None:
        self._routines = routines
        self._habits: dict[int, _Habits] = {}

    def __call__(self, person: Person) -> Planned:
        routine = self._routines.of(person.preferences)
        # By identity, as `Routines` looks up; each entry keeps its routine alive, so no identity is used twice.
        habits = self._habits.get(id(routine))
        if habits is None:
            if len(self._habits) >= _MOST:
                self._habits.clear()
            habits = self._habits[id(routine)] = _Habits(routine)
        return Planned(habits.fingerprints, partial(habits.first_due, share_of(person.id)))


class _Habits:
    """What planning makes of one routine."""

    def __init__(self, routine: Routine) -> None:
        self.fingerprints = {nudge.nudge: fingerprint(routine, nudge) for nudge in routine.nudges}
        self._rooms = {nudge.nudge: room_of(routine, nudge) for nudge in routine.nudges}
        self._near: tuple[datetime | None, dict[str, list[tuple[datetime, int]]]] = None, {}
        """What `Room.near` says of the instant asked about last: an enrolment asks for everybody about one. Both in one
        value, for several threads may ask about several."""

    def first_due(self, share: int, nudge: str, after: datetime) -> datetime | None:
        if nudge not in self._rooms:
            return None
        asked, known = self._near
        if asked != after:
            known = {}
            self._near = after, known
        try:
            near = known.get(nudge)
            if near is None:
                near = known[nudge] = self._rooms[nudge].near(after)
            for slot in near:
                due = moved(slot, share)
                if due > after:
                    return due
        except Exception:  # noqa: BLE001 - one person must not keep the service from starting
            return after + _AT_ONCE
        return None


_CAUSES = {"welcome": welcome_cause, "consent": consent_cause}


def _request(person: Person, now: datetime) -> NewDelivery | None:
    return _first("consent", person, now) if person.preferences.consent is Consent.ASKED else None


def _first(kind: str, person: Person, now: datetime) -> NewDelivery:
    return NewDelivery(
        cause=_CAUSES[kind](person.id),
        person=person.id,
        kind=kind,
        due_at=now,
        expires_at=now + WELCOME_LIFE,
        channels=person.preferences.channels,
    )
