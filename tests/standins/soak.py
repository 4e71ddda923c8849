"""A long run in a process of its own, which says from time to time how much memory and how many descriptors it holds.

python -m tests.standins.soak --nudges 20000 (one JSON line per sample)

Virtual days pass one after the other; the stand-ins, in bad moods, are processes too, so that what they remember is not
counted. What is over is purged, so that the database stays as large as it is.
"""

from __future__ import annotations

import argparse
import gc
import json
import logging
import os
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from config.accounts import Limits, SmtpAccount, TwilioAccount
from config.person import ChannelName, Contacts, NudgePreference, Person, Preferences
from config.phrase import parse_schedule
from messages.rendering import Renderer
from scheduler.channels.email import EmailChannel
from scheduler.channels.sms import SmsChannel
from scheduler.delivery.composing import Wording
from scheduler.delivery.ports import Channel, Outbox
from scheduler.delivery.routines import Routines
from scheduler.service.defaults import nudge_defaults
from scheduler.service.lane import Lane
from scheduler.service.pump import Pump
from scheduler.service.roster import enrolments
from scheduler.storage.sqlite import open_sqlite
from tests.standins.hostility import HurriedClock
from tests.standins.ordeal import send_all
from tests.standins.twilio import ACCOUNT_SID, AUTH_TOKEN, FROM_NUMBER

_START = datetime(2026, 11, 23, 6, 0, tzinfo=UTC)
_RETENTION = timedelta(hours=6)
_PEOPLE = 100
_SAMPLES = 40
_LEAST = 30
"""Tries between two samples: the garbage collection of one takes as long as a few of them."""
_SMS, _EMAIL = ChannelName.SMS, ChannelName.EMAIL


@dataclass(frozen=True)
class Sample:
    """How things stand after so many tries."""

    tries: int
    rss: int
    """Kilobytes of memory in use."""
    descriptors: int
    threads: int


def main() -> None:
    """Send until enough was tried."""
    options = argparse.ArgumentParser(description="A long run that watches its own memory and descriptors.")
    options.add_argument("--nudges", type=int, required=True)
    given = options.parse_args()
    logging.basicConfig(level=logging.INFO, stream=sys.stderr)
    with ExitStack() as opened:
        folder = Path(opened.enter_context(tempfile.TemporaryDirectory()))
        channels = (_sms(opened), _email(opened))
        for channel in channels:
            opened.callback(channel.close)
        outbox = open_sqlite(folder / "legup.db", contact_key=b"contacts")
        opened.callback(outbox.close)
        _soak(outbox, channels, given.nudges)


def _soak(outbox: Outbox, channels: tuple[Channel, ...], nudges: int) -> None:
    clock = HurriedClock(_START)
    routines = Routines(nudge_defaults())
    enrolled = enrolments((_person(number) for number in range(_PEOPLE)), routines, clock.now())
    outbox.enrol((replace(each, welcome=None) for each in enrolled), clock.now())
    lanes = {each.name: Lane(each, Limits(messages_per_second=5000, concurrency=8)) for each in channels}
    pump = Pump(outbox, lanes, routines, Wording(Renderer(), b"key"), clock)
    tries = _tries(outbox)
    step = max(nudges // _SAMPLES, _LEAST)
    sampled = 0
    while sampled < nudges and (event := outbox.next_event_at()) is not None:
        clock.skip_to(event)
        pump.plan()
        pump.tick()
        send_all(pump)
        pump.resolve()
        tries = _tries(outbox)
        if tries >= sampled + step:
            sampled = tries
            _tell(tries)
        outbox.purge(clock.now() - _RETENTION, 1000)
    for lane in lanes.values():
        lane.slots.close()


def _tries(outbox: Outbox) -> int:
    """About how many nudges were to be sent so far: the running numbers outlive the purge."""
    return sum(sum(outbox.sent_counts(f"p{number}").values()) for number in range(_PEOPLE))


def _tell(tries: int) -> None:
    gc.collect()
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    rss = pages * os.sysconf("SC_PAGE_SIZE") // 1024
    sample = Sample(tries, rss, sum(1 for _ in Path("/proc/self/fd").iterdir()), threading.active_count())
    print(json.dumps(asdict(sample)), flush=True)  # noqa: T201 - how whoever started us learns of it


def _person(number: int) -> Person:
    wanted = (
        NudgePreference("hydration", schedule=parse_schedule("every 15 min from 08:00 to 20:00")),
        NudgePreference("potassium", schedule=parse_schedule("every 20 min from 08:05 to 19:45")),
    )
    channels = ((_SMS,), (_EMAIL,), (_SMS, _EMAIL))[number % 3]
    preferences = Preferences("Europe/London", channels=channels, nudges=wanted, daily_limit=100)
    return Person(f"p{number}", preferences, Contacts(phone=f"+1555{number:07}", email=f"p{number}@example.org"))


def _sms(opened: ExitStack) -> SmsChannel:
    port = opened.enter_context(_standin("twilio"))
    account = {"account_sid": ACCOUNT_SID, "auth_token": AUTH_TOKEN, "from_number": FROM_NUMBER, "timeout": 0.5}
    return SmsChannel(TwilioAccount.model_validate({**account, "base_url": f"http://127.0.0.1:{port}"}), concurrency=8)


def _email(opened: ExitStack) -> EmailChannel:
    port = opened.enter_context(_standin("smtp"))
    account = {"host": "127.0.0.1", "port": port, "security": "none", "from_address": "nudges@legup.example"}
    return EmailChannel(SmtpAccount.model_validate({**account, "timeout": 0.5}), concurrency=8)


@contextmanager
def _standin(name: str) -> Iterator[int]:
    command = [sys.executable, "-m", f"tests.standins.{name}", "--log", os.devnull, "--moods", "5"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        yield int(process.stdout.readline())
        process.terminate()


if __name__ == "__main__":
    main()
