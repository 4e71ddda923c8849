"""The clock watch on an outbox in memory; what becomes of nudges is tried in tests/integration."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from scheduler.delivery.timekeeping import ClockHold
from scheduler.service.clockwatch import WAIT, ClockWatch, time_of_record
from scheduler.storage.errors import StorageError
from scheduler.storage.memory import MemoryOutbox
from tests.standins.clock import StillClock

NINE = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)


class Rewound(MemoryOutbox):
    """Counts how often it was set back; locked when told so."""

    def __init__(self) -> None:
        super().__init__(contact_key=b"contacts")
        self.rewound: list[datetime] = []
        self.locked = False

    def rewind(self, now: datetime, wait: timedelta) -> None:
        if self.locked:
            raise StorageError("the database is locked")
        self.rewound.append(now)
        super().rewind(now, wait)


class DozingClock(StillClock):
    """A machine that is suspended just after its wall clock was read."""

    def __init__(self, now: datetime) -> None:
        super().__init__(now)
        self.doze = timedelta(0)

    def now(self) -> datetime:
        shown = super().now()
        self.pass_(self.doze)
        self.doze = timedelta(0)
        return shown


@pytest.fixture
def outbox() -> Rewound:
    return Rewound()


@pytest.fixture
def clock() -> DozingClock:
    return DozingClock(NINE)


@pytest.fixture
def watch(outbox: Rewound, clock: DozingClock) -> ClockWatch:
    watch = ClockWatch(outbox, clock)
    assert watch.look().believed
    return watch


def test_a_suspend_between_the_two_readings_is_no_step(
    watch: ClockWatch, clock: DozingClock, outbox: Rewound, caplog: pytest.LogCaptureFixture
) -> None:
    clock.doze = 60 * HOUR
    assert watch.look().now == NINE + 60 * HOUR
    assert (outbox.rewound, caplog.text) == ([], "")


def test_a_step_that_could_not_be_recorded_is_seen_again(
    watch: ClockWatch, clock: DozingClock, outbox: Rewound
) -> None:
    clock.step(-HOUR)
    outbox.locked = True
    for _ in range(2):
        with pytest.raises(StorageError):
            watch.look()
    outbox.locked = False
    assert watch.look().believed
    watch.look()
    assert outbox.rewound == [NINE - HOUR]


def test_while_the_clock_is_not_believed_things_are_recorded_by_the_last_believed_instant(
    watch: ClockWatch, clock: DozingClock, outbox: Rewound
) -> None:
    clock.step(365 * DAY)
    look = watch.look()
    assert (look.believed, look.now, look.wall) == (False, NINE, NINE + 365 * DAY)
    assert outbox.clock_record().hold == ClockHold(NINE, NINE + 365 * DAY)
    clock.pass_(HOUR)
    assert watch.look().now == NINE


def test_a_step_of_just_a_day_stays_held_however_the_readings_jitter(watch: ClockWatch, clock: DozingClock) -> None:
    clock.step(DAY)
    assert not watch.look().believed
    clock.step(-timedelta(milliseconds=1))
    assert not watch.look().believed


def test_a_clock_that_was_set_almost_right_is_believed(watch: ClockWatch, clock: DozingClock, outbox: Rewound) -> None:
    clock.step(365 * DAY)
    watch.look()
    clock.step(-365 * DAY - HOUR)
    assert watch.look().believed
    assert outbox.rewound == [NINE - HOUR]


def test_a_start_behind_the_record_waits_for_the_clock_to_be_set_and_not_for_time_to_pass(
    outbox: Rewound, clock: DozingClock
) -> None:
    outbox.tick(NINE)
    clock.step(-3 * DAY)
    watch = ClockWatch(outbox, clock)
    assert not watch.look().believed
    clock.pass_(5 * DAY)
    assert not watch.look().believed
    clock.step(HOUR)
    assert watch.look().believed


def test_a_start_a_little_behind_the_record_is_set_back_and_one_by_a_second_is_not(
    outbox: Rewound, clock: DozingClock
) -> None:
    outbox.tick(NINE + timedelta(seconds=1))
    ClockWatch(outbox, clock).look()
    assert outbox.rewound == []
    outbox.tick(NINE + HOUR)
    ClockWatch(outbox, clock).look()
    assert outbox.rewound == [NINE]


def test_a_hold_that_was_left_is_over_at_a_start_with_the_right_time(outbox: Rewound, clock: DozingClock) -> None:
    outbox.tick(NINE)
    outbox.hold_clock(ClockHold(NINE, NINE + 365 * DAY))
    clock.pass_(2 * DAY)
    assert time_of_record(outbox, clock) == NINE + 2 * DAY
    assert ClockWatch(outbox, clock).look().believed
    assert outbox.clock_record().hold is None


def test_what_somebody_confirmed_is_believed_at_the_next_look(
    watch: ClockWatch, clock: DozingClock, outbox: Rewound
) -> None:
    clock.step(365 * DAY)
    assert not watch.look().believed
    outbox.confirm_clock(clock.now(), WAIT)
    assert watch.look().now == NINE + 365 * DAY
