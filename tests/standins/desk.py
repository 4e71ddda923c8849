"""A desk with one person, in memory: what the web pages ask, answered without a service behind it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from pydantic import SecretStr

from config.changes import UNCHANGED, Changes, wishing, with_changes
from config.person import ChannelName, NudgePreference, Person, Preferences
from config.phrase import parse_schedule
from config.schedule import Schedule
from messages.catalogue import CATALOGUE, NUDGES
from messages.library import Library
from scheduler.channels.twilio_webhook import Signatures
from scheduler.delivery.correspondence import Correspondent, DiaryEntry, Heard, Noted, Report
from scheduler.delivery.ports import Standing
from scheduler.delivery.text_message import TextMessage
from scheduler.service.desk import STALE, Followed, LinkView, NudgeView, Profile, Wanted
from scheduler.service.diary import Diary, diary_of

PAGE = "page-token_of.hers"
ACTIONS = ("done", "snooze", "pause", "less", "stop_one", "stop_all", "agree")
AUTH_TOKEN = "token-that-signs"
ZONE = "Europe/Madrid"
NOW = datetime(2026, 11, 23, 13, 30, tzinfo=UTC)

_SCHEDULES = {
    "hydration": "every 3 h from 09:00 to 18:00",
    "bedtime_stretch": None,
    "sitting_break": "every 2 h from 09:30 to 15:30 on weekdays",
}


def sam(language: str = "en") -> Person:
    nudges = tuple(
        NudgePreference(nudge, schedule=None if phrase is None else parse_schedule(phrase))
        for nudge, phrase in _SCHEDULES.items()
    )
    preferences = Preferences(ZONE, language, channels=(ChannelName.EMAIL, ChannelName.SMS), nudges=nudges)
    return Person("sam", preferences)


def link(action: str) -> str:
    """The token of a link that does this."""
    return f"link-to_{action}.sam"


@dataclass
class DeskStandIn:
    """Keeps what it is told. `fault` is raised by every call, as a lost database would."""

    person: Person = field(default_factory=sam)
    now: datetime = NOW
    fault: Exception | None = None
    changes: Changes = UNCHANGED
    standing: Standing = field(default_factory=Standing)
    diary_entries: list[DiaryEntry] = field(default_factory=list)
    texts: dict[str, TextMessage] = field(default_factory=dict)
    reported: list[Report] = field(default_factory=list)
    followed: list[str] = field(default_factory=list)
    asked: bool = False
    """They were asked whether they agree, and have not said so."""
    in_vain: bool = False
    """What links are about is no longer there."""
    wishes: list[Wanted] = field(default_factory=list)

    def text(self, message: TextMessage) -> Heard:
        self._work()
        fresh = message.sid not in self.texts
        self.texts.setdefault(message.sid, message)
        return Heard(fresh, "unclear", self.person.id)

    def reports(self, reports: Sequence[Report]) -> int:
        self._work()
        self.reported.extend(reports)
        return len(reports)

    def read(self, token: str) -> LinkView | None:
        self._work()
        action = next((each for each in ACTIONS if link(each) == token), None)
        if action is None:
            return None
        language = self.preferences.language
        about_one = action in {"done", "snooze", "less", "stop_one"}
        title = _title("hydration", language) if about_one else ""
        nudge = "hydration" if about_one else None
        return LinkView(
            action,
            language,
            self.preferences.discreet,
            nudge,
            title,
            self.standing.opted_out,
            self.standing.ended is not None,
            agreed=not self.asked,
        )

    def follow(self, token: str) -> Followed | None:
        view = self.read(token)
        if view is None:
            return None
        fresh = token not in self.followed
        self.followed.append(token)
        if view.action == "stop_all":
            self.standing = replace(self.standing, opted_out=True)
        if self.in_vain:
            return Followed(view, Heard(fresh, view.action, "sam"), page=PAGE)
        later = {"snooze": timedelta(minutes=30), "pause": timedelta(days=3)}.get(view.action)
        until = None if later is None else (self.now + later).astimezone(ZoneInfo(ZONE))
        heard, nth = Heard(fresh, view.action, "sam"), 2 if view.action == "less" else 1
        return Followed(view, heard, until, nth, PAGE, self.standing.opted_out)

    def profile(self, token: str) -> Profile | None:
        self._work()
        if token != PAGE:
            return None
        language = self.preferences.language
        return Profile(
            correspondent=Correspondent(self.person, self.changes, self.preferences, self.standing),
            nudges=tuple(self._nudge(nudge, language) for nudge in NUDGES),
            channels=(ChannelName.SMS, ChannelName.EMAIL),
            languages=("en", "es"),
            differing=frozenset(self.changes.wishes) | {f"nudges.{each}" for each in self.changes.stopped},
            now=self.now.astimezone(ZoneInfo(ZONE)),
            seen=self.seen,
        )

    def wish(self, token: str, wanted: Wanted, seen: str) -> Heard | None:
        self._work()
        if token != PAGE:
            return None
        if seen != self.seen:
            return Heard(True, STALE, "sam")
        self.wishes.append(wanted)
        stopped = replace(self.changes, stopped=wanted.stopped)
        self.changes = wishing(self.person.preferences, stopped, wanted.preferences)
        opted_out = self.standing.opted_out if wanted.opted_out is None else wanted.opted_out
        self.standing = replace(self.standing, opted_out=opted_out, paused_until=wanted.paused_until)
        return Heard(True, "wish", "sam")

    def diary(self, token: str, weeks: int) -> Diary | None:
        self._work()
        if token != PAGE:
            return None
        who = Correspondent(self.person, self.changes, self.preferences, self.standing)
        return diary_of(who, lambda _person, _since, _until: self.diary_entries, weeks, self.now)

    def signed(self, url: str, params: Mapping[str, Sequence[str]], signature: str) -> bool:
        return Signatures(SecretStr(AUTH_TOKEN)).fit(url, params, signature)

    def healthy(self) -> bool:
        self._work()
        return True

    @property
    def preferences(self) -> Preferences:
        return with_changes(self.person.preferences, self.changes)

    @property
    def seen(self) -> str:
        return f"{hash((self.person, self.standing, self.changes.stopped, tuple(self.changes.wishes.items())))}"

    def _work(self) -> None:
        if self.fault is not None:
            raise self.fault

    def _nudge(self, nudge: str, language: str) -> NudgeView:
        asked = {each.nudge: each for each in self.preferences.nudges}
        preference = asked.get(nudge, NudgePreference(nudge, on=False))
        said = {each.nudge: each for each in self.person.preferences.nudges}
        schedule = preference.schedule or _default(nudge)
        local = self.now.astimezone(ZoneInfo(ZONE))
        today = [local.replace(hour=hour, minute=0) for hour in (9, 12, 15, 18)] if nudge == "hydration" else []
        return NudgeView(
            nudge,
            _title(nudge, language),
            preference,
            schedule,
            nudge in self.changes.stopped,
            said.get(nudge),
            tuple(today) if preference.on else (),
        )


def some_nights(until: date, days: int = 56) -> list[DiaryEntry]:
    """A cramp in every fifth night, two in every fifteenth, a stretch on every third day, some water."""
    entries = []
    for back in range(days):
        evening = datetime(until.year, until.month, until.day, 21, 30, tzinfo=UTC) - timedelta(days=back + 1)
        if back % 5 == 0:
            entries.append(DiaryEntry(Noted.CRAMP, evening + timedelta(hours=5)))
        if back % 15 == 0:
            entries.append(DiaryEntry(Noted.CRAMP, evening + timedelta(hours=6)))
        if back % 3 == 0:
            entries.append(DiaryEntry(Noted.DONE, evening, "bedtime_stretch"))
        if back % 4 == 0:
            entries.append(DiaryEntry(Noted.DONE, evening - timedelta(hours=9), "hydration"))
    return entries


def _default(nudge: str) -> Schedule:
    phrase = CATALOGUE[nudge].schedule
    assert phrase is not None
    return parse_schedule(phrase)


def _title(nudge: str, language: str) -> str:
    return Library(None).title(language, nudge)
