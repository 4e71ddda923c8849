"""The catalogue's defaults as values: what `on` means for each nudge."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

from config.phrase import parse_schedule
from config.routine import NudgeDefault
from config.schedule import Weeks
from messages.catalogue import CATALOGUE, NUDGES


@cache
def nudge_defaults() -> Mapping[str, NudgeDefault]:
    """By nudge, in the catalogue's order. Raises PhraseError or AssertionError if the catalogue itself is wrong."""
    return {key: _default(key) for key in NUDGES}


def _default(key: str) -> NudgeDefault:
    entry = CATALOGUE[key]
    assert entry.schedule is not None, key  # noqa: S101 - a nudge without a schedule is a slip in our own catalogue
    assert entry.priority is not None, key  # noqa: S101 - see above
    assert entry.weeks is not None, key  # noqa: S101 - see above
    return NudgeDefault(parse_schedule(entry.schedule), entry.priority, Weeks(*entry.weeks))
