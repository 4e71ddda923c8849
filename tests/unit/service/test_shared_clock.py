"""One clock for all workers."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from scheduler.service.shared_clock import SharedClock

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
SECOND = timedelta(seconds=1)


class Machine:
    """A machine whose wall clock nobody should ask."""

    def __init__(self) -> None:
        self.up = timedelta(hours=5)

    def now(self) -> datetime:
        raise AssertionError("the machine's own wall clock was asked")

    def uptime(self) -> timedelta:
        return self.up


class Server:
    """Tells a time; each answer takes as long as is next in line."""

    def __init__(self, machine: Machine, *takes: timedelta) -> None:
        self.shows = NOON
        self.asked = 0
        self._machine = machine
        self._takes = list(takes)

    def __call__(self) -> datetime:
        self.asked += 1
        self._machine.up += self._takes.pop(0) if self._takes else timedelta(0)
        return self.shows


def test_it_shows_the_servers_time_and_goes_on_with_the_machine() -> None:
    machine = Machine()
    clock = SharedClock(Server(machine), machine)
    machine.up += 3 * SECOND
    assert clock.now() == NOON + 3 * SECOND
    assert clock.uptime() == machine.up


def test_it_steps_with_the_server() -> None:
    machine = Machine()
    server = Server(machine)
    clock = SharedClock(server, machine)
    server.shows = NOON - timedelta(hours=1)
    clock.synchronise()
    assert clock.now() == NOON - timedelta(hours=1)


def test_an_answer_is_of_the_middle_of_the_time_it_took() -> None:
    machine = Machine()
    assert SharedClock(Server(machine, 0.08 * SECOND), machine).now() == NOON + 0.04 * SECOND


def test_an_answer_that_took_long_is_asked_for_again_and_taken_at_last() -> None:
    machine = Machine()
    server = Server(machine, SECOND)
    assert SharedClock(server, machine).now() == NOON
    assert server.asked == 2
    slow = Server(machine, *[2 * SECOND] * 3)
    assert SharedClock(slow, machine).now() == NOON + SECOND
    assert slow.asked == 3
