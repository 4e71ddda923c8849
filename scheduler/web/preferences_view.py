"""What the preferences page shows of a profile, in words. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from scheduler.service.desk import NudgeView, Profile
from scheduler.web.wanted import NTHS, PAUSES
from scheduler.web.words import LANGUAGES, Words


@dataclass(frozen=True, slots=True)
class PreferencesView:
    """A profile with the form's fields as they are to be shown."""

    profile: Profile
    words: Words
    fields: Mapping[str, str]
    faults: Mapping[str, str]
    note: str = ""
    """A key of the words: what became of the form before."""

    @property
    def paused_text(self) -> str:
        """Until when, on their wall clock; empty when they are not paused."""
        until = self.profile.correspondent.standing.paused_until
        if until is None or until <= self.profile.now:
            return ""
        local = until.astimezone(self.profile.now.tzinfo)
        return self.words("prefs.paused", day=self.words.day(local), time=f"{local:%H:%M}")

    @property
    def today(self) -> list[tuple[str, str, bool]]:
        """Time and title of everything sent today, and whether its time is past."""
        times = [(at, view.title) for view in self.profile.nudges for at in view.today]
        return [(f"{at:%H:%M}", title, at <= self.profile.now) for at, title in sorted(times)]

    @property
    def quiets(self) -> list[tuple[str, str]]:
        preferences = self.profile.correspondent.preferences
        usual = self.words("prefs.quiet_usual", start=preferences.bedtime, end=preferences.wake)
        return [("usual", usual), ("none", self.words("prefs.quiet_none")), ("own", self.words("prefs.quiet_own"))]

    @property
    def channels(self) -> list[tuple[str, str]]:
        """Those that are possible, and those they have now."""
        now = self.profile.correspondent.preferences.channels
        return [(each, self.words(f"prefs.{each}")) for each in dict.fromkeys((*self.profile.channels, *now))]

    @property
    def fallbacks(self) -> list[tuple[str, str]]:
        return [("", self.words("prefs.no_fallback")), *self.channels]

    def nths_of(self, view: NudgeView) -> list[tuple[str, str]]:
        """How often it may be sent, what holds now among it."""
        return [
            (str(nth), self.words("prefs.nth_1" if nth == 1 else "prefs.nth_n", nth=nth))
            for nth in sorted({*NTHS, view.preference.every_nth})
        ]

    @property
    def pauses(self) -> tuple[int, ...]:
        return PAUSES

    @property
    def rows(self) -> int:
        """How many quiet stretches the form shows."""
        return sum(1 for name in self.fields if name.startswith("quiet.") and name.endswith(".from"))

    @property
    def languages(self) -> list[tuple[str, str]]:
        """Codes and the names their speakers give them."""
        return [(code, LANGUAGES.get(code, code)) for code in self.profile.languages]

    def said_of(self, view: NudgeView) -> str:
        """What the plan says, where the person gets something else."""
        if f"nudges.{view.nudge}" not in self.profile.differing and not view.stopped:
            return ""
        file = view.file
        if file is None or not file.on:
            return self.words("prefs.plan_off")
        if file.schedule is not None and file.schedule != view.schedule:
            return self.words("prefs.plan_says", schedule=self.words.schedule(file.schedule))
        return self.words("prefs.plan_on" if not view.preference.on else "prefs.plan_differs")

    def times_today(self, view: NudgeView) -> str:
        """Empty when there is none."""
        return self.words("prefs.times_today", times=self.words.times(view.today)) if view.today else ""
