"""`legup run` at work on a database that a test spoils: a real process that has something to send twice a second."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import TracebackType
from typing import Self

from config.person import ChannelName
from scheduler.cli import main
from scheduler.delivery.delivery import NewDelivery, State
from scheduler.storage.sqlite import open_sqlite
from tests.standins.commands import Process
from tests.standins.twilio import AUTH_TOKEN, TwilioStandIn

_CONFIG = """\
timezone: Etc/UTC
quiet_hours: []
database: {database}
people:
  - id: sam
    channel: sms
    phone: "+447700900123"
    nudges:
      hydration: at 04:44
twilio:
  account_sid: {twilio.account_sid}
  auth_token: {token}
  from_number: "{twilio.from_number}"
  base_url: {twilio.base_url}
limits:
  sms: {{messages_per_second: 20, concurrency: 2}}
"""

_EVERY = timedelta(seconds=0.5)
_LIFE = timedelta(minutes=10)


class Serving:
    """Entered: legup runs and has sent something. What it received is the stand-in's to say, what it recorded ours."""

    def __init__(self, home: Path, state: Path, twilio: TwilioStandIn, messages: int = 240) -> None:
        self.home = home
        self.database = state / "legup.db"
        self.twilio = twilio
        self._config = home / "legup.yaml"
        self._config.write_text(_CONFIG.format(database=self.database, twilio=twilio.account(), token=AUTH_TOKEN))
        self._config.chmod(0o600)
        assert main(["--config", str(self._config), "people", "resume", "sam"]) == 0  # makes the database, enrols Sam
        begin = datetime.now(UTC)
        with closing(open_sqlite(self.database, contact_key=b"of no matter here")) as outbox:
            for number in range(messages):
                due = begin + number * _EVERY
                outbox.add(NewDelivery(f"send:{number}", "sam", "hydration", due, due + _LIFE, (ChannelName.SMS,)))
        self.process = self.run()

    def __enter__(self) -> Self:
        self.twilio.wait_for(5, timeout=60)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.process.__exit__(kind, error, trace)

    def run(self) -> Process:
        """Another `legup run`, like the first."""
        return Process(self.home, "run", "--config", str(self._config))

    @property
    def received(self) -> int:
        """Messages that have reached the provider."""
        return len(self.twilio.messages.all())

    def goes_on(self, timeout: float) -> None:
        """More messages arrive."""
        self.twilio.wait_for(self.received + 5, timeout)

    def attempts(self) -> int:
        """Attempts on record."""
        with closing(sqlite3.connect(self.database, timeout=60)) as connection:
            (count,) = connection.execute("SELECT count(*) FROM attempts").fetchone()
        return int(count)

    def sent(self) -> int:
        """Deliveries on record as sent."""
        with closing(sqlite3.connect(self.database)) as connection:
            (count,) = connection.execute("SELECT count(*) FROM deliveries WHERE state = 'sent'").fetchone()
        return int(count)

    def states(self) -> set[tuple[str, int]]:
        """State and number of attempts, as they occur among the deliveries."""
        with closing(sqlite3.connect(self.database)) as connection:
            return set(connection.execute("SELECT state, attempts FROM deliveries"))

    def stops_well(self) -> None:
        """It ends when asked to; what it sent it sent once, and recorded, and what it recorded as sent it sent."""
        self.process.interrupt()
        assert self.process.ended(60) == 0, self.process.text
        assert "Traceback" not in self.process.text
        assert self.states() <= {(State.SENT, 1), (State.PENDING, 0)}
        assert self.attempts() == self.received

    def lines(self, text: str) -> int:
        """How many lines of the log say this."""
        return sum(text in line for line in self.process.text.splitlines())
