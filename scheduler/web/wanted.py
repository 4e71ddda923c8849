"""What the preferences form shows of a profile, and what a posted form asks for. Pure.

A field that comes back as it was shown leaves what stood behind it alone: a schedule that is the catalogue's stays the
catalogue's, and a form that lacks a field changes nothing there.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from config.person import ChannelName, NudgePreference, Preferences
from config.phrase import PhraseError
from config.schedule import QuietInterval, TimeOfDay
from scheduler.service.desk import NudgeView, Profile, Wanted
from scheduler.web.form import Form
from scheduler.web.phrase import read_schedule
from scheduler.web.words import Words

LONGEST_PHRASE = 200
NTHS = (1, 2, 3, 4)
"""Of a nudge every so-manieth is sent."""
PAUSES = (1, 2, 3, 7, 14, 30)
"""Days."""
INTERVALS = 3
"""How many quiet stretches the form has room for, unless someone has more."""


@dataclass(frozen=True, slots=True)
class Faulty:
    """A form that cannot be taken: a text for each field that is not right."""

    faults: Mapping[str, str]


def shown(profile: Profile, words: Words) -> dict[str, str]:
    """The form's fields as the page first shows them. A box that is not ticked has an empty value."""
    preferences = profile.correspondent.preferences
    fields = {"language": preferences.language, **_shown_channels(preferences), **_shown_quiet(preferences)}
    for view in profile.nudges:
        fields[f"on.{view.nudge}"] = "on" if view.preference.on else ""
        fields[f"when.{view.nudge}"] = words.schedule(view.schedule)
        fields[f"nth.{view.nudge}"] = str(view.preference.every_nth)
    return fields


def wanted(profile: Profile, form: Form, words: Words) -> Wanted | Faulty:
    """What the form asks for, or what is wrong with it."""
    reading = _Reading(profile, form, words)
    preferences = profile.correspondent.preferences
    nudges = tuple(each for view in profile.nudges if (each := reading.nudge(view)) is not None)
    preferences = replace(
        preferences,
        nudges=nudges,
        language=reading.choice("language", profile.languages),
        channels=reading.channels(preferences.channels),
        quiet_hours=reading.quiet_hours(preferences.quiet_hours),
    )
    if reading.faults:
        return Faulty(reading.faults)
    return replace(as_is(profile), preferences=preferences, stopped=reading.stopped(nudges))


def as_is(profile: Profile) -> Wanted:
    """To leave everything as it is."""
    who = profile.correspondent
    return Wanted(who.preferences, who.changes.stopped, who.standing.paused_until)


def as_the_plan_says(profile: Profile) -> Wanted:
    """Without any change that was made, a pause and a stop of everything aside."""
    return replace(as_is(profile), preferences=profile.correspondent.person.preferences, stopped=frozenset())


def pause_until(profile: Profile, days: str) -> datetime | None:
    """So many days from now, at this hour of the person's clock; None for a number that is not offered."""
    if days not in map(str, PAUSES):
        return None
    return (profile.now + timedelta(days=int(days))).astimezone(UTC)


def _shown_channels(preferences: Preferences) -> dict[str, str]:
    first, *further = preferences.channels
    return {"channel": first, "fallback": further[0] if further else ""}


def _shown_quiet(preferences: Preferences) -> dict[str, str]:
    intervals = preferences.quiet_hours
    fields = {"quiet": "usual" if intervals is None else "own" if intervals else "none"}
    for number in range(max(INTERVALS, len(intervals or ()))):
        interval = intervals[number] if intervals and number < len(intervals) else None
        fields[f"quiet.{number}.from"] = "" if interval is None else str(interval.start)
        fields[f"quiet.{number}.to"] = "" if interval is None else _end(interval.end)
    return fields


def _end(time: TimeOfDay) -> str:
    return "00:00" if str(time) == "24:00" else str(time)  # a browser's time field knows no 24:00


