"""On PostgreSQL, too, work grows with what is taken and not with what there is: nothing is sorted for it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing

import pytest
from sqlalchemy import event

from scheduler.delivery.correspondence import Report
from scheduler.delivery.delivery import State
from scheduler.storage.outbox import SqlOutbox
from scheduler.storage.postgres import open_postgres
from tests.standins.outbox_parts import EARLY, KEY, NINE, begin_all, enrolment, one_each, outcome


@pytest.fixture
def outbox(postgres_database: str) -> Iterator[SqlOutbox]:
    with closing(open_postgres(postgres_database, contact_key=KEY)) as outbox:
        outbox.enrol([enrolment(f"p{index}") for index in range(300)], EARLY)
        yield outbox


def test_of_many_who_are_due_at_one_instant_a_batch_is_taken_without_looking_at_the_rest(outbox: SqlOutbox) -> None:
    run: list[tuple[str, object]] = []

    def note(_connection: object, _cursor: object, statement: str, parameters: object, *_: object) -> None:
        if statement.startswith(("SELECT", "UPDATE", "DELETE", "SET LOCAL")):
            run.append((statement, parameters))

    event.listen(outbox._database._readers, "before_cursor_execute", note)
    outbox.claim_due(NINE, 200, one_each)
    outbox.claim_due(NINE, 5, one_each)
    outbox.settle([outcome(message, State.SENT) for message in begin_all(outbox)[:5]], NINE)
    outbox.report([Report("SM1", State.DELIVERED, NINE)], NINE)
    plans = plans_of(outbox, run.copy())
    taking = [plan for sql, plan in plans if "ORDER BY nudges.next_due_at" in sql or "not_before <=" in sql]
    assert len(taking) >= 3
    assert [plan for plan in taking if "Sort" in plan] == []
    assert [plan for sql, plan in plans if "deliveries.receipt = ANY" in sql and "deliveries_receipt" not in plan] == []
    assert [
        (statement, plan) for statement, plan in plans if "Seq Scan on" in plan and "channel_holds" not in plan
    ] == []


def plans_of(outbox: SqlOutbox, statements: list[tuple[str, object]]) -> list[tuple[str, str]]:
    plans = []
    with outbox._database.write() as connection:  # as it was run, and where rows may be held
        for statement, parameters in statements:
            if statement.startswith("SET LOCAL"):
                connection.exec_driver_sql(statement)
                continue
            given = parameters[0] if isinstance(parameters, list) else parameters
            rows = connection.exec_driver_sql(f"EXPLAIN {statement}", given)  # type: ignore[arg-type]  # as given to us
            plans.append((statement, "\n".join(row[0] for row in rows)))
    return plans
