"""What is due now: each occurrence since the last decision gets its final verdict, and at most one of them is sent."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from config.routine import NudgeRoutine, Routine
from scheduler.planning.plan import on_time
from scheduler.planning.quiet import is_quiet
from scheduler.planning.slot import Decided, Occurrence, Silence, Verdict
from scheduler.planning.spread import slots_of

MOST_AT_ONCE = 2_000
"""Occurrences of one decision: a month of sleep with `every 1 min` must not become one huge transaction."""
EDIT_GUARD = timedelta(minutes=2)
"""After an edit no slot is created this soon after the last one decided: 08:00 changed to 08:01 at 08:00:30 is the
same reminder to the person, and must not reach them twice."""


@dataclass(frozen=True, slots=True)
class Decision:
    """The verdicts on one nudge of a person, and where it stands afterwards. Instants are aware UTC."""

    decided: tuple[Decided, ...]
    """In order of due."""
    decided_at: datetime
    """Every occurrence up to and including this instant has a verdict now."""
    next_due_at: datetime | None


def decide(
    routine: Routine,
    nudge: NudgeRoutine,
    decided_at: datetime,
    now: datetime,
    silence: Silence | None,
    share: int = 0,
) -> Decision:
    """Decide everything due after `decided_at` and up to `now`, for a person with this share of a spread.

    After any delay only the latest occurrence that could have been sent and is still alive is sent; older ones are
    missed, so that waking up is never a burst. A `silence` (opted out, no consent) beats everything. When more than
    MOST_AT_ONCE are due, the oldest are decided, none of them to be sent, and `next_due_at` is the first that remains.
    A `now` before `decided_at` (the clock was set back) decides nothing and repeats nothing.
    """
    slots = slots_of(routine, nudge, share)
    due: list[Occurrence] = []
    following = slots.after(decided_at)
    while following is not None and following.due <= now and len(due) < MOST_AT_ONCE:
        due.append(following)
        following = slots.after(following.due)
    more = following is not None and following.due <= now
    return Decision(
        decided=_verdicts(routine, nudge, due, now, silence, newer_due=more),
        decided_at=due[-1].due if more else max(decided_at, now),
        next_due_at=None if following is None else following.due,
    )


def _verdicts(
    routine: Routine,
    nudge: NudgeRoutine,
    due: list[Occurrence],
    now: datetime,
    silence: Silence | None,
    *,
    newer_due: bool,
) -> tuple[Decided, ...]:
    if silence is not None:
        return tuple(Decided(occurrence, Verdict.SUPPRESSED, silence) for occurrence in due)
    on_times = [on_time(routine, nudge, occurrence) for occurrence in due]
    sendable = [decided.occurrence for decided in on_times if decided.verdict is Verdict.SEND]
    latest = sendable[-1] if sendable and not newer_due else None
    return tuple(
        _late(routine, nudge, decided.occurrence, now, latest) if decided.verdict is Verdict.SEND else decided
        for decided in on_times
    )


def _late(
    routine: Routine, nudge: NudgeRoutine, occurrence: Occurrence, now: datetime, latest: Occurrence | None
) -> Decided:
    """The verdict, now, on an occurrence that would have been sent at its due instant."""
    if now >= occurrence.due + nudge.lifetime:
        return Decided(occurrence, Verdict.MISSED, Silence.TOO_LATE)
    if occurrence is not latest:
        return Decided(occurrence, Verdict.MISSED, Silence.PASSED_OVER)
    if is_quiet(routine, now):
        return Decided(occurrence, Verdict.SUPPRESSED, Silence.QUIET_HOURS)
    return Decided(occurrence, Verdict.SEND)
