"""The outbox in memory and the one on SQLite agree after every step of any history."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import timedelta
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TypeVar

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from config.changes import Changes, Wish
from config.person import ChannelName, Contacts
from scheduler.delivery.correspondence import (
    Approach,
    ConsentEntry,
    Correspondent,
    DiaryEntry,
    Noted,
    Reaction,
    Report,
    Way,
)
from scheduler.delivery.delivery import Message, NewDelivery, State
from scheduler.delivery.doubt import Resolution
from scheduler.delivery.poison import MOST_RETRIES
from scheduler.delivery.ports import (
    ChannelHold,
    DueNudge,
    End,
    Ended,
    Enrolment,
    Hold,
    Judgement,
    NudgeDecision,
    Outbox,
    Ready,
    Settlement,
)
from scheduler.delivery.timekeeping import ClockHold
from scheduler.storage.inspection import inspect
from scheduler.storage.memory import MemoryOutbox
from scheduler.storage.sqlite import open_sqlite
from tests.standins.approaches import PLAN
from tests.standins.outbox_parts import (
    DAY,
    EARLY,
    EMAIL,
    HOUR,
    KEY,
    LEASE,
    MINUTE,
    NINE,
    SMS,
    all_deliveries,
    enrolment,
    message_to,
    send,
)

Answer = TypeVar("Answer")

PEOPLE = ("a", "b", "c")
CHANNELS = st.sampled_from([(SMS,), (SMS, EMAIL), (EMAIL, SMS)])
CONTACTS = st.builds(
    Contacts,
    phone=st.sampled_from([None, "+441", "+442"]),
    email=st.sampled_from([None, "x@example.org", "X@example.org", "y@example.org"]),
)
NUDGES = st.dictionaries(st.sampled_from(["hydration", "potassium"]), st.sampled_from([NINE, NINE + HOUR, None]))
LOOKS = st.sampled_from([None, 1])
OUTCOMES = st.sampled_from([State.SENT, State.PENDING, State.FAILED, State.UNKNOWN, State.SUPPRESSED])

REACTIONS = st.sampled_from(
    [
        Reaction("stop", opted_out=True),
        Reaction("start", opted_out=False),
        Reaction("stop water", changes=Changes(stopped=frozenset({"hydration"}))),
        Reaction("yes", changes=Changes(agreed=True)),
        Reaction("language", changes=Changes(wishes={"language": Wish('"es"', "null")})),
        Reaction("pause", paused_until=NINE + 5 * HOUR),
        Reaction("resume", resumed=True),
        Reaction("born", ended=Ended.BORN),
        Reaction("loss", ended=Ended.LOSS),
        Reaction("restart", restarted=True),
        Reaction("cramp", noted=(DiaryEntry(Noted.CRAMP, NINE),)),
        Reaction("done", noted=(DiaryEntry(Noted.DONE, NINE, "hydration"),)),
        Reaction("forget me", forget=True),
    ]
)


@cache
def empty_database() -> bytes:
    """Made once: the migrations take longer than many a history."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / "legup.db"
        open_sqlite(path, contact_key=KEY).close()
        return path.read_bytes()


