"""A person's preferences page as values: what they get, what the file says, and when it is sent today."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from config.changes import to_text
from config.document import to_document
from config.person import ChannelName, Contacts, NudgePreference, Preferences
from config.routine import NudgeDefault
from messages.rendering import Renderer
from scheduler.delivery.correspondence import Correspondent
from scheduler.delivery.routines import Routines
from scheduler.planning.check import check
from scheduler.planning.plan import plan
from scheduler.planning.slot import Verdict
from scheduler.planning.spread import share_of
from scheduler.planning.zone import instant_of, local_of
from scheduler.service.desk import NudgeView, Profile


@dataclass(frozen=True, slots=True)
class Parlour:
    """What profiles are made with."""

    routines: Routines
    defaults: Mapping[str, NudgeDefault]
    renderer: Renderer
    channels: frozenset[ChannelName]
    """Those that have an account in this installation."""

    def profile(self, who: Correspondent, now: datetime) -> Profile:
        """Of someone who may see it. Raises TemplateError."""
        zone = who.preferences.timezone
        today, barred = self._today(who, now), self._barred(who)
        return Profile(
            correspondent=who,
            nudges=tuple(
                replace(self._nudge(who, nudge, today.get(nudge, ())), barred=nudge in barred)
                for nudge in self.defaults
            ),
            channels=self._channels(who),
            languages=self.renderer.languages(),
            differing=differing(who),
            now=local_of(now, zone),
            seen=seen_by(who),
        )

    def _nudge(self, who: Correspondent, nudge: str, today: tuple[datetime, ...]) -> NudgeView:
        given = _named(who.preferences, nudge)
        preference = given or NudgePreference(nudge, on=False)
        return NudgeView(
            nudge=nudge,
            title=self.renderer.title(who.preferences.language, nudge),
            preference=preference,
            schedule=preference.schedule or self.defaults[nudge].schedule,
            stopped=nudge in who.changes.stopped,
            file=_named(who.person.preferences, nudge),
            today=today,
        )

    def _barred(self, who: Correspondent) -> frozenset[str]:
        """The nudges that are on and have a time that can never come."""
        routine = self.routines.of(who.preferences, who.standing)
        faults = [fault for fault in check(routine) if not fault.warning]
        if any(fault.path == ("quiet_hours",) for fault in faults):  # all day long
            return frozenset(nudge.nudge for nudge in routine.nudges)
        return frozenset(str(fault.path[1]) for fault in faults)

    def _today(self, who: Correspondent, now: datetime) -> Mapping[str, tuple[datetime, ...]]:
        """By nudge, every instant at which it is sent on this day of theirs."""
        if who.standing.opted_out or who.standing.ended:
            return {}
        zone = who.preferences.timezone
        day = local_of(now, zone).date()
        start, end = instant_of(zone, day, 0), instant_of(zone, day + timedelta(days=1), 0)
        if start is None or end is None:  # the day before one that never happened
            return {}
        times: dict[str, list[datetime]] = {}
        for each in plan(self.routines.of(who.preferences, who.standing), start, end, share_of(who.person.id)):
            if each.verdict is Verdict.SEND:
                times.setdefault(each.occurrence.nudge, []).append(local_of(each.occurrence.due, zone))
        return {nudge: tuple(found) for nudge, found in times.items()}

    def _channels(self, who: Correspondent) -> tuple[ChannelName, ...]:
        """What they have now stays among the choices, whatever was set up or taken away since."""
        reached = self.channels & _reached(who.person.contacts)
        mentioned = {*who.preferences.channels, *who.person.preferences.channels}
        return tuple(each for each in ChannelName if each in reached | mentioned)


def differing(who: Correspondent) -> frozenset[str]:
    """The keys in which someone gets something else than the file says."""
    on = {each.nudge for each in who.person.preferences.nudges if each.on}
    return frozenset({*who.changes.wishes, *(f"nudges.{nudge}" for nudge in who.changes.stopped & on)})


def seen_by(who: Correspondent) -> str:
    """A fingerprint of all that the page's form can change."""
    standing = who.standing
    parts = (
        to_document(who.person.preferences),
        to_text(who.changes) or "",
        "" if standing.paused_until is None else standing.paused_until.isoformat(),
        f"{standing.opted_out} {standing.ended}",
    )
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()[:32]


def _named(preferences: Preferences, nudge: str) -> NudgePreference | None:
    return next((each for each in preferences.nudges if each.nudge == nudge), None)


def _reached(contacts: Contacts) -> frozenset[ChannelName]:
    addresses = {
        ChannelName.SMS: contacts.phone,
        ChannelName.EMAIL: contacts.email,
        ChannelName.APPRISE: contacts.apprise,
    }
    return frozenset(channel for channel, address in addresses.items() if address)
