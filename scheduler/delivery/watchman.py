"""The watchman's judgement: what of the service's vital signs is a reason to wake somebody. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from config.person import ChannelName
from scheduler.delivery.ports import ChannelHold

SILENT = timedelta(minutes=2)
"""A running service looks at what is due every 30 seconds; four looks missed are no hiccup."""
LATE = timedelta(minutes=5)

HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
_MANY = 3
"""One message in doubt is a bad line. So many within an hour, or as a tenth of a day's, are a pattern."""


class Trouble(StrEnum):
    """What is wrong, as one word for programs."""

    DATABASE = "database"
    SILENT = "silent"
    CLOCK = "clock"
    LATE = "late"
    ON_HOLD = "on hold"
    REFUSED = "refused"
    UNKNOWN = "unknown"
    DEAD_LETTERS = "dead letters"


@dataclass(frozen=True, slots=True)
class Alarm:
    """One reason to look after legup. The text names what and where, and nobody."""

    trouble: Trouble
    text: str


@dataclass(frozen=True, slots=True)
class Refusal:
    """The last attempt on a channel met an account that its provider refuses."""

    channel: ChannelName
    reason: str


@dataclass(frozen=True, slots=True)
class Vitals:
    """What a look at the database finds; instants are aware UTC. Numbers only, no personal data."""

    last_tick_at: datetime | None
    oldest_due_at: datetime | None
    """The earliest instant for which something is still to be decided or sent; it may lie ahead."""
    holds: tuple[ChannelHold, ...] = ()
    refusals: tuple[Refusal, ...] = ()
    """Of the last 24 hours; one ends with the next attempt that the account survives."""
    clock_held: bool = False
    """Nothing is sent, because the wall clock is not believed."""
    unknown_in_hour: int = 0
    unknown_in_day: int = 0
    tried_in_day: int = 0
    """Deliveries that were sent, failed or became unknown in the last 24 hours."""
    dead_letters: int = 0
    """Given up after raising too often, in the last 24 hours."""


def alarms(vitals: Vitals, now: datetime) -> list[Alarm]:
    """Every reason for alarm, the gravest first; empty when all is well."""
    return [*_silence(vitals, now), *_clock(vitals), *_late(vitals, now), *_accounts(vitals, now), *_lost(vitals)]


def ago(span: timedelta) -> str:
    """`45 s`, `7 min`, `30 h`, `3 days`: how long, in the unit that says it best."""
    seconds = int(span.total_seconds())
    for unit, size in (("days", 86_400), ("h", 3_600), ("min", 60)):
        if seconds >= 2 * size:
            return f"{seconds // size} {unit}"
    return f"{seconds} s"


def _silence(vitals: Vitals, now: datetime) -> Iterator[Alarm]:
    """A last look that lies ahead is as old: the clock was set back, and nobody has looked since."""
    if vitals.last_tick_at is None:
        yield Alarm(Trouble.SILENT, "the service has never looked at what is due; start `legup run`")
    elif abs(now - vitals.last_tick_at) > SILENT:
        since = ago(abs(now - vitals.last_tick_at))
        yield Alarm(Trouble.SILENT, f"the service has not looked at what is due for {since}; see whether it runs")


def _clock(vitals: Vitals) -> Iterator[Alarm]:
    if vitals.clock_held:
        yield Alarm(Trouble.CLOCK, "nothing is sent, for the machine's clock is not believed; see `legup clock`")


def _late(vitals: Vitals, now: datetime) -> Iterator[Alarm]:
    due = vitals.oldest_due_at
    if due is not None and now - due > LATE:
        yield Alarm(Trouble.LATE, f"the oldest nudge that is due is {ago(now - due)} late")


def _accounts(vitals: Vitals, now: datetime) -> Iterator[Alarm]:
    """A refused account is on hold as well, and told of once."""
    refused = {each.channel for each in vitals.refusals}
    for refusal in vitals.refusals:
        yield Alarm(Trouble.REFUSED, f"{refusal.channel}: the account is refused ({refusal.reason})")
    for hold in vitals.holds:
        if hold.until > now and hold.channel not in refused:
            yield Alarm(Trouble.ON_HOLD, f"{hold.channel} is on hold until {hold.until:%H:%M} UTC ({hold.reason})")


def _lost(vitals: Vitals) -> Iterator[Alarm]:
    tenth = vitals.unknown_in_day * 10 >= vitals.tried_in_day
    if vitals.unknown_in_hour >= _MANY:
        yield _unknown(vitals.unknown_in_hour, "hour")
    elif vitals.unknown_in_day >= _MANY and tenth:
        yield _unknown(vitals.unknown_in_day, "24 hours")
    if vitals.dead_letters:
        count = f"{vitals.dead_letters} could not be prepared and were" if vitals.dead_letters > 1 else "one was"
        yield Alarm(Trouble.DEAD_LETTERS, f"{count} given up in the last 24 hours; see `legup log --state failed`")


def _unknown(count: int, span: str) -> Alarm:
    text = f"{count} messages of the last {span} may or may not have gone out; see `legup log --state unknown`"
    return Alarm(Trouble.UNKNOWN, text)
