"""Routines by preferences, remembered: people who share preferences share a routine and its compiled timetables."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime

from config.person import Preferences
from config.routine import NudgeDefault, NudgeRoutine, Routine, routine_of
from scheduler.delivery.ports import Standing

_GOOD = Standing()


class Routines:
    """Looks up by identity: storage hands out one `Preferences` per distinct document, and hashing a deep value for
    every due nudge would cost more than deciding it. Each entry keeps its key alive, so no identity is used twice.
    """

    _MOST = 50_000

    def __init__(self, defaults: Mapping[str, NudgeDefault]) -> None:
        self._defaults = defaults
        self._known: dict[int, tuple[Preferences, Routine]] = {}

    def of(self, preferences: Preferences, standing: Standing = _GOOD) -> Routine:
        """What a person gets; of the file's pause and the database's, the later one holds."""
        known = self._known.get(id(preferences))
        if known is None:
            if len(self._known) >= self._MOST:
                self._known.clear()
            known = self._known[id(preferences)] = (preferences, routine_of(preferences, self._defaults))
        return paused(known[1], standing.paused_until)


def paused(routine: Routine, until: datetime | None) -> Routine:
    """The routine with a pause that lasts at least until then."""
    if until is None or (routine.paused_until is not None and routine.paused_until >= until):
        return routine
    return replace(routine, paused_until=until)


def nudge_of(routine: Routine, nudge: str) -> NudgeRoutine | None:
    """That nudge's part of a routine; None when it is off."""
    for each in routine.nudges:
        if each.nudge == nudge:
            return each
    return None
