"""One row of a roster becomes a person: the same wishes as in the file, with every fault told by its column."""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import lru_cache
from typing import Any

from pydantic import ValidationError

from config.contact import is_assigned, mask_phone, read_apprise_url, read_email, read_phone
from config.dialling import stands_as_it_is
from config.fault import Fault, FaultPath
from config.merging import STAND_IN_ZONE, person_of
from config.notation import read_date, read_id, read_name
from config.person import ChannelName, Contacts, Person, Preferences
from config.roster_check import CONTACTS, SECTIONS, Enrolled, channels_of, empty_days, unknown_language, unknown_plan
from config.settings import PersonSection, Plans, Wishes
from config.suggestion import did_you_mean
from config.wording import fault_of

CONSENT_DETAILS = ("consent_source", "consent_date")
"""Where and when somebody agreed who did so elsewhere: the first line of their consent log."""
WHO = ("id", "name", "phone", "email", "apprise")
COLUMNS = (*WHO, *(name for name in PersonSection.model_fields if name not in WHO), *CONSENT_DETAILS)
"""Every column there is; docs/rosters.md explains them."""
LONGEST_SOURCE = 200
_KEPT = 1 << 14
"""Distinct wishes kept after reading. A roster's people share theirs, but for the due date."""

Judge = Callable[[Preferences], Iterable[Fault]]
"""What is wrong with a person's plan; its paths begin with a column."""


@dataclass(frozen=True, slots=True)
class Ground:
    """What a row stands on: the file's plans, and what there is to choose from."""

    plans: Plans
    nudges: Collection[str]
    languages: Collection[str]
    accounts: Collection[ChannelName]
    """The channels that the installation has an account for."""


@dataclass(frozen=True, slots=True)
class Member:
    """A person of a roster."""

    person: Person
    plan: str | None
    entry: str = field(repr=False)
    """The row as JSON, without id and contacts: what the person is made of again when their plan changes."""
    given: str = ""
    """Where and when they agreed, as the row says: `clinic form, 2026-11-01`."""


@dataclass(frozen=True, slots=True)
class _Wished:
    """What everyone gets whose row wishes the same."""

    text: str
    """What the row wishes, as JSON."""
    plan: str | None
    preferences: Preferences
    needed: tuple[tuple[str, ChannelName], ...]
    """The contacts that their channels need, by column."""
    faults: tuple[Fault, ...]


def row_of(person: str, contacts: Contacts, entry: str) -> dict[str, Any]:
    """The row that a person and their entry were read from; what was not written is left out."""
    written = {"id": person, **{name: getattr(contacts, name) for name in WHO[1:]}}
    wishes: dict[str, Any] = json.loads(entry)
    return {column: value for column, value in written.items() if value} | wishes


class RowReader:
    """Reads the rows of one roster. Values are as in the file; texts are masked as there."""

    def __init__(self, ground: Ground, judge: Judge) -> None:
        self._ground = ground
        self._judge = judge
        self._known: dict[str, _Wished] = {}

    def read(self, row: Mapping[str, Any]) -> tuple[Member, list[Fault]]:
        """The person of this row, and everything wrong with it, each fault's path beginning with its column. Of a row
        with a fault that is no warning the person is a guess."""
        faults: list[Fault] = []
        wishes = {column: value for column, value in row.items() if column not in WHO}
        details = {column: wishes.pop(column) for column in CONSENT_DETAILS if column in wishes}
        wished = self._wished(wishes)
        contacts = _contacts(row, faults)
        faults += wished.faults
        faults += (
            Fault((column,), f"channel {channel} needs it") for column, channel in wished.needed if column not in row
        )
        checked = _consent_details(details, faults)
        return _member(Person(_id(row, faults), wished.preferences, contacts), wished, checked), faults

    def again(self, person: str, contacts: Contacts, entry: str) -> Member:
        """The member of an entry that was read before, by the plans of today. Raises ValueError for one that does not
        fit them any more."""
        wishes = json.loads(entry)
        details = {column: wishes.pop(column) for column in CONSENT_DETAILS if column in wishes}
        wished = self._wished(wishes)
        broken = next((fault for fault in wished.faults if not fault.warning), None)
        if broken is not None:
            raise ValueError(f"{'.'.join(map(str, broken.path))}: {broken.text}")
        return _member(Person(person, wished.preferences, contacts), wished, details)

    def _wished(self, wishes: Mapping[str, Any]) -> _Wished:
        shown = repr(wishes)  # says as much as the JSON, at a third of its time
        known = self._known.get(shown)
        if known is None:
            if len(self._known) >= _KEPT:
                self._known.clear()
            text = _canonical(wishes)
            known = self._known[shown] = self._known.get(text) or _wished(text, wishes, self._ground, self._judge)
            self._known[text] = known  # for rows that say it in another order
        return known


def _member(person: Person, wished: _Wished, details: Mapping[str, str]) -> Member:
    entry = _with(details, wished.text) if details else wished.text
    return Member(person, wished.plan, entry, ", ".join(details[key] for key in CONSENT_DETAILS if key in details))


