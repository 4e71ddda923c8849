"""The people of the configuration as the outbox enrols them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta

from config.person import Consent, Person
from scheduler.delivery.cause import consent_cause, welcome_cause
from scheduler.delivery.delivery import NewDelivery
from scheduler.delivery.enrolment import Enrolment, Plan, Planned
from scheduler.delivery.routines import Routines, nudge_of
from scheduler.planning.fingerprint import fingerprint
from scheduler.planning.spread import share_of, slots_of

WELCOME_LIFE = timedelta(days=3)
"""A welcome may wait for quiet hours to end or an outage to pass, but not for weeks."""

_AT_ONCE = timedelta(microseconds=1)
"""A nudge whose next slot cannot be computed is due at once: claiming meets the same fault, counts it and tells."""


def enrolments(people: Iterable[Person], routines: Routines, now: datetime) -> Iterator[Enrolment]:
    """One enrolment a person."""
    plan = planner(routines)
    for person in people:
        consented = person.preferences.consent is Consent.GIVEN
        yield Enrolment(
            person, plan, _first("welcome", person, now), None if consented else _first("consent", person, now)
        )


def planner(routines: Routines) -> Plan:
    """How the outbox plans for a person, whoever or whatever changed what they get."""

    def plan(person: Person) -> Planned:
        share = share_of(person.id)
        routine = routines.of(person.preferences)

        def first_due(nudge: str, after: datetime) -> datetime | None:
            try:
                found = nudge_of(routine, nudge)
                occurrence = None if found is None else slots_of(routine, found, share).after(after)
            except Exception:  # noqa: BLE001 - one person must not keep the service from starting
                return after + _AT_ONCE
            return None if occurrence is None else occurrence.due

        return Planned({nudge.nudge: fingerprint(routine, nudge) for nudge in routine.nudges}, first_due)

    return plan


_CAUSES = {"welcome": welcome_cause, "consent": consent_cause}


def _first(kind: str, person: Person, now: datetime) -> NewDelivery:
    return NewDelivery(
        cause=_CAUSES[kind](person.id),
        person=person.id,
        kind=kind,
        due_at=now,
        expires_at=now + WELCOME_LIFE,
        channels=person.preferences.channels,
    )
