"""People, nudges, decisions and judgements to put an outbox through its paces. Everything is due at NINE, UTC."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

from config.person import ChannelName, Contacts, Person, Preferences
from scheduler.delivery.delivery import Delivery, Message, NewDelivery, State
from scheduler.delivery.ports import (
    DueNudge,
    Enrolment,
    Judgement,
    NudgeDecision,
    Outbox,
    Plan,
    Planned,
    Ready,
    Send,
    Settlement,
)

NINE = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
DAY = date(2026, 11, 23)
MINUTE = timedelta(minutes=1)
HOUR = timedelta(hours=1)
EARLY = NINE - HOUR
LEASE = 5 * MINUTE
KEY = b"the key of the tests"

SMS = ChannelName.SMS
EMAIL = ChannelName.EMAIL


def enrolment(
    identifier: str,
    nudges: Mapping[str, datetime | None] | None = None,
    *,
    contacts: Contacts | None = None,
    channels: tuple[ChannelName, ...] = (SMS,),
    edition: str = "",
    welcome: bool = False,
) -> Enrolment:
    """A person with nudges and the instant each is due first; another `edition` is another schedule."""
    wanted = {"hydration": NINE} if nudges is None else nudges
    preferences = Preferences("Europe/London", channels=channels)
    return Enrolment(
        Person(identifier, preferences, contacts or Contacts(phone=f"+44{identifier}")),
        plan_of(wanted, edition),
        message_to(identifier, cause=f"welcome:{identifier}", kind="welcome") if welcome else None,
    )


def plan_of(wanted: Mapping[str, datetime | None], edition: str = "") -> Plan:
    """These nudges, but for those that the person does not want."""

    def plan(person: Person) -> Planned:
        off = {each.nudge for each in person.preferences.nudges if not each.on}
        planned = {nudge: f"{nudge}{edition}" for nudge in wanted if nudge not in off}
        return Planned(planned, first_due_of(wanted))

    return plan


def first_due_of(wanted: Mapping[str, datetime | None]) -> Callable[[str, datetime], datetime | None]:
    """The instant given, or as many days later as lie strictly after."""

    def first_due(nudge: str, after: datetime) -> datetime | None:
        due = wanted[nudge]
        while due is not None and due <= after:
            due += timedelta(days=1)
        return due

    return first_due


def message_to(
    identifier: str,
    *,
    cause: str,
    kind: str = "hydration",
    due: datetime = NINE,
    channels: tuple[ChannelName, ...] = (SMS,),
    owner_day: date | None = None,
    state: State = State.PENDING,
) -> NewDelivery:
    return NewDelivery(
        cause=cause,
        person=identifier,
        kind=kind,
        due_at=due,
        expires_at=due + HOUR,
        channels=channels,
        owner_day=owner_day,
        state=state,
    )


def one_each(due: Sequence[DueNudge]) -> list[NudgeDecision]:
    """One delivery per due nudge, and the next one tomorrow."""
    return [_decision(each, State.PENDING) for each in due]


def nothing_sent(due: Sequence[DueNudge]) -> list[NudgeDecision]:
    """The same, but suppressed."""
    return [_decision(each, State.SUPPRESSED) for each in due]


def _decision(due: DueNudge, state: State) -> NudgeDecision:
    slot = NewDelivery(
        cause=f"slot:{due.person}/{due.nudge}/{DAY}/09:00",
        person=due.person,
        kind=due.nudge,
        due_at=NINE,
        expires_at=NINE + HOUR,
        channels=due.preferences.channels,
        owner_day=DAY,
        variant=due.sent_count,
        state=state,
        reason=None if state is State.PENDING else "quiet hours",
    )
    return NudgeDecision((slot,), NINE, NINE + timedelta(days=1), due.sent_count + (state is State.PENDING))


class Seen:
    """Decides, without any delivery, and keeps what it was told."""

    def __init__(self) -> None:
        self.due: list[DueNudge] = []

    def __call__(self, due: Sequence[DueNudge]) -> list[NudgeDecision]:
        self.due += due
        return [replace(each, deliveries=()) for each in one_each(due)]


def send(ready: Ready) -> Judgement:
    """Send it, whatever is known of the person: what must not begin must be held back by the outbox itself."""
    delivery = ready.delivery
    return Send(
        Message(
            delivery=delivery.id,
            attempt=delivery.attempts + 1,
            key=delivery.cause,
            person=delivery.person,
            kind=delivery.kind,
            due_local=delivery.due_at,
            expires_at=delivery.expires_at,
            address=ready.contacts.phone or "",
            text=f"Words for {delivery.person}.",
            doubtful=delivery.state is State.UNKNOWN,
        )
    )


def begin_all(outbox: Outbox, now: datetime = NINE, channel: ChannelName = SMS) -> list[Message]:
    return outbox.begin(now, channel, 100, LEASE, send)


def outcome(message: Message, state: State, name: str = "accepted", reason: str | None = None) -> Settlement:
    return Settlement(message.delivery, message.attempt, name, state, reason)


def all_deliveries(outbox: Outbox) -> list[Delivery]:
    return outbox.deliveries(NINE - timedelta(days=400), NINE + timedelta(days=400))


def states(outbox: Outbox) -> dict[str, tuple[State, str | None]]:
    """State and reason of every delivery, by cause."""
    return {each.cause: (each.state, each.reason) for each in all_deliveries(outbox)}
