"""A prepared statement takes its parameters in one order, and a wrong one is noticed before anything is written."""

from __future__ import annotations

import pytest
from sqlalchemy import bindparam, create_engine

from scheduler.storage.prepared import Prepared
from scheduler.storage.tables import MARKS, METADATA


def test_parameters_in_another_order_than_the_sql_are_refused() -> None:
    engine = create_engine("sqlite://")
    swapped = Prepared(lambda _: MARKS.insert().values(name=bindparam("name"), at=bindparam("at")), ("at", "name"))
    with engine.begin() as connection, pytest.raises(ValueError, match=r"stand in the order \['name', 'at'\]"):
        swapped.run(connection, [(1, "tick")])
    engine.dispose()


def test_rows_are_written_and_counted() -> None:
    engine = create_engine("sqlite://")
    prepared = Prepared(lambda _: MARKS.insert().values(name=bindparam("name"), at=bindparam("at")), ("name", "at"))
    with engine.begin() as connection:
        METADATA.create_all(connection)
        assert prepared.run(connection, []) == 0
        assert prepared.run(connection, [("tick", 1), ("tock", 2)]) == 2
        assert connection.exec_driver_sql("SELECT name, at FROM marks").all() == [("tick", 1), ("tock", 2)]
    engine.dispose()
