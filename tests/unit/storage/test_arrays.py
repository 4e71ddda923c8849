"""Arrays as PostgreSQL reads them: on a real one, there and back."""

from __future__ import annotations

import psycopg
import pytest

from scheduler.planning.slot import Silence
from scheduler.storage.arrays import array

TEXTS = [
    "",
    "plain",
    'a "quoted" one',
    "back\\slash",
    "{braces, and commas}",
    "NULL",
    "zwei\nZeilen",
    "ärztlich 💧",
    None,
]


@pytest.mark.parametrize(
    ("kind", "values"),
    [
        ("text", TEXTS),
        ("bigint", [0, -1, 2**63 - 1, None]),
        ("boolean", [True, False, None]),
        ("bytea", [b"", b"\x00\xff\\\"'", None]),
        ("text", [Silence.TOO_LATE, 'a, b "c"']),
        ("text", []),
        ("text", [None, None]),
    ],
)
def test_every_value_comes_back_as_it_was(postgres_url: str, kind: str, values: list[object]) -> None:
    with psycopg.connect(postgres_url) as connection:
        row = connection.execute(f"SELECT %s::{kind}[]", [array(values)]).fetchone()
    assert row == (values,)
