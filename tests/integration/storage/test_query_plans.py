"""Work grows with what is due, never with who is enrolled: what runs at every look finds its rows by an index."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import event

from config.changes import Changes
from scheduler.delivery.correspondence import Reaction, Report
from scheduler.delivery.delivery import State
from scheduler.delivery.doubt import Resolution
from scheduler.delivery.standing import Ended
from scheduler.storage.outbox import SqlOutbox
from scheduler.storage.sqlite import open_sqlite
from tests.standins.approaches import answer, from_link, from_phone, hear
from tests.standins.outbox_parts import (
    EARLY,
    EMAIL,
    HOUR,
    KEY,
    NINE,
    SMS,
    begin_all,
    enrolment,
    message_to,
    one_each,
    outcome,
    send,
)

Statement = tuple[str, object]


@pytest.fixture
def outbox(tmp_path: Path) -> Iterator[SqlOutbox]:
    with closing(open_sqlite(tmp_path / "legup.db", contact_key=KEY)) as outbox:
        outbox.enrol([enrolment(f"p{index}") for index in range(20)], EARLY)
        yield outbox


def plans_of(outbox: SqlOutbox, statements: list[Statement]) -> list[str]:
    plans = []
    with outbox._database.read() as connection:
        for statement, parameters in statements:
            given = parameters[0] if isinstance(parameters, list) else parameters
            rows = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", given)  # type: ignore[arg-type]
            plans += [f"{row[3]} | {statement}" for row in rows]
    return plans


@pytest.fixture
def statements(outbox: SqlOutbox) -> list[Statement]:
    """What is run from here on."""
    run: list[Statement] = []

    def note(_connection: object, _cursor: object, statement: str, parameters: object, *_: object) -> None:
        if statement.startswith(("SELECT", "UPDATE", "DELETE", "INSERT")):
            run.append((statement, parameters))

    event.listen(outbox._database._readers, "before_cursor_execute", note)
    return run


def test_no_look_at_what_is_due_reads_a_whole_table(outbox: SqlOutbox, statements: list[Statement]) -> None:
    outbox.next_event_at()
    outbox.claim_due(NINE, 10, one_each)
    messages = begin_all(outbox)
    outbox.settle([outcome(message, State.SENT) for message in messages[1:]], NINE)
    outbox.hand_back(messages[:1], NINE)
    outbox.expire_leases(NINE + HOUR)
    outbox.in_doubt(NINE + HOUR, SMS, 10)
    outbox.known_receipts(["SM1", "SM2"])
    outbox.resolve([Resolution(messages[1].delivery, 1, State.SENT, 1, receipt="SM1")], NINE)
    outbox.begin(NINE + HOUR, EMAIL, 10, HOUR, send)
    outbox.opt_out("p1", NINE, "reply")
    outbox.person("p1")
    outbox.add(message_to("p2", cause="send:1"))
    outbox.deliveries(EARLY, NINE + HOUR)
    outbox.deliveries(EARLY, NINE + HOUR, person="p3")
    outbox.attempts([1, 2])
    outbox.tick(NINE)
    talk(outbox)
    outbox.purge(NINE + HOUR, 5)
    plans = plans_of(outbox, statements.copy())
    assert len(plans) > 30
    # at most one row per channel is held, and a constant row is no table
    small = ("SCAN channel_holds", "SCAN CONSTANT ROW")
    assert [
        plan for plan in plans if plan.startswith("SCAN") and "INDEX" not in plan and not plan.startswith(small)
    ] == []


def talk(outbox: SqlOutbox) -> None:
    """Everything that one person's words and a provider's reports cause."""
    stop_water = Reaction("stop", changes=Changes(stopped=frozenset({"hydration"})), answers=(answer("p4", "stopped"),))
    hear(outbox, from_phone("+44p4"), stop_water)
    hear(outbox, from_phone("+44nobody"), Reaction("stop", opted_out=True))
    hear(outbox, from_link("p5"), Reaction("stop", opted_out=True, forget=True))
    hear(outbox, from_link("p5"), Reaction("start", opted_out=False))
    hear(outbox, from_link("p6"), Reaction("loss", ended=Ended.LOSS))
    outbox.correspondent("p4", NINE)
    outbox.by_handle(outbox.handle_of("p4") or "")
    outbox.report([Report("SM1", State.DELIVERED, NINE), Report("SM9", State.FAILED, NINE)], NINE)
    outbox.awaiting(EARLY, SMS, 10)
    outbox.consents("p4")
    outbox.diary("p4", EARLY, NINE)
    outbox.forgettable(NINE)


def test_pending_work_is_found_by_its_channel_and_time(outbox: SqlOutbox, statements: list[Statement]) -> None:
    outbox.claim_due(NINE, 10, one_each)
    statements.clear()
    begin_all(outbox)
    begin = [statement for statement in statements if "deliveries.not_before <=" in statement[0]]
    (first, *_) = plans_of(outbox, begin)
    assert first.startswith("SEARCH deliveries USING INDEX deliveries_in_turn (channel=? AND not_before<?)")


def test_of_many_who_are_due_at_one_instant_a_batch_is_taken_without_sorting_the_rest(
    outbox: SqlOutbox, statements: list[Statement]
) -> None:
    outbox.claim_due(NINE, 10, one_each)
    begin_all(outbox)
    taking = [each for each in statements if "ORDER BY nudges.next_due_at" in each[0] or "not_before <=" in each[0]]
    assert len(taking) >= 2
    assert [plan for plan in plans_of(outbox, taking) if "TEMP B-TREE FOR ORDER BY" in plan] == []


def test_the_number_of_statements_does_not_grow_with_the_batch(outbox: SqlOutbox, statements: list[Statement]) -> None:
    def statements_for(limit: int) -> int:
        statements.clear()
        outbox.claim_due(NINE, limit, one_each)
        outbox.settle([outcome(message, State.SENT) for message in begin_all(outbox)], NINE)
        return len(statements)

    assert statements_for(2) == statements_for(15)
