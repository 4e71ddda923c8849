"""The desk of an installation: what comes from outside becomes approaches and reports, and the outbox hears them."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from config.person import ChannelName, Consent
from messages.catalogue import NUDGES
from scheduler.clock import Clock
from scheduler.conversation.house import House
from scheduler.conversation.links import Action, ActionName, Links
from scheduler.conversation.page import wish
from scheduler.conversation.reacting import follow, following, hear
from scheduler.conversation.understanding import understand
from scheduler.conversation.word import Word
from scheduler.delivery.cause import snooze_cause
from scheduler.delivery.correspondence import Approach, ConsentEntry, Correspondent, Heard, React, Reaction, Report, Way
from scheduler.delivery.enrolment import Plan
from scheduler.delivery.ports import Outbox
from scheduler.delivery.text_message import TextMessage
from scheduler.planning.zone import local_of
from scheduler.service.desk import STALE, Followed, LinkView, Profile, Wanted
from scheduler.service.diary import Diary, diary_of
from scheduler.service.dismay import Dismay
from scheduler.service.profile import Parlour, seen_by
from scheduler.storage.errors import StorageError
from scheduler.storage.rules import UNFINISHED

PASSED_OVER = "passed over"


class Signatures(Protocol):
    """Tells whether the provider signed a callback."""

    def fit(self, url: str, form: Mapping[str, Sequence[str]], signature: str) -> bool:
        """Whether the account's token signed exactly this."""
        ...


@dataclass(frozen=True, slots=True)
class Office:
    """What an installation receives people with."""

    house: House
    parlour: Parlour
    plan: Plan
    links: Links | None = None
    """None: no link was ever sent, and none is believed."""
    signatures: Signatures | None = None
    """None: no callback can be checked, and none is believed."""


