"""Preferences as one compact line of JSON: the form in which storage keeps them.

The same preferences always give the same text: keys are sorted, phrases are written as they read back, and what is
the default is left out. So people with equal preferences share one document, and reading it again costs nothing.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import MISSING, fields
from datetime import UTC, date, datetime
from functools import lru_cache
from typing import Any

from config.person import ChannelName, Consent, NudgePreference, Preferences
from config.phrase import format_duration, parse_duration, parse_quiet_interval, parse_schedule, parse_weeks
from config.schedule import QuietInterval, TimeOfDay

REMEMBERED = 16_384
"""Distinct documents kept after reading, at about 2 kB each."""


@lru_cache(maxsize=REMEMBERED)
def to_document(preferences: Preferences) -> str:
    """The canonical text. Raises ValueError for an instant without a zone."""
    return json.dumps(_written(preferences), ensure_ascii=False, sort_keys=True, separators=(",", ":"))


@lru_cache(maxsize=REMEMBERED)
def from_document(document: str) -> Preferences:
    """Read what `to_document` wrote. Raises ValueError, which repeats nothing of the document, for anything else."""
    try:
        written = json.loads(document)
        return Preferences(**{key: READ[key](value) for key, value in written.items()})
    except (AttributeError, KeyError, TypeError, ValueError):
        # The cause is dropped: it would repeat what the document holds, a due date for one.
        raise ValueError("stored preferences cannot be read: were they written by a newer legup?") from None


def _written(value: Preferences | NudgePreference) -> dict[str, Any]:
    """The fields that differ from their defaults, each in its written form."""
    contents = ((field, getattr(value, field.name)) for field in fields(value))
    return {
        field.name: WRITE.get(field.name, _as_it_is)(content)
        for field, content in contents
        if field.default is MISSING or content != field.default
    }


def _as_it_is(value: Any) -> Any:
    return value


def _write_instant(instant: datetime) -> str:
    if instant.tzinfo is None:
        raise ValueError("an instant needs a zone")
    return instant.astimezone(UTC).isoformat()


def _read_instant(text: str) -> datetime:
    return datetime.fromisoformat(text).astimezone(UTC)


def _texts(values: Iterable[object]) -> list[str]:
    return [str(value) for value in values]


def _read_channels(names: Iterable[str]) -> tuple[ChannelName, ...]:
    return tuple(ChannelName(name) for name in names)


def _read_quiet_hours(texts: Iterable[str]) -> tuple[QuietInterval, ...]:
    return tuple(parse_quiet_interval(text) for text in texts)


def _read_nudge(written: Mapping[str, Any]) -> NudgePreference:
    return NudgePreference(**{key: READ[key](value) for key, value in written.items()})


WRITE: Mapping[str, Callable[[Any], Any]] = {
    "wake": str,
    "bedtime": str,
    "quiet_hours": _texts,
    "channels": _texts,
    "due_date": date.isoformat,
    "paused_until": _write_instant,
    "nudges": lambda nudges: [_written(nudge) for nudge in nudges],
    "schedule": str,
    "late": format_duration,
    "spread": format_duration,
    "weeks": str,
    "starts": date.isoformat,
    "ends": date.isoformat,
}
READ: Mapping[str, Callable[[Any], Any]] = {
    "timezone": str,
    "language": str,
    "wake": TimeOfDay.parse,
    "bedtime": TimeOfDay.parse,
    "quiet_hours": _read_quiet_hours,
    "daily_limit": int,
    "discreet": bool,
    "consent": Consent,
    "channels": _read_channels,
    "due_date": date.fromisoformat,
    "paused_until": _read_instant,
    "nudges": lambda nudges: tuple(_read_nudge(nudge) for nudge in nudges),
    "nudge": str,
    "on": bool,
    "schedule": parse_schedule,
    "late": parse_duration,
    "spread": parse_duration,
    "priority": int,
    "weeks": parse_weeks,
    "starts": date.fromisoformat,
    "ends": date.fromisoformat,
    "every_nth": int,
}
"""By field name; the fields of a person's preferences and of one nudge share no name with two meanings."""
