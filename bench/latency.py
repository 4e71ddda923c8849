"""How late one nudge is on an idle embedded system: from its due instant to the call of the channel.

Each waits alone for its instant, which the clockwork has learnt of before. Run `python -m bench.latency [ROUNDS]`.
"""

from __future__ import annotations

import json
import statistics
import sys
from datetime import UTC, datetime, timedelta

from bench._crowd import NullChannel, now_due
from bench._plant import enrolled, outbox, running

ROUNDS = 20
AHEAD = timedelta(seconds=1.2)
WAIT = 10.0


def main(rounds: int = ROUNDS) -> dict[str, object]:
    channel = NullChannel()
    late = []
    with outbox() as record, running(record, channel) as clockwork:
        for number in range(rounds):
            channel.called.clear()
            due = datetime.now(UTC) + AHEAD
            enrolled(record, 1, now_due(), prefix=f"round{number}-", first=due)
            clockwork.kick()
            if not channel.called.wait(WAIT):
                raise AssertionError("a nudge did not come")
            late.append(1000 * (channel.called_at - due).total_seconds())
    return {
        "bench": "latency",
        "rounds": rounds,
        "median_ms": round(statistics.median(late), 1),
        "worst_ms": round(max(late), 1),
        "each_ms": [round(each, 1) for each in sorted(late)],
    }


if __name__ == "__main__":
    print(json.dumps(main(*(int(argument) for argument in sys.argv[1:]))))