def _with(details: Mapping[str, str], wishes: str) -> str:
    written = _canonical(details)
    return written if wishes == _canonical({}) else f"{written[:-1]},{wishes[1:]}"


def _wished(text: str, wishes: Mapping[str, Any], ground: Ground, judge: Judge) -> _Wished:
    written = {"id": "x", **wishes}
    try:
        section = PersonSection.model_validate(written)
    except ValidationError as error:
        faults = [*_unknown_nudges(wishes, ground), *_told(error, written)]
        return _Wished(text, None, Preferences(STAND_IN_ZONE), (), tuple(faults))
    plans, plan = ground.plans, section.plan
    if plan is not None and plan not in plans.named:
        fault = Fault(("plan",), unknown_plan(plan, plans))
        return _Wished(text, plan, Preferences(STAND_IN_ZONE), (), (fault,))
    defaults = plans.wishes(plan)
    person = replace(person_of(section, defaults), id="this person")
    channels = channels_of(person.preferences)
    faults = [
        *_unknown_nudges(wishes, ground),
        *_no_zone(section, defaults),
        *unknown_language(("language",), section.language, ground.languages),
        *(_no_account(channel, where) for channel, where in channels.items() if channel not in ground.accounts),
        *empty_days(Enrolled((), section, person)),
    ]
    if not faults:
        faults += judge(person.preferences)
    needed = tuple((CONTACTS[channel], channel) for channel in channels if channel in CONTACTS)
    return _Wished(text, plan, person.preferences, needed, tuple(faults))


def _told(error: ValidationError, written: Mapping[str, Any]) -> Iterator[Fault]:
    # In the file a person stands below `people:`, and so the faults of a row are told as those of one.
    at: FaultPath = ("people", 0)
    for each in error.errors(include_url=False):
        fault = fault_of(each, at, written)
        if fault is not None:
            yield replace(fault, path=fault.path[len(at) :])


def _unknown_nudges(wishes: Mapping[str, Any], ground: Ground) -> Iterator[Fault]:
    nudges = wishes.get("nudges")
    for nudge in nudges if isinstance(nudges, dict) else ():
        if nudge not in ground.nudges:
            known = did_you_mean(nudge, ground.nudges) or f"; there are {', '.join(ground.nudges)}"
            yield Fault(("nudges", nudge), f'unknown nudge "{nudge}"{known}')


def _no_zone(section: PersonSection, defaults: Wishes) -> Iterator[Fault]:
    if section.timezone is None and defaults.timezone is None:
        yield Fault(("timezone",), "no time zone: give one here, in the plan, or at the top of the file")


def _no_account(channel: ChannelName, where: FaultPath) -> Fault:
    section = SECTIONS.get(channel, str(channel))
    return Fault(where, f"channel {channel} needs the `{section}:` settings of the config file")


def _id(row: Mapping[str, Any], faults: list[Fault]) -> str:
    if "id" not in row:
        faults.append(Fault(("id",), "there is no id: give each person their own"))
        return ""
    return _sound("id", row["id"], read_id, faults) or ""


def _contacts(row: Mapping[str, Any], faults: list[Fault]) -> Contacts:
    return Contacts(
        name=_sound("name", row.get("name"), read_name, faults) or "",
        phone=_phone(row.get("phone"), faults),
        email=_sound("email", row.get("email"), read_email, faults),
        apprise=_sound("apprise", row.get("apprise"), read_apprise_url, faults),
    )


def _phone(value: Any, faults: list[Fault]) -> str | None:
    if isinstance(value, str) and stands_as_it_is(value):
        return value
    phone = _sound("phone", value, read_phone, faults)
    if phone is not None and not is_assigned(phone):
        text = f"no country gives out numbers like {mask_phone(phone)}: is a digit wrong?"
        faults.append(Fault(("phone",), text, warning=True))
    return phone


def _consent_details(details: Mapping[str, Any], faults: list[Fault]) -> dict[str, str]:
    checked = {}
    source = _sound("consent_source", details.get("consent_source"), _read_source, faults)
    if source:
        checked["consent_source"] = source
    day = _sound("consent_date", details.get("consent_date"), _read_day, faults)
    if day:
        checked["consent_date"] = day
    return checked


@lru_cache(maxsize=4096)
def _read_day(text: str) -> str:
    return read_date(text).isoformat()


def _read_source(text: str) -> str:
    if len(text) > LONGEST_SOURCE or not text.isprintable():
        raise ValueError(f"where consent was given has up to {LONGEST_SOURCE} characters on one line")
    return text.strip()


def _sound(column: str, value: Any, read: Callable[[str], str], faults: list[Fault]) -> str | None:
    """What was written, read; None, with its fault, when it cannot be."""
    if value is None:
        return None
    if not isinstance(value, str):
        faults.append(Fault((column,), "this is not text: put it in quotes"))
        return None
    try:
        return read(value)
    except ValueError as error:
        faults.append(Fault((column,), str(error)))
        return None


_canonical = json.JSONEncoder(ensure_ascii=False, sort_keys=True, separators=(",", ":"), default=str).encode
