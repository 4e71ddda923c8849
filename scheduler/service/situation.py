"""How things stand: what `status` shows, in numbers and instants, with nobody's data."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from config.settings import Config
from scheduler.delivery.delivery import State
from scheduler.delivery.ports import ChannelHold
from scheduler.delivery.timekeeping import ClockHold, ClockRecord
from scheduler.delivery.watchman import Alarm
from scheduler.service.assembly import peek
from scheduler.service.lock import is_running
from scheduler.service.state import database_path, database_place
from scheduler.service.watch import watch

SPAN = timedelta(hours=24)
"""How far back deliveries are counted."""

_SILENCE = timedelta(minutes=1)
"""Where workers share a database, no lock file tells whether one is running; together they look every 10 s."""


@dataclass(frozen=True, slots=True)
class Situation:
    """Instants are aware UTC."""

    database: str
    database_exists: bool
    running: bool
    last_tick_at: datetime | None
    people: int
    nudges: int
    next_due_at: datetime | None
    zone: str
    """Where the people live when that is one zone, otherwise UTC."""
    states: Mapping[State, int]
    """Deliveries of the last 24 hours by where they stand; states without any are left out."""
    holds: tuple[ChannelHold, ...]
    in_doubt: int = 0
    """Unknown deliveries that are still being looked up or sent again."""
    given_up: int = 0
    """Nudges that could not be planned and rest until their person's entry is edited."""
    clock_hold: ClockHold | None = None
    """Why nothing is sent to anybody, if the machine's clock is not believed."""
    held_contacts: int = 0
    """Addresses that refused for good so often that nothing more is sent there."""
    alarms: tuple[Alarm, ...] = ()
    """What the watchman says, in the same words as `status --alarm`."""


def situation(config: Config, now: datetime) -> Situation:
    """Read it from the database; without one, only what the file says. Raises ServiceError, StorageError."""
    shared = config.service.shared
    place = database_place(config.service)
    zones = {person.preferences.timezone for person in config.people}
    zone = zones.pop() if len(zones) == 1 else "UTC"
    with peek(config.service) as outbox:
        overview = None if outbox is None else outbox.overview(now - SPAN)
        clock = ClockRecord() if outbox is None else outbox.clock_record()
    if overview is None:
        nudges = sum(each.on for person in config.people for each in person.preferences.nudges)
        return Situation(place, False, False, None, len(config.people), nudges, None, zone, {}, ())
    return Situation(
        database=place,
        database_exists=True,
        running=_is_alive(overview.last_tick_at, now) if shared else is_running(database_path(config.service)),
        last_tick_at=overview.last_tick_at,
        people=overview.people,
        nudges=overview.nudges,
        next_due_at=overview.next_due_at,
        zone=zone,
        states={state: overview.states[state] for state in State if overview.states.get(state)},
        holds=tuple(hold for hold in overview.holds if hold.until > now),
        in_doubt=overview.in_doubt,
        given_up=overview.given_up,
        clock_hold=clock.hold,
        held_contacts=overview.held_contacts,
        alarms=tuple(watch(config.service, now)[1]),
    )


def _is_alive(last_tick_at: datetime | None, now: datetime) -> bool:
    return last_tick_at is not None and now - last_tick_at < _SILENCE
