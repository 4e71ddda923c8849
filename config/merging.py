"""Lays what a person wrote over the defaults at the top of the file."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from config.person import Contacts, NudgePreference, Person, Preferences
from config.schedule import Schedule
from config.settings import NudgeSection, PersonSection, Plans, Settings, Wishes

STAND_IN_ZONE = "UTC"
"""For a person without a time zone, which is a fault: so that the rest of them can be checked in the same run."""
SAME_NAME = ("language", "wake", "bedtime", "quiet_hours", "daily_limit", "discreet", "consent", "spread")

WRITTEN = ("late", "spread", "priority", "weeks", "starts", "ends")
"""Of one nudge: what goes over as it is."""


def plans_of(settings: Settings) -> Plans:
    """The top of the file, and each of its plans laid over it."""
    top = laid_over(settings, Wishes())
    return Plans(top, {name: laid_over(plan, top) for name, plan in settings.plans.items()})


def person_of(section: PersonSection, defaults: Wishes) -> Person:
    """A person, with the defaults merged in: key by key, and `nudges` nudge by nudge."""
    contacts = Contacts(name=section.name, phone=section.phone, email=section.email, apprise=section.apprise)
    return Person(section.id, preferences_of(section, defaults, section), contacts)


def laid_over(wishes: Wishes, defaults: Wishes) -> Wishes:
    """The wishes, with what they leave open as the defaults say."""
    merged: dict[str, Any] = {name: _wish(name, wishes, defaults) for name in Wishes.model_fields if name != "nudges"}
    # Everything in it has been checked, and checking it again would ask for it as it was written.
    return Wishes.model_construct(None, **merged, nudges=merged_nudges(wishes, defaults))


def merged_nudges(section: Wishes, defaults: Wishes) -> dict[str, NudgeSection]:
    """A person's entry wins whole, unless it is a mapping without `when`: then it is laid over the default's entry."""
    nudges = defaults.nudges | section.nudges
    for name in defaults.nudges.keys() & section.nudges.keys():
        mine, default = section.nudges[name], defaults.nudges[name]
        if "when" not in mine.model_fields_set:
            written = {key: getattr(mine, key) for key in mine.model_fields_set}
            # Who writes how a nudge is to come wants it to come, even where the default is off.
            nudges[name] = default.model_copy(update={"when": default.when or True} | written)
    return dict(sorted(nudges.items()))


def preferences_of(section: Wishes, defaults: Wishes, own: PersonSection | None = None) -> Preferences:
    """What these wishes come to; due date and pause are a person's `own`."""
    wishes: dict[str, Any] = {}
    for name in SAME_NAME:
        wish = _wish(name, section, defaults)
        if wish is not None:
            wishes[name] = wish
    channels = _wish("channel", section, defaults)
    if channels is not None:
        wishes["channels"] = channels
    zone = _wish("timezone", section, defaults) or STAND_IN_ZONE
    return Preferences(
        timezone=zone,
        due_date=own.due_date if own else None,
        paused_until=_instant(own.paused_until, zone) if own else None,
        nudges=tuple(_nudge(name, entry) for name, entry in merged_nudges(section, defaults).items()),
        **wishes,
    )


def _wish(name: str, section: Wishes, defaults: Wishes) -> Any:
    mine = getattr(section, name)
    return getattr(defaults, name) if mine is None else mine


def _instant(written: datetime | None, zone: str) -> datetime | None:
    """A time without an offset is one on the person's wall clock."""
    if written is None:
        return None
    return (written if written.tzinfo else written.replace(tzinfo=ZoneInfo(zone))).astimezone(UTC)


def _nudge(name: str, entry: NudgeSection) -> NudgePreference:
    written: Mapping[str, Any] = {key: getattr(entry, key) for key in WRITTEN}
    return NudgePreference(
        nudge=name,
        on=entry.when is not False,
        schedule=entry.when if isinstance(entry.when, Schedule) else None,
        channels=entry.channel,
        **written,
    )