class _Reading:
    """One form being read; faults are gathered, so that all are shown at once."""

    def __init__(self, profile: Profile, form: Form, words: Words) -> None:
        self._profile = profile
        self._form = form
        self._words = words
        self._shown = shown(profile, words)
        self.faults: dict[str, str] = {}

    def nudge(self, view: NudgeView) -> NudgePreference | None:
        """None for a nudge that the plan does not name and that stays off."""
        named = view.file is not None or any(
            each.nudge == view.nudge for each in self._profile.correspondent.preferences.nudges
        )
        preference = view.preference
        if f"when.{view.nudge}" in self._form:
            preference = replace(preference, on=f"on.{view.nudge}" in self._form)
        if self._is_new(f"when.{view.nudge}"):
            preference = self._scheduled(preference)
        if self._is_new(f"nth.{view.nudge}"):
            preference = replace(preference, every_nth=self._nth(view.nudge))
        return preference if named or preference.on else None

    def stopped(self, nudges: tuple[NudgePreference, ...]) -> frozenset[str]:
        """A nudge that is switched off is stopped, so that no edit of the plan brings it back."""
        now_on = {each.nudge for each in nudges if each.on}
        switched_off = {view.nudge for view in self._profile.nudges if view.preference.on and view.nudge not in now_on}
        return (self._profile.correspondent.changes.stopped | switched_off) - now_on

    def choice(self, name: str, choices: tuple[str, ...]) -> str:
        """The value posted, which must be among the choices unless it is what was shown."""
        if not self._is_new(name):
            return self._shown[name]
        posted = self._form.get(name)
        if posted in choices:
            return posted
        self.faults[name] = self._words("prefs.bad_choice")
        return self._shown[name]

    def channels(self, before: tuple[ChannelName, ...]) -> tuple[ChannelName, ...]:
        if not (self._is_new("channel") or self._is_new("fallback")):
            return before
        possible = (*self._profile.channels, *before)
        first, second = self.choice("channel", possible), self.choice("fallback", ("", *possible))
        return tuple(ChannelName(each) for each in dict.fromkeys((first, second)) if each)

    def quiet_hours(self, before: tuple[QuietInterval, ...] | None) -> tuple[QuietInterval, ...] | None:
        names = [name for name in self._shown if name == "quiet" or name.startswith("quiet.")]
        if not any(self._is_new(name) for name in names):
            return before
        kind = self.choice("quiet", ("usual", "own", "none"))
        if kind != "own":
            return None if kind == "usual" else ()
        rows = [self._interval(number) for number in range(len(names) // 2)]
        intervals = tuple(interval for interval in rows if interval is not None)
        if not intervals:
            self.faults.setdefault("quiet.0.from", self._words("prefs.bad_time"))
        return intervals

    def _is_new(self, name: str) -> bool:
        return name in self._form and self._form.get(name).strip() != self._shown[name]

    def _scheduled(self, preference: NudgePreference) -> NudgePreference:
        name = f"when.{preference.nudge}"
        text = self._form.get(name).strip()
        if not text:  # an emptied field means: as it usually is
            return replace(preference, schedule=None)
        try:
            if len(text) > LONGEST_PHRASE:
                raise PhraseError(text, LONGEST_PHRASE, "a shorter phrase")  # noqa: TRY301 - told like any other
            return replace(preference, schedule=read_schedule(text, self._words.language))
        except PhraseError as error:
            self.faults[name] = self._words("prefs.bad_phrase", told=str(error))
            return preference

    def _nth(self, nudge: str) -> int:
        return int(self.choice(f"nth.{nudge}", tuple(map(str, NTHS))))

    def _interval(self, number: int) -> QuietInterval | None:
        """None for a row left empty."""
        start, end = (self._form.get(f"quiet.{number}.{side}").strip() for side in ("from", "to"))
        if not start and not end:
            return None
        try:  # a browser may add seconds
            interval = QuietInterval(TimeOfDay.parse(start[:5]), TimeOfDay.parse(end[:5]))
        except ValueError:
            self.faults[f"quiet.{number}.from"] = self._words("prefs.bad_time")
            return None
        if interval.start == interval.end or interval.start == TimeOfDay.parse("24:00"):
            self.faults[f"quiet.{number}.from"] = self._words("prefs.bad_quiet")
        return interval
