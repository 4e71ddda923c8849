"""How many due nudges a second pass through the SQLite outbox: claimed, begun and settled, every commit durable.

Planning and rendering are left out: what is measured is the price of the record itself. Run `python -m bench.outbox`.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter

from config.person import ChannelName, Contacts, Person, Preferences
from scheduler.delivery.delivery import Message, NewDelivery, State
from scheduler.delivery.ports import (
    DueNudge,
    Enrolment,
    Judgement,
    NudgeDecision,
    Planned,
    Ready,
    Send,
    Settlement,
)
from scheduler.storage.outbox import SqlOutbox
from scheduler.storage.sqlite import open_sqlite

NUDGES = 20_000
BATCH = 500
START = datetime(2026, 11, 23, 9, tzinfo=UTC)
DAY = date(2026, 11, 23)
LEASE = timedelta(minutes=5)
KINDS = {"hydration": "hydration", "potassium": "potassium"}
_PLANNED = Planned(KINDS, lambda _nudge, _after: START)


def main(nudges: int = NUDGES, batch: int = BATCH) -> dict[str, object]:
    """Figures of one run, in nudges per second."""
    with TemporaryDirectory() as folder:
        outbox = open_sqlite(Path(folder) / "legup.db", contact_key=b"bench")
        enrolling = _timed(lambda: outbox.enrol(_people(nudges // len(KINDS)), START - timedelta(hours=1)))
        claiming = _timed(lambda: _claim_all(outbox, START, batch))
        sending = _timed(lambda: _send_all(outbox, START, batch))
        sent = outbox.overview(START).states[State.SENT]
        outbox.close()
    if sent != nudges:
        raise AssertionError(f"{sent} of {nudges} nudges were sent")
    return {
        "bench": "outbox",
        "nudges": nudges,
        "batch": batch,
        "enrolled_per_s": round(nudges / enrolling),
        "claimed_per_s": round(nudges / claiming),
        "begun_and_settled_per_s": round(nudges / sending),
        "nudges_per_s": round(nudges / (claiming + sending)),
    }


def _timed(work: Callable[[], object]) -> float:
    began = perf_counter()
    work()
    return perf_counter() - began


def _people(number: int) -> Iterator[Enrolment]:
    preferences = Preferences("Europe/London", channels=(ChannelName.SMS,))
    for index in range(number):
        contacts = Contacts("", f"+4477009{index:05}", f"p{index}@example.org")
        yield Enrolment(Person(f"p{index}", preferences, contacts), lambda _: _PLANNED)


def _claim_all(outbox: SqlOutbox, now: datetime, batch: int) -> None:
    while outbox.claim_due(now, batch, _decide):
        pass


def _decide(due: Sequence[DueNudge]) -> list[NudgeDecision]:
    return [NudgeDecision((_delivery(each),), START, START + timedelta(hours=3), each.sent_count + 1) for each in due]


def _delivery(due: DueNudge) -> NewDelivery:
    return NewDelivery(
        cause=f"slot:{due.person}/{due.nudge}/2026-11-23/09:00",
        person=due.person,
        kind=due.nudge,
        due_at=START,
        expires_at=START + timedelta(hours=1),
        channels=due.preferences.channels,
        owner_day=DAY,
        variant=due.sent_count,
    )


def _send_all(outbox: SqlOutbox, now: datetime, batch: int) -> None:
    while messages := outbox.begin(now, ChannelName.SMS, batch, LEASE, _judge):
        outbox.settle(
            [Settlement(each.delivery, each.attempt, "accepted", State.SENT, receipt=each.key) for each in messages],
            now,
        )


def _judge(ready: Ready) -> Judgement:
    delivery = ready.delivery
    return Send(
        Message(
            delivery=delivery.id,
            attempt=delivery.attempts + 1,
            key=f"SM{delivery.id:032}",
            person=delivery.person,
            kind=delivery.kind,
            due_local=delivery.due_at,
            expires_at=delivery.expires_at,
            address=ready.contacts.phone or "",
            text="Time for a glass of water. Small sips through the day can help your legs tonight.",
        )
    )


if __name__ == "__main__":
    print(json.dumps(main(*(int(argument) for argument in sys.argv[1:]))))