class Agreement(RuleBasedStateMachine):
    """Every rule does the same to both and compares what they answer; time only goes on."""

    def __init__(self) -> None:
        super().__init__()
        self.folder = TemporaryDirectory()
        path = Path(self.folder.name) / "legup.db"
        path.write_bytes(empty_database())
        self.sqlite = open_sqlite(path, contact_key=KEY)
        self.memory = MemoryOutbox(contact_key=KEY)
        self.now = EARLY
        self.begun: list[Message] = []
        self.sends = 0
        self.said = 0

    def teardown(self) -> None:
        self.they_agree_on_everything()
        self.sqlite.close()
        flaws = inspect(Path(self.folder.name) / "legup.db")
        self.folder.cleanup()
        assert flaws == (), "whatever happened, the record keeps its own rules"

    def both(self, ask: Callable[[Outbox], Answer]) -> Answer:
        answer = ask(self.memory)
        assert ask(self.sqlite) == answer
        return answer

    @rule(minutes=st.sampled_from([1, 7, 60, 24 * 60]))
    def time_passes(self, minutes: int) -> None:
        self.now += minutes * MINUTE

    @rule(
        people=st.dictionaries(st.sampled_from(PEOPLE), st.tuples(NUDGES, CONTACTS, CHANNELS, st.booleans())),
        edition=st.sampled_from(["", "2"]),
        origin=st.sampled_from(["file", "roster"]),
    )
    def enrol(
        self,
        people: Mapping[str, tuple[dict[str, object], Contacts, tuple[ChannelName, ...], bool]],
        edition: str,
        origin: str,
    ) -> None:
        wanted: list[Enrolment] = [
            enrolment(each, nudges, contacts=contacts, channels=channels, edition=edition, welcome=welcome)  # type: ignore[arg-type]
            for each, (nudges, contacts, channels, welcome) in people.items()
        ]
        self.both(lambda outbox: outbox.enrol(wanted, self.now, origin=origin))

    @rule(limit=st.sampled_from([1, 2, 10]), state=st.sampled_from([State.PENDING, State.MISSED, None]))
    def claim(self, limit: int, state: State | None) -> None:
        """Without a state, deciding fails."""
        told: list[tuple[DueNudge, ...]] = []

        def ask(outbox: Outbox) -> int:
            return outbox.claim_due(self.now, limit, lambda due: [_decided(each, state) for each in note(due)])

        def note(due: object) -> tuple[DueNudge, ...]:
            told.append(tuple(due))  # type: ignore[arg-type]
            return told[-1]

        self.both(ask)
        assert not told or told[0] == told[1]

    @rule(person=st.sampled_from(PEOPLE), repeat=st.booleans(), wait=st.sampled_from([None, 5 * MINUTE]))
    def add(self, person: str, repeat: bool, wait: timedelta | None) -> None:  # noqa: FBT001 - drawn, not called
        self.sends += not repeat
        new = message_to(person, cause=f"send:{self.sends}", due=self.now if wait is None else self.now + wait)
        self.both(lambda outbox: _or_key_error(lambda: outbox.add(new)))

    @rule(
        channel=st.sampled_from([SMS, EMAIL]),
        limit=st.sampled_from([1, 10]),
        judges=st.lists(st.sampled_from(["send", "hold", "fail", "end"]), min_size=1, max_size=4),
    )
    def begin(self, channel: ChannelName, limit: int, judges: list[str]) -> None:
        told: list[list[Ready]] = []

        def judged(ready: Ready) -> Judgement:
            told[-1].append(ready)
            judge = judges[ready.delivery.id % len(judges)]
            if judge == "send":
                return send(ready)
            if judge == "end":
                return End(State.MISSED, "too late")
            return Hold(self.now + 3 * MINUTE, failed=judge == "fail")

        def ask(outbox: Outbox) -> list[Message]:
            told.append([])
            return outbox.begin(self.now, channel, limit, LEASE, judged)

        self.begun += self.both(ask)
        assert told[0] == told[1]

    @precondition(lambda self: self.begun)
    @rule(data=st.data(), state=OUTCOMES, index=st.sampled_from([None, 0]))
    def settle(self, data: st.DataObject, state: State, index: int | None) -> None:
        message = data.draw(st.sampled_from(self.begun))
        settlement = Settlement(
            message.delivery,
            message.attempt,
            "some outcome",
            state,
            reason=f"because {state}",
            not_before=self.now + MINUTE if state is State.PENDING else None,
            channel_index=index if state is State.PENDING else None,
            receipt="SM1" if state is State.SENT else None,
            bounced=state is State.FAILED,
            opt_out=state is State.SUPPRESSED,
        )
        self.both(lambda outbox: outbox.settle([settlement], self.now))

    @precondition(lambda self: self.begun)
    @rule()
    def hand_back(self) -> None:
        self.both(lambda outbox: outbox.hand_back(self.begun[-2:], self.now))

    @rule(hours=st.sampled_from([0, 1, 30]))
    def set_back(self, hours: int) -> None:
        self.both(lambda outbox: outbox.rewind(self.now - hours * HOUR, LEASE))

    @rule(hours=st.sampled_from([-30, 0, 30]))
    def confirm_the_clock(self, hours: int) -> None:
        self.both(lambda outbox: outbox.confirm_clock(self.now + hours * HOUR, LEASE))

    @rule(believed=st.booleans(), held=st.booleans())
    def tick(self, believed: bool, held: bool) -> None:  # noqa: FBT001 - drawn, not called
        self.both(lambda outbox: outbox.tick(self.now, believed=believed))
        if held:
            self.both(lambda outbox: outbox.hold_clock(ClockHold(self.now, self.now + 30 * HOUR)))
        else:
            self.both(lambda outbox: outbox.release_clock(self.now, LEASE))

    @rule()
    def expire(self) -> None:
        self.both(lambda outbox: outbox.expire_leases(self.now))

    @rule(data=st.data(), state=st.sampled_from([State.UNKNOWN, State.SENT, State.FAILED]), minutes=LOOKS)
    def look_up(self, data: st.DataObject, state: State, minutes: int | None) -> None:
        doubts = self.both(lambda outbox: outbox.in_doubt(self.now, SMS, 10))
        if not doubts:
            return
        doubt = data.draw(st.sampled_from(doubts))
        receipt = data.draw(st.sampled_from(["SM1", "SM2", "SM3"])) if state is not State.UNKNOWN else None
        look_at = None if minutes is None or state is not State.UNKNOWN else self.now + minutes * MINUTE
        looked = Resolution(doubt.delivery.id, doubt.delivery.attempts, state, doubt.delivery.looks + 1, look_at)
        self.both(lambda outbox: outbox.known_receipts(["SM1", "SM2", "SM3"]))
        self.both(lambda outbox: outbox.resolve([replace(looked, receipt=receipt, reason="looked")], self.now))

    @rule(channel=st.sampled_from([SMS, EMAIL]), minutes=st.sampled_from([0, 30]))
    def open_breaker(self, channel: ChannelName, minutes: int) -> None:
        hold = ChannelHold(channel, self.now + minutes * MINUTE, "401")
        self.both(lambda outbox: outbox.open_breaker(hold))

    @rule(person=st.sampled_from(PEOPLE))
    def opt_out(self, person: str) -> None:
        self.both(lambda outbox: _or_key_error(lambda: outbox.opt_out(person, self.now, "reply")))

    @rule(person=st.sampled_from(PEOPLE), hours=st.sampled_from([None, 1]))
    def pause(self, person: str, hours: int | None) -> None:
        until = None if hours is None else self.now + hours * HOUR
        self.both(lambda outbox: _or_key_error(lambda: outbox.pause(person, until, self.now)))

    @rule()
    def purge(self) -> None:
        self.both(lambda outbox: outbox.purge(self.now - HOUR, 1_000))

    @rule(
        person=st.sampled_from([*PEOPLE, None]),
        number=st.sampled_from(["+441", "+442", "+443"]),
        reaction=REACTIONS,
        kinds=st.lists(st.sampled_from(["stopped", "done", "born", "welcome", "forgotten"]), max_size=2),
        again=st.booleans(),
    )
    def converse(self, person: str | None, number: str, reaction: Reaction, kinds: list[str], again: bool) -> None:  # noqa: FBT001 - drawn, not called
        self.said += not again
        approach = Approach(
            f"sms:{self.said}", Way.SMS, self.now, contact=None if person else (SMS, number), person=person
        )
        told: list[Correspondent | None] = []

        def react(who: Correspondent | None) -> Reaction:
            told.append(who)
            if who is None:
                return reaction
            answers = tuple(self.answer(who.person.id, kind) for kind in kinds)
            noted = tuple(replace(each, at=self.now) for each in reaction.noted)
            return replace(reaction, answers=answers, noted=noted, consents=(ConsentEntry(self.now, "said", "sms"),))

        self.both(lambda outbox: outbox.converse(approach, react, PLAN, self.now))
        assert told in ([], [told[0], told[0]] if told else [])

    def answer(self, person: str, kind: str) -> NewDelivery:
        cause = f"welcome:{person}" if kind == "welcome" else f"reply:{self.said}:{kind}"
        return NewDelivery(cause, person, kind, self.now, self.now + HOUR, (SMS,), asked=True)

    @rule(
        reports=st.lists(
            st.tuples(
                st.sampled_from(["SM1", "SM2", "SM3"]),
                st.sampled_from([State.SENT, State.DELIVERED, State.FAILED]),
                st.booleans(),
            ),
            max_size=3,
        )
    )
    def report(self, reports: list[tuple[str, State, bool]]) -> None:
        told = [
            Report(receipt, state, self.now, "30007", opted_out=out and state is State.FAILED)
            for receipt, state, out in reports
        ]
        self.both(lambda outbox: outbox.report(told, self.now))

    @invariant()
    def they_agree(self) -> None:
        self.both(all_deliveries)
        self.both(lambda outbox: outbox.next_event_at())

    def they_agree_on_everything(self) -> None:
        """At the end only: what has once gone apart does not come together again."""
        found = self.both(all_deliveries)
        self.both(lambda outbox: outbox.attempts([each.id for each in found]))
        self.both(lambda outbox: outbox.overview(EARLY))
        self.both(lambda outbox: outbox.clock_record())
        self.both(lambda outbox: outbox.forgettable(self.now))
        self.both(lambda outbox: [outbox.awaiting(EARLY, each, 10) for each in (SMS, EMAIL)])
        for each in PEOPLE:
            self.both(lambda outbox, each=each: (outbox.person(each), outbox.sent_counts(each)))  # type: ignore[misc]
            self.both(lambda outbox, each=each: outbox.correspondent(each, self.now))  # type: ignore[misc]
            self.both(lambda outbox, each=each: outbox.consents(each))  # type: ignore[misc]
            self.both(lambda outbox, each=each: outbox.diary(each, EARLY, self.now))  # type: ignore[misc]

    @invariant()
    def a_cause_stands_once(self) -> None:
        causes = [each.cause for each in all_deliveries(self.memory)]
        assert len(causes) == len(set(causes))


def _decided(due: DueNudge, state: State | None) -> NudgeDecision:
    if state is None:
        again = due.decided_at + HOUR if due.failures < MOST_RETRIES else None
        return NudgeDecision((), due.decided_at, again, due.sent_count, due.failures + 1)
    following = max(NINE, due.decided_at) + timedelta(days=1)
    slot = message_to(
        due.person,
        cause=f"slot:{due.person}/{due.nudge}/{following}",
        kind=due.nudge,
        due=following,
        channels=due.preferences.channels,
        owner_day=DAY,
        state=state,
    )
    return NudgeDecision((slot,), following, following + HOUR, due.sent_count + 1)


def _or_key_error(ask: Callable[[], Answer]) -> Answer | str:
    try:
        return ask()
    except KeyError as error:
        return repr(error)


TestAgreement = Agreement.TestCase
TestAgreement.settings = settings(
    max_examples=20, stateful_step_count=40, deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
