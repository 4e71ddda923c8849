"""STOP against sending, on a real SQLite file with real threads: what has stopped stays silent from the commit on."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from threading import Barrier, Thread

import pytest

from config.person import Contacts
from scheduler.delivery.correspondence import Reaction
from scheduler.delivery.delivery import State
from scheduler.delivery.ports import Judgement, Ready
from scheduler.storage.outbox import SqlOutbox
from scheduler.storage.sqlite import open_sqlite
from tests.standins.approaches import answer, from_phone, hear
from tests.standins.outbox_parts import EARLY, KEY, LEASE, NINE, SMS, enrolment, one_each, send

ROUNDS = 2_000
"""The promise of DESIGN.md; one person each. At each of them a stop and a beginning meet."""


@pytest.fixture
def outbox(tmp_path: Path) -> Iterator[SqlOutbox]:
    with closing(open_sqlite(tmp_path / "legup.db", contact_key=KEY)) as outbox:
        # what is raced for is who comes first, not how long a disk takes
        with outbox._database.driver() as cursor:
            cursor.execute("PRAGMA synchronous = OFF")
        yield outbox


def test_after_a_stop_nothing_of_that_person_begins_but_the_confirmation(outbox: SqlOutbox) -> None:
    people = [f"p{number:04}" for number in range(ROUNDS)]
    outbox.enrol([enrolment(each, contacts=Contacts(phone=f"+44{each}")) for each in people], EARLY)
    while outbox.claim_due(NINE, 500, one_each):
        pass
    together = Barrier(2)
    stopped: dict[str, None] = {}
    begun_after_their_stop: list[str] = []

    def judge(ready: Ready) -> Judgement:
        """Under the write lock: a stop that had returned before must be known by now."""
        if ready.delivery.person in stopped and ready.delivery.kind != "stopped":
            begun_after_their_stop.append(ready.delivery.person)
        return send(ready)

    def stop_each() -> None:
        for each in people:
            confirmed = Reaction("stop", opted_out=True, answers=(answer(each, "stopped"),))
            together.wait()
            hear(outbox, from_phone(f"+44{each}"), confirmed)
            stopped[each] = None

    thread = Thread(target=stop_each)
    thread.start()
    nudged = 0
    for each in people:
        together.wait()
        nudged += len(outbox.begin(NINE, SMS, 1, LEASE, judge, cause=f"slot:{each}/hydration/2026-11-23/09:00"))
    thread.join()
    assert begun_after_their_stop == []
    assert 0 < nudged < ROUNDS, "now the one comes first and now the other"
    found = outbox.overview(EARLY).states
    assert (found[State.SENDING], found[State.SUPPRESSED]) == (nudged, ROUNDS - nudged)
    confirmations = outbox.begin(NINE, SMS, ROUNDS + 1, LEASE, judge)
    assert {message.kind for message in confirmations} == {"stopped"}
    assert len(confirmations) == ROUNDS
