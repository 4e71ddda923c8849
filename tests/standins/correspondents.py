"""Somebody who writes to us, what they say, and what the record then knows of them."""

from __future__ import annotations

from dataclasses import replace

from config.changes import Changes
from config.person import Consent, Contacts, NudgePreference, Preferences
from scheduler.delivery.cause import consent_cause, welcome_cause
from scheduler.delivery.correspondence import (
    Reaction,
)
from scheduler.delivery.delivery import State
from scheduler.delivery.ports import Enrolment, Outbox, Standing
from tests.standins.outbox_parts import (
    HOUR,
    NINE,
    enrolment,
    message_to,
    states,
)

PHONE = Contacts(phone="+447700900123")
STOP = Reaction("stop", opted_out=True)
START = Reaction("start", opted_out=False)
NO_WATER = Reaction("stop", changes=Changes(stopped=frozenset({"hydration"})))
WATER = NudgePreference("hydration")
TWO = {"hydration": NINE, "potassium": NINE + HOUR}


def person_of(
    identifier: str = "a",
    *,
    consent: Consent = Consent.GIVEN,
    contacts: Contacts = PHONE,
    nudges: tuple[NudgePreference, ...] = (WATER, NudgePreference("potassium")),
    language: str = "en",
) -> Enrolment:
    """Somebody who wrote down which nudges they want, and may have to be asked first."""
    plain = enrolment(identifier, TWO, contacts=contacts)
    preferences = replace(plain.person.preferences, nudges=nudges, consent=consent, language=language)
    return replace(
        plain,
        person=replace(plain.person, preferences=preferences),
        welcome=message_to(identifier, cause=welcome_cause(identifier), kind="welcome"),
        request=message_to(identifier, cause=consent_cause(identifier), kind="consent"),
    )


def gets(outbox: Outbox, person: str = "a") -> Preferences:
    found = outbox.person(person)
    assert found is not None
    return found[0].preferences


def standing(outbox: Outbox, person: str = "a") -> Standing:
    found = outbox.person(person)
    assert found is not None
    return found[1]


def pending(outbox: Outbox) -> set[str]:
    return {cause for cause, (state, _) in states(outbox).items() if state is State.PENDING}
