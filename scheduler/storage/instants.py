"""Instants and days as the database keeps them: one whole number, one sortable text, the same in every dialect."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache

from sqlalchemy import BigInteger, Dialect, String, TypeDecorator

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)


def to_micros(instant: datetime) -> int:
    """Microseconds since 1970 UTC: what a datetime can hold, so that no instant changes on its way through the
    database. Raises TypeError for a naive datetime."""
    return (instant - _EPOCH) // _MICROSECOND


@lru_cache(maxsize=4096)
def to_instant(micros: int) -> datetime:
    """The aware UTC instant. Not `fromtimestamp`: a float cannot hold every microsecond. Remembered, because what is
    due together shares its instants."""
    return _EPOCH + timedelta(microseconds=micros)


class Instant(TypeDecorator[datetime]):
    """An aware instant in, an aware UTC instant out."""

    impl = BigInteger
    cache_ok = True

    def bind_processor(self, _dialect: Dialect) -> Callable[[datetime | None], int | None]:
        return _micros_or_none

    def result_processor(self, _dialect: Dialect, _coltype: object) -> Callable[[int | None], datetime | None]:
        return _instant_or_none


class Day(TypeDecorator[date]):
    """A calendar day as `2026-11-23`."""

    impl = String(10)
    cache_ok = True

    def bind_processor(self, _dialect: Dialect) -> Callable[[date | None], str | None]:
        return _text_or_none

    def result_processor(self, _dialect: Dialect, _coltype: object) -> Callable[[str | None], date | None]:
        return _day_or_none


def _micros_or_none(value: datetime | None) -> int | None:
    return None if value is None else to_micros(value)


def _instant_or_none(value: int | None) -> datetime | None:
    return None if value is None else to_instant(value)


def _text_or_none(value: date | None) -> str | None:
    return None if value is None else value.isoformat()


def _day_or_none(value: str | None) -> date | None:
    return None if value is None else date.fromisoformat(value)
