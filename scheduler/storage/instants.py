"""Instants and days as the database keeps them: one whole number, one sortable text, the same in every dialect."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

from sqlalchemy import BigInteger, Dialect, String, TypeDecorator

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)


def to_micros(instant: datetime) -> int:
    """Microseconds since 1970 UTC: what a datetime can hold, so that no instant changes on its way through the
    database. Raises TypeError for a naive datetime."""
    return (instant - _EPOCH) // _MICROSECOND


def to_instant(micros: int) -> datetime:
    """The aware UTC instant. Not `fromtimestamp`: a float cannot hold every microsecond."""
    return _EPOCH + timedelta(microseconds=micros)


class Instant(TypeDecorator[datetime]):
    """An aware instant in, an aware UTC instant out."""

    impl = BigInteger
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> int | None:  # noqa: ARG002 - SQLAlchemy's
        return None if value is None else to_micros(value)

    def process_result_value(self, value: Any | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002 - SQLAlchemy's
        return None if value is None else to_instant(value)


class Day(TypeDecorator[date]):
    """A calendar day as `2026-11-23`."""

    impl = String(10)
    cache_ok = True

    def process_bind_param(self, value: date | None, dialect: Dialect) -> str | None:  # noqa: ARG002 - SQLAlchemy's
        return None if value is None else value.isoformat()

    def process_result_value(self, value: Any | None, dialect: Dialect) -> date | None:  # noqa: ARG002 - SQLAlchemy's
        return None if value is None else date.fromisoformat(value)
