"""What became of a delivery and why, in one plain sentence: the answer to "why did it come?" and "why did it not?"."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from config.phrase import format_duration
from config.routine import Routine
from scheduler.delivery.delivery import Delivery, State
from scheduler.delivery.ports import AttemptRecord
from scheduler.delivery.resolving import REPEATABLE
from scheduler.delivery.routines import nudge_of
from scheduler.planning.slot import Silence
from scheduler.planning.zone import local_of

_BY = {"console": "on the console", "sms": "by sms", "email": "by email", "apprise": "by apprise"}
_TAKEN = {"sms": ", accepted by the provider", "email": ", accepted by the mail server", "apprise": ", handed over"}


@dataclass(frozen=True, slots=True)
class Explained:
    """A delivery with its attempts and its sentence. No contact and no body."""

    delivery: Delivery
    attempts: tuple[AttemptRecord, ...]
    zone: str
    sentence: str


def explain(
    delivery: Delivery, attempts: Sequence[AttemptRecord], zone: str, routine: Routine | None = None
) -> Explained:
    """Say it with the person's own times; `routine`, where they still have one, gives the numbers behind a rule."""
    return Explained(delivery, tuple(attempts), zone, _sentence(delivery, attempts, zone, routine))


def _sentence(delivery: Delivery, attempts: Sequence[AttemptRecord], zone: str, routine: Routine | None) -> str:
    by, reason = _BY[delivery.channel], delivery.reason or "no reason recorded"
    last = attempts[-1] if attempts else None
    at = _time(_instant(last) if last else delivery.updated_at, zone)
    silenced = f"not sent: {reason}{_rule(reason, delivery.kind, routine)}"
    sentences = {
        State.PENDING: _pending(delivery, zone),
        State.SENDING: f"being sent {by} since {at}",
        State.SENT: f"sent {by} at {at}{_taken(delivery, last)}{_at_try(attempts)}",
        State.DELIVERED: f"delivered {by}, sent at {at}{_at_try(attempts)}",
        State.FAILED: f"failed {by} at {at}: {reason}",
        State.UNKNOWN: f"may or may not have gone out {by} at {at}: {reason}; {_looks(delivery, zone)}",
        State.MISSED: _missed(delivery, reason),
        State.SUPPRESSED: silenced,
        State.CANCELLED: silenced,
    }
    return sentences[delivery.state]


def _pending(delivery: Delivery, zone: str) -> str:
    at = _time(delivery.not_before, zone)
    if delivery.attempts:
        return f"trying again {_BY[delivery.channel]} at {at}: {delivery.reason or 'no reason recorded'}"
    return (
        f"waiting until {at}" if delivery.not_before > delivery.due_at else f"about to be sent {_BY[delivery.channel]}"
    )


def _taken(delivery: Delivery, last: AttemptRecord | None) -> str:
    if last is not None and last.outcome == "found":
        return ", found at the provider when it was looked up"
    return _TAKEN.get(delivery.channel, "")


def _looks(delivery: Delivery, zone: str) -> str:
    """What was tried to find out about an unknown delivery, and what is yet to come."""
    tried = ("sent again", " under the same Message-ID") if delivery.channel in REPEATABLE else ("looked up", "")
    times = "" if not delivery.looks else " once" if delivery.looks == 1 else f" {delivery.looks} times"
    so_far = f"{tried[0]}{times}{tried[1]}"
    if delivery.look_at is None:
        return f"{so_far} in vain" if delivery.looks else "not sent again, so that it cannot double"
    at = _time(delivery.look_at, zone)
    return f"{so_far}, next at {at}" if delivery.looks else f"to be {so_far} at {at}"


def _instant(attempt: AttemptRecord) -> datetime:
    """When it happened: what ended in doubt was settled long after it began."""
    if attempt.settled_at is None or attempt.outcome in {"unknown", "found"}:
        return attempt.started_at
    return attempt.settled_at


def _missed(delivery: Delivery, reason: str) -> str:
    if reason == Silence.TOO_LATE:
        life = format_duration(_whole_minutes(delivery.expires_at - delivery.due_at))
        return f"missed: legup was not running or held up; its life of {life} was over"
    return f"missed: {reason}"


def _rule(reason: str, kind: str, routine: Routine | None) -> str:
    """The setting behind a silence, as the person has it now."""
    if routine is None:
        return ""
    if reason == Silence.QUIET_HOURS:
        return f" ({', '.join(str(each) for each in routine.quiet_hours)})"
    if reason == Silence.ASKED_LESS and (nudge := nudge_of(routine, kind)) is not None:
        return f" (1 in {nudge.every_nth})"
    if reason == Silence.DAILY_LIMIT:
        return f" ({routine.daily_limit} a day)"
    if reason == Silence.PAUSED and routine.paused_until is not None:
        until = local_of(routine.paused_until, routine.timezone)
        return f" (until {until:%a} {until.day} {until:%b %H:%M})"
    return ""


def _at_try(attempts: Sequence[AttemptRecord]) -> str:
    return f", at attempt {len(attempts)}" if len(attempts) > 1 else ""


def _time(instant: datetime, zone: str) -> str:
    return f"{local_of(instant, zone):%H:%M:%S}"


def _whole_minutes(life: timedelta) -> timedelta:
    return max(timedelta(minutes=1), life - life % timedelta(minutes=1))
