"""One moment of a conversation: who says what, and how we may answer."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any

from config.changes import Changes, wishing, with_changes
from config.person import NudgePreference, Preferences
from messages.message import NO_DETAILS, Details
from scheduler.conversation.answer import AnswerKind
from scheduler.conversation.house import House
from scheduler.conversation.word import Said
from scheduler.delivery.cause import reply_cause
from scheduler.delivery.correspondence import Approach, ConsentEntry, Correspondent, Reaction
from scheduler.delivery.delivery import NewDelivery
from scheduler.planning.zone import local_of

DAY = timedelta(days=1)
ANSWER_LIFE = timedelta(minutes=30)
"""An answer that comes later than this surprises more than it helps."""
MOST_ANSWERS = 20
"""Answers to one person in an hour; more is a machine that talks to us, and every text costs money."""
ALWAYS_ANSWERED = frozenset({"stopped", "relief", "born", "loss", "forgotten"})
"""However much somebody has written: each of these is said once, or (relief) has a limit of its own."""


@dataclass(frozen=True, slots=True)
class Scene:
    """Everything counts from the instant at which the person turned to us, which may be some time ago when texts are
    fetched: a relief that is late by then is not sent, a done counts for the day it was said on."""

    said: Said
    approach: Approach
    who: Correspondent
    house: House
    answering: bool
    """Answers go out: they wrote, and nobody else answers this word."""

    @property
    def now(self) -> datetime:
        return self.approach.at

    def local_day(self, instant: datetime) -> date:
        """The day on the person's wall clock."""
        return local_of(instant, self.who.preferences.timezone).date()

    def nothing(self) -> Reaction:
        """Only recorded."""
        return Reaction(self.said.recorded)

    def reaction(self, *answers: NewDelivery | None, consents: tuple[str, ...] = (), **parts: Any) -> Reaction:
        """What is said comes to this; `consents` are lines of the consent log, other parts are those of `Reaction`."""
        return Reaction(
            self.said.recorded,
            answers=tuple(each for each in answers if each is not None),
            consents=tuple(ConsentEntry(self.now, what, self.approach.way) for what in consents),
            **parts,
        )

    def answer(
        self, kind: AnswerKind, details: Details = NO_DETAILS, *, part: str = "", after: timedelta = timedelta(0)
    ) -> NewDelivery | None:
        """An answer by the channel they wrote by; None where none goes out."""
        if not self.answering or self.approach.contact is None:
            return None
        if self.who.answers_lately >= MOST_ANSWERS and kind not in ALWAYS_ANSWERED:
            return None
        return NewDelivery(
            cause=reply_cause(self.approach.id, part),
            person=self.who.person.id,
            kind=kind,
            due_at=self.now + after,
            expires_at=self.now + after + ANSWER_LIFE,
            channels=(self.approach.contact[0],),
            variant=details.count,  # so that a count is not always told in the same words
            asked=True,
            details=details,
        )

    def answered_within(self, kind: AnswerKind, span: timedelta) -> bool:
        """Whether the last answer of this kind is no older than that."""
        last = self.who.answered.get(kind)
        return last is not None and self.now - last < span

    @property
    def wished(self) -> Preferences:
        """What they get, as if they had stopped no kind: so that a stop never turns into a wish, which START would not
        take back."""
        return with_changes(self.who.person.preferences, replace(self.who.changes, stopped=frozenset()))

    def wishing(self, wanted: Preferences) -> Changes:
        """Their changes with these wishes; `wanted` comes of `wished`."""
        return wishing(self.who.person.preferences, self.who.changes, wanted)

    def nudges(self) -> dict[str, NudgePreference]:
        """The nudges they get, by name."""
        return {each.nudge: each for each in self.who.preferences.nudges if each.on}

    def meant(self) -> tuple[str, ...]:
        """The kinds they speak of, of those they get: the ones they name, else that of the last nudge, else their only
        one."""
        nudges = self.nudges()
        if self.said.kinds:
            return tuple(kind for kind in self.said.kinds if kind in nudges)
        if self.who.last is not None and self.who.last.kind in nudges:
            return (self.who.last.kind,)
        return tuple(nudges) if len(nudges) == 1 else ()
