"""Due nudges become deliveries: what planning decides, written as the rows to record."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date, datetime

from config.routine import NudgeRoutine, Routine
from scheduler.delivery.cause import dead_letter_cause, slot_cause
from scheduler.delivery.delivery import NewDelivery, State
from scheduler.delivery.permission import silence
from scheduler.delivery.poison import again_at, given_up
from scheduler.delivery.ports import DueNudge, NudgeDecision
from scheduler.delivery.routines import Routines, nudge_of
from scheduler.planning.decision import Decision, decide
from scheduler.planning.slot import Decided, Silence, Verdict
from scheduler.planning.spread import share_of

_STATES = {Verdict.SEND: State.PENDING, Verdict.SUPPRESSED: State.SUPPRESSED, Verdict.MISSED: State.MISSED}

OnError = Callable[[str, str, Exception], None]
"""Told the person's id, the nudge or kind, and what was raised."""


class Claiming:
    """The `Decide` function of one claim at one instant. One nudge that raises does not touch the others: nothing of
    it is sent (it fails closed), it is tried again, and at last given up with a dead letter in its stead."""

    def __init__(self, routines: Routines, now: datetime, on_error: OnError) -> None:
        self._routines = routines
        self._now = now
        self._on_error = on_error
        self._claimed: dict[tuple[str, date], int] = {}
        self._decisions: dict[tuple[object, ...], tuple[Routine, Decision]] = {}

    def __call__(self, due: Sequence[DueNudge]) -> list[NudgeDecision]:
        return [self._isolated(each) for each in due]

    def _isolated(self, due: DueNudge) -> NudgeDecision:
        try:
            return self._decide(due)
        except Exception as error:  # noqa: BLE001 - whatever is wrong with one person must not stop the others
            self._on_error(due.person, due.nudge, error)
            return self._failed(due, error)

    def _failed(self, due: DueNudge, error: Exception) -> NudgeDecision:
        failures = due.failures + 1
        again = again_at(failures, self._now)
        letters = () if again is not None else (_dead_letter(due, given_up(failures, "planned", error), self._now),)
        return NudgeDecision(letters, due.decided_at, again, due.sent_count, failures)

    def _decide(self, due: DueNudge) -> NudgeDecision:
        if due.fault is not None:
            raise due.fault
        routine = self._routines.of(due.preferences, due.standing)
        nudge = nudge_of(routine, due.nudge)
        if nudge is None:
            return NudgeDecision((), due.decided_at, None, due.sent_count)
        decision = self._decision(routine, nudge, due)
        sent_count = due.sent_count
        deliveries = []
        for each in decision.decided:
            new = _delivery(due.person, nudge, self._within_limit(due, each, routine.daily_limit), sent_count)
            sent_count += new.state is State.PENDING
            deliveries.append(new)
        return NudgeDecision(tuple(deliveries), decision.decided_at, decision.next_due_at, sent_count)

    def _decision(self, routine: Routine, nudge: NudgeRoutine, due: DueNudge) -> Decision:
        """People who share a routine and were decided at one instant before share this decision too."""
        muted, share = silence_of(due), share_of(due.person) if nudge.spread else 0
        # By identity, as `Routines` looks up; each entry keeps its routine alive, so no identity is used twice.
        alike = (id(routine), nudge.nudge, due.decided_at, muted, share)
        known = self._decisions.get(alike)
        if known is None:
            known = routine, decide(routine, nudge, due.decided_at, self._now, muted, share)
            self._decisions[alike] = known
        return known[1]

    def _within_limit(self, due: DueNudge, decided: Decided, limit: int) -> Decided:
        """The backstop behind planning's limit: the rows of that day count, whatever the plan was when they came."""
        if decided.verdict is not Verdict.SEND:
            return decided
        day = decided.occurrence.slot.owner_day
        claimed = self._claimed.get((due.person, day), 0)
        if due.counted.get(day, 0) + claimed >= limit:
            return replace(decided, verdict=Verdict.SUPPRESSED, reason=Silence.DAILY_LIMIT)
        self._claimed[due.person, day] = claimed + 1
        return decided


def silence_of(due: DueNudge) -> Silence | None:
    """Why this person gets nothing at all at present."""
    return silence(due.standing, due.preferences.consent)


def _delivery(person: str, nudge: NudgeRoutine, decided: Decided, variant: int) -> NewDelivery:
    occurrence = decided.occurrence
    return NewDelivery(
        cause=slot_cause(person, nudge.nudge, occurrence.slot),
        person=person,
        kind=nudge.nudge,
        due_at=occurrence.due,
        expires_at=occurrence.due + nudge.lifetime,
        channels=nudge.channels,
        owner_day=occurrence.slot.owner_day,
        variant=variant,
        state=_STATES[decided.verdict],
        reason=None if decided.reason is None else str(decided.reason),
    )


def _dead_letter(due: DueNudge, reason: str, now: datetime) -> NewDelivery:
    """What stands in the record for all that this nudge would have said, until somebody looks after it."""
    return NewDelivery(
        cause=dead_letter_cause(due.person, due.nudge, now),
        person=due.person,
        kind=due.nudge,
        due_at=now,
        expires_at=now,
        channels=due.preferences.channels,
        state=State.FAILED,
        reason=f"{reason}; it rests until the person's entry in the configuration changes",
    )
