"""The clockwork on real threads and the real clock; what it drives is a real pump on the in-memory outbox."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from config.accounts import Limits
from config.person import ChannelName, Contacts, Person, Preferences
from messages.rendering import Renderer
from scheduler.clock import SystemClock
from scheduler.delivery.composing import Wording
from scheduler.delivery.delivery import Delivery, Message, NewDelivery, State
from scheduler.delivery.outcome import Accepted, Outcome
from scheduler.delivery.ports import UNPLANNED, Enrolment
from scheduler.delivery.routines import Routines
from scheduler.service.clockwork import LOOK, Clockwork
from scheduler.service.defaults import nudge_defaults
from scheduler.service.lane import Lane
from scheduler.service.pump import Pump
from scheduler.storage.memory import MemoryOutbox
from tests.standins.gathering import Gathering

SAM = Person("sam", Preferences(timezone="UTC", quiet_hours=()), Contacts(email="sam@example.org"))
WAIT = 10.0
"""Seconds after which a signal that does not come is a failure."""


class Recorder:
    """A channel that takes everything, when `open` is set."""

    def __init__(self, name: ChannelName = ChannelName.CONSOLE) -> None:
        self.name = name
        self.sent: Gathering[Message] = Gathering()
        self.begun = threading.Event()
        self.open = threading.Event()
        self.open.set()

    def send(self, messages: Sequence[Message], now: datetime) -> Iterator[tuple[Message, Outcome]]:
        del now
        for message in messages:
            self.begun.set()
            assert self.open.wait(WAIT)
            self.sent.add(message)
            yield message, Accepted()

    def close(self) -> None: ...


class SlowClock:
    """Almost half a minute behind, so that a look which is to come in half a minute comes soon."""

    def now(self) -> datetime:
        return now() - LOOK + timedelta(seconds=0.2)

    def uptime(self) -> timedelta:
        return SystemClock().uptime()


class Troubled(MemoryOutbox):
    """An outbox whose disk is full the first time it is asked to do something, or once it has done it so often."""

    def __init__(self, trouble: str, *, after: int = 0) -> None:
        super().__init__(contact_key=b"key")
        self._trouble = trouble
        self._well = after
        self.troubled = threading.Event()

    def _fail_once(self, where: str) -> None:
        if where != self._trouble or self.troubled.is_set():
            return
        self._well -= 1
        if self._well < 0:
            self.troubled.set()
            raise OSError("disk full")

    def tick(self, now: datetime, *, believed: bool = True) -> None:
        self._fail_once("tick")
        super().tick(now, believed=believed)

    def purge(self, before: datetime, limit: int) -> int:
        self._fail_once("purge")
        return super().purge(before, limit)

    def begin(self, now: datetime, channel: ChannelName, *rest: Any, **named: Any) -> list[Message]:
        if channel is ChannelName.CONSOLE:
            self._fail_once("begin")
        return super().begin(now, channel, *rest, **named)


def pump_on(outbox: MemoryOutbox, *channels: Recorder, limits: Limits | None = None) -> Pump:
    outbox.enrol([Enrolment(SAM, lambda _: UNPLANNED)], now())
    lanes = {each.name: Lane(each, limits or Limits(messages_per_second=1000, concurrency=4)) for each in channels}
    return Pump(outbox, lanes, Routines(nudge_defaults()), Wording(Renderer(), b"key"), SystemClock())


def clockwork_on(pump: Pump, after_tick: Callable[[], None] = lambda: None) -> Clockwork:
    return Clockwork(pump, SystemClock(), timedelta(days=90), after_tick)


@contextmanager
def working(clockwork: Clockwork) -> Iterator[None]:
    clockwork.start()
    try:
        yield
    finally:
        clockwork.stop()


def now() -> datetime:
    return datetime.now(UTC)


def something(name: str, due_in: float = 0.0, channel: ChannelName = ChannelName.CONSOLE) -> NewDelivery:
    due = now() + timedelta(seconds=due_in)
    return NewDelivery(f"send:{name}", "sam", "hydration", due, due + timedelta(minutes=1), (channel,))


def recorded(outbox: MemoryOutbox) -> list[Delivery]:
    return outbox.deliveries(now() - timedelta(days=1), now() + timedelta(days=1))


@pytest.fixture
def outbox() -> MemoryOutbox:
    return MemoryOutbox(contact_key=b"key")


def test_what_is_due_at_the_start_is_sent_at_once(outbox: MemoryOutbox) -> None:
    console = Recorder()
    clockwork = clockwork_on(pump_on(outbox, console))
    outbox.add(something("one"))
    with working(clockwork):
        assert [message.kind for message in console.sent.wait_for(1, WAIT)] == ["hydration"]
    assert [delivery.state for delivery in recorded(outbox)] == [State.SENT]


def test_it_wakes_for_the_earliest_due_time_and_not_only_every_30_seconds(outbox: MemoryOutbox) -> None:
    console = Recorder()
    clockwork = clockwork_on(pump_on(outbox, console))
    outbox.add(something("soon", due_in=0.3))
    with working(clockwork):
        (message,) = console.sent.wait_for(1, WAIT)
    assert message.due_local <= now() < message.due_local + LOOK


def test_kicked_it_looks_at_once(outbox: MemoryOutbox) -> None:
    console = Recorder()
    clockwork = clockwork_on(pump_on(outbox, console))
    with working(clockwork):
        outbox.add(something("answer"))
        clockwork.kick()
        assert console.sent.wait_for(1, WAIT)


def test_what_comes_within_the_next_half_second_is_not_left_to_the_look_after(outbox: MemoryOutbox) -> None:
    console = Recorder()
    clockwork = clockwork_on(pump_on(outbox, console))
    with working(clockwork):
        outbox.add(something("soon", due_in=0.2))
        clockwork.kick()
        assert console.sent.wait_for(1, WAIT)


def test_the_first_plan_is_made_before_start_returns_and_its_error_reaches_the_caller() -> None:
    clockwork = clockwork_on(pump_on(Troubled("begin")))
    with pytest.raises(OSError, match="disk full"):
        clockwork.start()


def test_the_time_is_on_record_before_anything_is_sent(outbox: MemoryOutbox) -> None:
    console = Recorder()
    console.open.clear()
    clockwork = clockwork_on(pump_on(outbox, console))
    outbox.add(something("first"))
    with working(clockwork):
        assert console.begun.wait(WAIT)
        assert outbox.clock_record().newest is not None
        console.open.set()


def test_a_look_that_fails_is_counted_and_logged_and_the_next_one_comes(caplog: pytest.LogCaptureFixture) -> None:
    outbox, console, looked = Troubled("tick", after=1), Recorder(), threading.Event()
    clockwork = Clockwork(pump_on(outbox, console), SlowClock(), timedelta(days=90), looked.set)
    with working(clockwork):
        assert looked.wait(WAIT)
    assert clockwork.failed_ticks == 1
    assert "a look at what is due failed (1 so far); trying again" in caplog.text


def test_a_look_comes_although_apscheduler_waits_for_a_time_that_was_taken_back(outbox: MemoryOutbox) -> None:
    looked = threading.Event()
    clockwork = clockwork_on(pump_on(outbox, Recorder()), looked.set)
    with working(clockwork):
        assert looked.wait(WAIT)
        looked.clear()
        with clockwork._looking:
            clockwork._scheduler.modify_job("tick", next_run_time=now() + timedelta(hours=1))
            clockwork._looked_at -= 2 * LOOK
        minder = threading.Thread(target=clockwork._mind)
        minder.start()
        assert looked.wait(WAIT)
    minder.join(WAIT)


def test_after_a_leap_of_70_years_one_look_is_due_and_not_all_in_between(outbox: MemoryOutbox) -> None:
    clockwork = clockwork_on(pump_on(outbox))
    with working(clockwork):
        later = now() + timedelta(days=25_567)
        jobs = clockwork._scheduler.get_jobs()
        assert [len(job._get_run_times(later)) for job in jobs] == [1, 1]


def test_the_watchdog_is_not_fed_by_a_look_that_failed() -> None:
    outbox, fed = Troubled("tick", after=1), threading.Event()
    clockwork = clockwork_on(pump_on(outbox, Recorder()), fed.set)
    with working(clockwork):
        assert outbox.troubled.wait(WAIT)
    assert not fed.is_set()


def open_when(stopping: threading.Event, console: Recorder) -> None:
    stopping.wait(WAIT)
    console.open.set()


def test_stopping_finishes_and_records_what_is_in_flight(outbox: MemoryOutbox) -> None:
    console = Recorder()
    console.open.clear()
    clockwork = clockwork_on(pump_on(outbox, console, limits=Limits(messages_per_second=1000, concurrency=1)))
    outbox.add(something("in flight"))
    with working(clockwork):
        assert console.begun.wait(WAIT)
        outbox.add(something("too late"))
        threading.Thread(target=open_when, args=(clockwork._stopping, console)).start()
    assert {each.cause: each.state for each in recorded(outbox)} == {
        "send:in flight": State.SENT,
        "send:too late": State.PENDING,
    }


def test_a_slow_provider_delays_nobody_else(outbox: MemoryOutbox) -> None:
    console, email = Recorder(), Recorder(ChannelName.EMAIL)
    console.open.clear()
    clockwork = clockwork_on(pump_on(outbox, console, email))
    outbox.add(something("slow"))
    outbox.add(something("quick", channel=ChannelName.EMAIL))
    with working(clockwork):
        assert console.begun.wait(WAIT)
        assert len(email.sent.wait_for(1, WAIT)) == 1
        assert console.sent.all() == []
        console.open.set()


def test_what_the_rate_holds_back_follows_without_another_look(outbox: MemoryOutbox) -> None:
    console = Recorder()
    clockwork = clockwork_on(pump_on(outbox, console, limits=Limits(messages_per_second=10, concurrency=1)))
    for number in range(12):
        outbox.add(something(str(number)))
    with working(clockwork):
        assert len(console.sent.wait_for(12, WAIT)) == 12


def test_a_lane_whose_sending_raises_says_so_and_still_stops_at_once(caplog: pytest.LogCaptureFixture) -> None:
    outbox, console = Troubled("begin"), Recorder()
    clockwork = clockwork_on(pump_on(outbox, console))
    outbox.add(something("one"))
    with working(clockwork):
        assert outbox.troubled.wait(WAIT)
    assert "sending by console failed; trying again" in caplog.text


def test_old_deliveries_go_soon_after_the_start_and_not_only_after_an_hour(outbox: MemoryOutbox) -> None:
    clockwork = clockwork_on(pump_on(outbox))
    with working(clockwork):
        purge = clockwork._scheduler.get_job("purge")
        assert purge.next_run_time - now() < timedelta(minutes=5)
        assert purge.trigger.interval == timedelta(hours=1)


def test_old_deliveries_are_purged_in_small_steps(outbox: MemoryOutbox) -> None:
    clockwork = Clockwork(pump_on(outbox), SystemClock(), timedelta(0), lambda: None)
    for number in range(2_500):
        outbox.add(
            NewDelivery(str(number), "sam", "hydration", now(), now(), (ChannelName.CONSOLE,), state=State.MISSED)
        )
    clockwork._purge()
    assert recorded(outbox) == []


def test_a_purge_that_fails_is_logged_and_stops_nothing(caplog: pytest.LogCaptureFixture) -> None:
    clockwork_on(pump_on(Troubled("purge")))._purge()
    assert "removing old deliveries failed; trying again in an hour" in caplog.text
