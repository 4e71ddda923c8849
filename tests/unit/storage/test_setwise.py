"""A statement for one row, said for many."""

from __future__ import annotations

from scheduler.storage.setwise import columns_of, set_wise


def test_an_update_joins_the_rows() -> None:
    one = "UPDATE t SET a=%s::BIGINT, b=coalesce(%s::TEXT, t.b) WHERE t.id = %s::BIGINT"
    assert set_wise(one, [None] * 3) == (
        "UPDATE t SET a=given.p0, b=coalesce(given.p1, t.b) "
        "FROM unnest(%s::BIGINT[], %s::TEXT[], %s::BIGINT[]) AS given(p0, p1, p2) WHERE t.id = given.p2"
    )


def test_a_delete_uses_the_rows() -> None:
    assert set_wise("DELETE FROM t WHERE t.id = %s::BIGINT", [None]) == (
        "DELETE FROM t USING unnest(%s::BIGINT[]) AS given(p0) WHERE t.id = given.p0"
    )


def test_an_insert_selects_the_rows_and_takes_types_from_the_columns() -> None:
    assert set_wise("INSERT INTO t (a, b) VALUES (%s::BIGINT, %s) ON CONFLICT DO NOTHING", [None, "BYTEA"]) == (
        "INSERT INTO t (a, b) SELECT given.p0, given.p1 "
        "FROM unnest(%s::BIGINT[], %s::BYTEA[]) AS given(p0, p1) ON CONFLICT DO NOTHING"
    )


def test_what_cannot_be_said_for_many_is_left_to_the_driver() -> None:
    assert set_wise("UPDATE t SET a=%s WHERE t.id = %s::BIGINT", [None, None]) is None, "a type is not known"
    assert set_wise("UPDATE t SET a=%s::BIGINT", [None]) is None, "which rows is not said"
    assert set_wise("INSERT INTO t (a) VALUES (%s::BIGINT) RETURNING t.id", [None]) is None
    upsert = "INSERT INTO t (a) VALUES (%s::BIGINT) ON CONFLICT (a) DO UPDATE SET a = excluded.a"
    assert set_wise(upsert, [None]) is None, "a row that occurs twice would fail"


def test_an_upsert_of_rows_that_occur_once_selects_them_too() -> None:
    upsert = "INSERT INTO t (a) VALUES (%s::BIGINT) ON CONFLICT (a) DO UPDATE SET a = excluded.a"
    assert set_wise(upsert, [None], distinct=True) == (
        "INSERT INTO t (a) SELECT given.p0 FROM unnest(%s::BIGINT[]) AS given(p0) "
        "ON CONFLICT (a) DO UPDATE SET a = excluded.a"
    )


def test_rows_become_columns() -> None:
    assert columns_of([(1, "a"), (2, None)]) == ("{1,2}", '{"a",NULL}')
