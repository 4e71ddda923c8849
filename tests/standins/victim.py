"""A service that is there to be killed. Nothing in legup itself knows of it.

`python -m tests.standins.victim` imports everything once and then forks a process for each line it reads:

    {"config": "legup.yaml", "database": "1/legup.db", "twilio": 4711, "smtp": 4712, "life": "burst", "die_at": 17}

It answers with a line when that process has begun and one when it has ended. A `burst` is the real service, from the
lock to its threads, until all that is due is done; with `die_at` it kills itself at its so-manyth boundary. `settle` is
what follows a crash: the same pump on a clock that skips ahead to whatever is next, until nothing is left to be done.

A boundary is where the record and the world can part: before and after each commit, before and after each request.
"""

from __future__ import annotations

import json
import mmap
import os
import signal
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import Any, TextIO

from sqlalchemy import Connection

from config.person import ChannelName
from config.settings import Config
from scheduler.channels.smtp_session import SmtpSession
from scheduler.channels.twilio_http import TwilioHttp
from scheduler.channels.twilio_posting import TwilioPosting
from scheduler.cli.configuration import read
from scheduler.clock import SystemClock
from scheduler.delivery.delivery import State
from scheduler.delivery.ports import Outbox
from scheduler.service.assembly import build_pump, open_outbox
from scheduler.service.running import Running
from scheduler.storage.database import Database

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
LIFETIME = 300
"""Seconds after which whoever has been forgotten ends by itself."""

SENDERS = (ChannelName.SMS, ChannelName.EMAIL)

for name in ("console", "email", "sms"):
    import_module(f"scheduler.channels.{name}")  # else every fork would do so: most of what a round costs


class SkippingClock:
    """Implements `scheduler.clock.Clock`: the machine's, plus what was skipped, as after a sleep."""

    def __init__(self) -> None:
        self._real = SystemClock()
        self._skipped = timedelta(0)

    def now(self) -> datetime:
        return self._real.now() + self._skipped

    def uptime(self) -> timedelta:
        return self._real.uptime() + self._skipped

    def skip_to(self, instant: datetime) -> None:
        self._skipped += max(timedelta(0), instant - self.now())


class Boundaries:
    """Counts boundaries, in memory that outlives the process, and kills it at one of them."""

    def __init__(self, die_at: int | None) -> None:
        self._shared = mmap.mmap(-1, 8)
        self._die_at = die_at
        self._lock = threading.Lock()

    @property
    def passed(self) -> int:
        return int.from_bytes(self._shared[:8], "little")

    def reach(self) -> None:
        with self._lock:
            count = self.passed + 1
            self._shared[:8] = count.to_bytes(8, "little")
            if count == self._die_at:
                os.kill(os.getpid(), signal.SIGKILL)

    def around(self, function: Callable[..., Any]) -> Callable[..., Any]:
        def traced(*given: Any, **named: Any) -> Any:
            self.reach()
            try:
                return function(*given, **named)
            finally:
                self.reach()

        return traced

    def around_awaited(self, function: Callable[..., Any]) -> Callable[..., Any]:
        async def traced(*given: Any, **named: Any) -> Any:
            self.reach()
            try:
                return await function(*given, **named)
            finally:
                self.reach()

        return traced

    def trace(self) -> None:
        """Watch every commit and every request. In a process that ends soon: nothing is put back."""
        TwilioHttp.request = self.around(TwilioHttp.request)  # type: ignore[method-assign]
        TwilioPosting.request = self.around_awaited(TwilioPosting.request)  # type: ignore[method-assign]
        SmtpSession.carry = self.around(SmtpSession.carry)  # type: ignore[method-assign]
        write = Database.write

        @contextmanager
        def traced(database: Database) -> Iterator[Connection]:
            with write(database) as connection:
                yield connection
                self.reach()
            self.reach()

        Database.write = traced  # type: ignore[method-assign, assignment]


def burst(settings: Config, console: TextIO) -> None:
    """The service, until all that is due is done."""
    with Running(settings, SystemClock(), console) as running:
        running.start()
        pause = threading.Event()
        while unfinished(running.outbox):
            pause.wait(0.01)


def settle(settings: Config, console: TextIO) -> None:
    """All that follows, hours of it, at once."""
    outbox, clock, pause = open_outbox(settings.service), SkippingClock(), threading.Event()
    pump = build_pump(settings, outbox, clock, console)
    pump.resume()
    while unfinished(outbox) or outbox.overview(EPOCH).in_doubt:
        pump.plan()
        if sum(pump.send(name) for name in SENDERS) + pump.resolve():
            continue
        following = outbox.next_event_at()
        if following is not None and following > clock.now():
            clock.skip_to(following)
        else:
            pause.wait(0.005)  # the rate holds it back


def unfinished(outbox: Outbox) -> bool:
    overview = outbox.overview(EPOCH)
    due = overview.next_due_at is not None and overview.next_due_at <= datetime.now(UTC)
    return due or bool(overview.states.get(State.PENDING, 0) or overview.states.get(State.SENDING, 0))


LIVES = {"burst": burst, "settle": settle}


def situated(settings: Config, database: Path, twilio: int, smtp: int) -> Config:
    """The same installation with its database here and its providers at these ports."""
    service = settings.service
    assert service.twilio is not None
    assert service.smtp is not None
    moved = replace(
        service,
        database=str(database),
        twilio=service.twilio.model_copy(update={"base_url": f"http://127.0.0.1:{twilio}"}),
        smtp=service.smtp.model_copy(update={"port": smtp}),
    )
    return replace(settings, service=moved)


def live(order: dict[str, Any], settings: Config, boundaries: Boundaries) -> None:
    """What the forked process does; ends it."""
    code = 1
    signal.alarm(LIFETIME)
    try:
        boundaries.trace()
        with Path(os.devnull).open("w") as console:
            LIVES[order["life"]](settings, console)
        code = 0
    finally:
        sys.stderr.flush()
        os._exit(code)


def main() -> None:
    """Fork for each order until there are no more."""
    read_once = cache(read)  # a second each time, most of it for checking the templates
    for line in sys.stdin:
        order = json.loads(line)
        settings = situated(read_once(Path(order["config"])), Path(order["database"]), order["twilio"], order["smtp"])
        boundaries = Boundaries(order.get("die_at"))
        process = os.fork()
        if not process:
            live(order, settings, boundaries)
        _tell({"process": process})
        _, status = os.waitpid(process, 0)
        _tell({"code": os.waitstatus_to_exitcode(status), "boundaries": boundaries.passed})


def _tell(answer: dict[str, Any]) -> None:
    print(json.dumps(answer), flush=True)  # noqa: T201 - how whoever started us learns it


if __name__ == "__main__":
    main()
