"""How long 10,000 nudges take that are due in the same second, on an idle embedded system with a null channel.

Counted from the due instant to the call for the last one, and until it is recorded as sent; at the highest rate and
concurrency that the settings take. Run `python -m bench.burst [NUDGES]`.
"""

from __future__ import annotations

import json
import sys
import time
from datetime import UTC, datetime, timedelta

from bench._crowd import NullChannel, now_due
from bench._plant import enrolled, is_busy, outbox, running
from config.accounts import Limits

NUDGES = 10_000
LIMITS = Limits(messages_per_second=10_000, concurrency=1_000)
AHEAD = timedelta(seconds=3)


def main(nudges: int = NUDGES) -> dict[str, object]:
    channel = NullChannel()
    with outbox() as record:
        due = datetime.now(UTC) + AHEAD + timedelta(seconds=nudges / 10_000)
        enrolled(record, nudges, now_due(), first=due)
        if datetime.now(UTC) > due:
            raise AssertionError("enrolling took too long; give it more time")
        with running(record, channel, LIMITS):
            while is_busy(record):
                time.sleep(0.01)
            recorded_at = datetime.now(UTC)
    return {
        "bench": "burst",
        "nudges": nudges,
        "last_call_s": round((channel.called_at - due).total_seconds(), 2),
        "all_recorded_s": round((recorded_at - due).total_seconds(), 2),
    }


if __name__ == "__main__":
    print(json.dumps(main(*(int(argument) for argument in sys.argv[1:]))))
