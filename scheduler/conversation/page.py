"""What somebody sets on their own page, as a whole."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from config.changes import Changes, wishing
from config.person import Preferences
from scheduler.delivery.correspondence import Approach, ConsentEntry, Correspondent, React, Reaction
from scheduler.delivery.standing import Ended


@dataclass(frozen=True, slots=True)
class Wanted:
    """Everything the page's form can say."""

    preferences: Preferences
    """What they want to get; of it count the keys `config.changes.CHANGEABLE` names, and the nudges."""
    stopped: frozenset[str] = frozenset()
    """Nudges that are off from now on, whatever the file will say."""
    paused_until: datetime | None = None
    """An aware UTC instant; None: not paused by themselves."""
    opted_out: bool | None = None
    """True: stop everything. False: come back, which only whoever holds the link can mean. None: leave it."""


def wish(wanted: Wanted, approach: Approach) -> React:
    """What the form does. After a loss a stop is all it still does. A nudge of the file that is switched off is
    stopped: no edit of the file brings it back."""

    def react(who: Correspondent | None) -> Reaction:
        if who is None:
            return Reaction(_WISH)
        opted_out = None if wanted.opted_out is who.standing.opted_out else wanted.opted_out
        if who.standing.ended is Ended.LOSS:
            opted_out = True if opted_out else None
            return Reaction(_WISH, opted_out=opted_out, consents=_entries(approach, _stop_lines(opted_out)))
        changes = _changes(who, wanted)
        paused, resumed = _pause(who, wanted, approach.at)
        lines = (*_stop_lines(opted_out), *_kind_lines(who.changes, changes), *_pause_lines(paused, resumed=resumed))
        return Reaction(
            _WISH,
            changes=None if changes == who.changes else changes,
            opted_out=opted_out,
            paused_until=paused,
            resumed=resumed,
            consents=_entries(approach, lines),
        )

    return react


_WISH = "wish"


def _changes(who: Correspondent, wanted: Wanted) -> Changes:
    file = who.person.preferences
    given = {each.nudge for each in file.nudges if each.on}
    switched_off = {each.nudge for each in wanted.preferences.nudges if not each.on} & given
    stopped = wanted.stopped | switched_off
    # A stop is kept apart from the wishes, so that START and the page can take it back.
    nudges = tuple(replace(each, on=each.on or each.nudge in given & stopped) for each in wanted.preferences.nudges)
    changes = wishing(file, who.changes, replace(wanted.preferences, nudges=nudges))
    return replace(changes, stopped=frozenset(stopped))


def _pause(who: Correspondent, wanted: Wanted, now: datetime) -> tuple[datetime | None, bool]:
    """Until when they pause from now on, and whether an earlier pause ends."""
    if wanted.paused_until == who.standing.paused_until:
        return None, False
    if wanted.paused_until is None or wanted.paused_until <= now:
        return None, who.standing.paused_until is not None
    return wanted.paused_until, False


def _stop_lines(opted_out: bool | None) -> tuple[str, ...]:  # noqa: FBT001 - stop, come back, or neither
    return () if opted_out is None else ("stopped",) if opted_out else ("came back",)


def _kind_lines(before: Changes, after: Changes) -> tuple[str, ...]:
    stopped = (f"stopped {kind}" for kind in sorted(after.stopped - before.stopped))
    return (*stopped, *(f"came back {kind}" for kind in sorted(before.stopped - after.stopped)))


def _pause_lines(paused: datetime | None, *, resumed: bool) -> tuple[str, ...]:
    return ("paused",) if paused is not None else ("resumed",) if resumed else ()


def _entries(approach: Approach, lines: tuple[str, ...]) -> tuple[ConsentEntry, ...]:
    return tuple(ConsentEntry(approach.at, line, approach.way) for line in lines)
