"""A conversation with one person: reactions carried out in plain memory, as an outbox would."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from config.changes import UNCHANGED, Changes, reconciled, with_changes
from config.person import ChannelName, Contacts, NudgePreference, Person, Preferences
from scheduler.conversation.house import House
from scheduler.conversation.links import Action, ActionName
from scheduler.conversation.reacting import follow, following, hear
from scheduler.delivery.correspondence import (
    LATELY,
    Approach,
    ConsentEntry,
    Correspondent,
    DiaryEntry,
    Noted,
    React,
    Reaction,
    Way,
)
from scheduler.delivery.delivery import Delivery, NewDelivery, State
from scheduler.delivery.standing import Ended, Standing

NOON = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
PHONE = (ChannelName.SMS, "+447700900123")
NUDGES = ("hydration", "potassium", "bedtime_stretch")
LIFE = timedelta(minutes=45)


def person(**wishes: object) -> Person:
    """In London, with three nudges by SMS."""
    preferences = Preferences(
        "Europe/London", channels=(ChannelName.SMS,), nudges=tuple(NudgePreference(each) for each in NUDGES)
    )
    return Person("me", replace(preferences, **wishes), Contacts(phone=PHONE[1]))  # type: ignore[arg-type]


class Talk:
    """It begins at noon; `say` and `click` let a reaction happen and give what it was."""

    def __init__(self, who: Person | None = None, house: House | None = None) -> None:
        self.now = NOON
        self.person = who or person()
        self.house = house or House()
        self.changes: Changes = UNCHANGED
        self.standing = Standing()
        self.last: Delivery | None = nudge(1)
        self.answers: list[NewDelivery] = []
        self.diary: list[DiaryEntry] = []
        self.consents: list[ConsentEntry] = []
        self.forgotten = False
        self._approaches = 0

    @property
    def preferences(self) -> Preferences:
        return with_changes(self.person.preferences, self.changes)

    def kinds(self) -> list[str]:
        """What was answered so far."""
        return [each.kind for each in self.answers]

    def wait(self, **span: float) -> None:
        self.now += timedelta(**span)

    def say(self, text: str, way: Way = Way.SMS) -> Reaction:
        self._approaches += 1
        approach = Approach(f"sms:SM{self._approaches}", way, self.now, contact=PHONE)
        return self.hear(hear(text, approach, self.house))

    def click(self, name: ActionName, about: str = "hydration") -> Reaction:
        action = Action("handle", 1, name, about)
        return self.hear(follow(action, following(action, self.person.id, self.now), self.house))

    def hear(self, react: React) -> Reaction:
        reaction = react(self.correspondent())
        self._carry_out(reaction)
        return reaction

    def correspondent(self) -> Correspondent:
        week = self.now - timedelta(days=7)
        diary = [each for each in self.diary if each.at > week]
        again = [each.due_at for each in self.answers if self.last and each.cause == f"snooze:{self.last.id}"]
        return Correspondent(
            person=self.person,
            changes=self.changes,
            preferences=self.preferences,
            standing=self.standing,
            last=self.last,
            dones=tuple(each.at for each in diary if each.what is Noted.DONE),
            cramps=tuple(each.at for each in diary if each.what is Noted.CRAMP),
            answered={each.kind: each.due_at for each in self.answers},
            stopped_at=max((each.at for each in self.consents if each.what == "stopped"), default=None),
            answers_lately=sum(
                each.cause.startswith("reply:") and each.due_at > self.now - LATELY for each in self.answers
            ),
            snoozed_until=again[0] if again else None,
        )

    def _carry_out(self, reaction: Reaction) -> None:
        if reaction.changes is not None:
            self.changes = reconciled(self.person.preferences, reaction.changes)
        self.standing = _standing(self.standing, reaction)
        known = {each.cause for each in self.answers}
        self.answers += [each for each in reaction.answers if each.cause not in known]
        self.diary += reaction.noted
        if self.standing.ended is Ended.LOSS:
            self.diary.clear()
        self.consents += reaction.consents
        self.forgotten |= reaction.forget


def _standing(before: Standing, reaction: Reaction) -> Standing:
    paused = reaction.paused_until or (None if reaction.resumed else before.paused_until)
    ended = reaction.ended or (None if reaction.restarted else before.ended)
    opted_out = before.opted_out if reaction.opted_out is None else reaction.opted_out
    return Standing(opted_out=opted_out, paused_until=paused, ended=ended)


def nudge(number: int, kind: str = "hydration") -> Delivery:
    """One that went out at half past eleven."""
    due = NOON - timedelta(minutes=30)
    return Delivery(
        id=number,
        cause=f"slot:me/{kind}/2026-11-23/11:30",
        person="me",
        kind=kind,
        state=State.SENT,
        reason=None,
        due_at=due,
        expires_at=due + LIFE,
        not_before=due,
        owner_day=due.date(),
        channels=(ChannelName.SMS, ChannelName.EMAIL),
        channel_index=0,
        variant=3,
        attempts=1,
        asked=False,
        updated_at=due,
    )