class Reception:
    """The `Desk` on an outbox. `kick` is called when something waits to be sent at once."""

    def __init__(self, outbox: Outbox, office: Office, clock: Clock, kick: Callable[[], None]) -> None:
        self._outbox = outbox
        self._office = office
        self._clock = clock
        self._kick = kick
        self._dismay = Dismay()

    def text(self, message: TextMessage) -> Heard:
        """One inbound SMS. Raises what hearing it raised, five times; then it is put aside. A stop is not: it holds."""
        approach = _approach(message)
        words = message.opt_out_type or message.text
        stops = understand(words).word is Word.STOP
        return self._converse(approach, hear(words, approach, self._office.house), stops=stops)

    def pass_over(self, message: TextMessage) -> Heard:
        """One that came before anybody listened here: it is noted, so that it is never acted on."""
        return self._converse(_approach(message), lambda _who: Reaction(PASSED_OVER))

    def reports(self, reports: Sequence[Report]) -> int:
        """What the provider says of messages it took. Whoever brings several brings each by itself when they raise; one
        that raises five times is put aside."""
        moved = self._report(reports)
        if moved:
            self._kick()  # one that failed may go on by its second channel
        return moved

    def read(self, token: str) -> LinkView | None:
        """What a link would do."""
        found = self._action(token)
        return None if found is None else self._view(*found, self._clock.now())

    def follow(self, token: str) -> Followed | None:
        """Do what a link says."""
        found = self._action(token)
        if found is None:
            return None
        action, person = found
        now = self._clock.now()
        view = self._view(action, person, now)
        approach = following(action, person, now)
        heard = self._converse(approach, follow(action, approach, self._office.house))
        after = self._outbox.correspondent(person, now, delivery=action.delivery)
        return Followed(
            view=view,
            heard=heard,
            until=None if after is None else self._until(action, after, now),
            nth=1 if after is None else _nth(after, view.nudge),
            page=self._office.links.page_token(action.handle) if self._office.links and after else None,
            opted_out=after is not None and after.standing.opted_out,
        )

    def profile(self, token: str) -> Profile | None:
        """The preferences page of whom a page link belongs to."""
        now = self._clock.now()
        who = self._visitor(token, now)
        return None if who is None else self._office.parlour.profile(who, now)

    def wish(self, token: str, wanted: Wanted, seen: str) -> Heard | None:
        """The page's form, unless something else holds by now than it showed."""
        now = self._clock.now()
        who = self._visitor(token, now)
        if who is None:
            return None
        approach = Approach(f"page:{secrets.token_hex(16)}", Way.PAGE, now, person=who.person.id)
        react = wish(wanted, approach)

        def unless_stale(who: Correspondent | None) -> Reaction:
            return react(who) if who is not None and seen_by(who) == seen else Reaction(STALE)

        return self._converse(approach, unless_stale)

    def diary(self, token: str, weeks: int) -> Diary | None:
        """The last so many weeks of a person's diary."""
        now = self._clock.now()
        who = self._visitor(token, now)
        return None if who is None else diary_of(who, self._outbox.diary, weeks, now)

    def signed(self, url: str, params: Mapping[str, Sequence[str]], signature: str) -> bool:
        """Whether Twilio signed this."""
        signatures = self._office.signatures
        return signatures is not None and signatures.fit(url, params, signature)

    def healthy(self) -> bool:
        """Whether the database answers."""
        try:
            self._outbox.next_event_at()
        except StorageError:
            return False
        return True

    def _report(self, reports: Sequence[Report]) -> int:
        try:
            return self._outbox.report(reports, self._clock.now())
        except StorageError:
            raise
        except Exception as error:
            if len(reports) == 1 and self._dismay.raised(f"report:{reports[0].receipt}", "a report", error):
                return 0
            raise

    def _converse(self, approach: Approach, react: React, *, stops: bool = False) -> Heard:
        try:
            heard = self._outbox.converse(approach, react, self._office.plan, self._clock.now())
        except StorageError:
            raise
        except Exception as error:
            reason = self._dismay.raised(approach.id, f"what came by {approach.way}", error)
            if reason is None and not stops:
                raise
            # No fault of ours may delay a stop: what else it would have done is left out.
            aside = _bare_stop(approach) if stops else Reaction(reason or "")
            return self._outbox.converse(approach, lambda _who: aside, self._office.plan, self._clock.now())
        self._dismay.past(approach.id)
        if heard.fresh:
            self._kick()
        return heard

    def _action(self, token: str) -> tuple[Action, str] | None:
        """What a link says and whom it belongs to."""
        action = None if self._office.links is None else self._office.links.read_action(token)
        person = None if action is None else self._outbox.by_handle(action.handle)
        return None if action is None or person is None else (action, person)

    def _visitor(self, token: str, now: datetime) -> Correspondent | None:
        handle = None if self._office.links is None else self._office.links.read_page(token)
        person = None if handle is None else self._outbox.by_handle(handle)
        return None if person is None else self._outbox.correspondent(person, now)

    def _view(self, action: Action, person: str, now: datetime) -> LinkView:
        """Whoever has left the file can still stop, and is spoken to plainly."""
        who = self._outbox.correspondent(person, now, delivery=action.delivery)
        nudge = action.about if action.about in NUDGES else None
        language = "en" if who is None else who.preferences.language
        return LinkView(
            action=action.name,
            language=language,
            discreet=True if who is None else who.preferences.discreet,
            nudge=nudge,
            title="" if nudge is None else self._office.parlour.renderer.title(language, nudge),
            opted_out=who is not None and who.standing.opted_out,
            ended=who is not None and who.standing.ended is not None,
            agreed=who is not None and who.preferences.consent is Consent.GIVEN,
        )

    def _until(self, action: Action, who: Correspondent, now: datetime) -> datetime | None:
        """Until when what was asked for lasts, on the person's wall clock."""
        until = None
        if action.name is ActionName.PAUSE:
            until = who.standing.paused_until
        elif action.name is ActionName.SNOOZE:
            cause, day = snooze_cause(action.delivery), timedelta(days=1)
            waiting = self._outbox.deliveries(now - day, now + day, person=who.person.id)
            coming = (each.due_at for each in waiting if each.cause == cause and each.state in UNFINISHED)
            until = next(coming, None)
        return None if until is None else local_of(until, who.preferences.timezone)


def _approach(message: TextMessage) -> Approach:
    return Approach(
        id=f"sms:{message.sid}",
        way=Way.SMS if message.opt_out_type is None else Way.PROVIDER,
        at=message.at,
        contact=(ChannelName.SMS, message.sender),
    )


def _bare_stop(approach: Approach) -> Reaction:
    return Reaction("stop", opted_out=True, consents=(ConsentEntry(approach.at, "stopped", approach.way),))


def _nth(who: Correspondent, nudge: str | None) -> int:
    return next((each.every_nth for each in who.preferences.nudges if each.nudge == nudge), 1)
