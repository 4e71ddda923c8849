"""Instants survive the database to the microsecond, and none is taken without its zone."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scheduler.storage.instants import to_instant, to_micros


@given(st.datetimes(timezones=st.just(UTC)))
def test_an_instant_comes_back_as_it_was(instant: datetime) -> None:
    assert to_instant(to_micros(instant)) == instant


def test_an_instant_of_another_zone_comes_back_in_utc() -> None:
    there = datetime(2026, 11, 23, 22, 30, tzinfo=timezone(timedelta(hours=5, minutes=45)))
    back = to_instant(to_micros(there))
    assert back == there
    assert back.tzinfo is UTC


def test_an_instant_without_a_zone_is_refused() -> None:
    with pytest.raises(TypeError):
        to_micros(datetime(2026, 11, 23, 22, 30))  # noqa: DTZ001 - that is the point
