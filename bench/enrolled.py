"""What it costs to carry 1,000 due nudges while few people are enrolled, and while many are who have nothing due.

The same number is due in both cases; the ratio tells whether work grows with what is due or with who is enrolled.
Best of some rounds, planned and sent by a null channel; in time that passed, and in time of the processor, which a busy
machine disturbs less. Run `python -m bench.enrolled [FEW [MANY [DUE]]]`.
"""

from __future__ import annotations

import json
import sys
import time
from datetime import timedelta

from bench._crowd import NullChannel, now_due
from bench._plant import enrolled, is_busy, outbox, pump
from scheduler.storage.outbox import SqlOutbox

FEW = 1_000
MANY = 200_000
DUE = 1_000
ROUNDS = 5


def main(few: int = FEW, many: int = MANY, due: int = DUE) -> dict[str, object]:
    with outbox() as record:
        enrolled(record, few, now_due() + timedelta(hours=4), prefix="few")
        small, small_cpu = _best(record, due, "small")
        enrolled(record, many - few, now_due() + timedelta(hours=4), prefix="many")
        large, large_cpu = _best(record, due, "large")
    return {
        "bench": "enrolled",
        "due": due,
        "few": few,
        "many": many,
        "ms_with_few": round(1000 * small, 1),
        "ms_with_many": round(1000 * large, 1),
        "ratio": round(large / small, 2),
        "cpu_ms_with_few": round(1000 * small_cpu, 1),
        "cpu_ms_with_many": round(1000 * large_cpu, 1),
        "cpu_ratio": round(large_cpu / small_cpu, 2),
    }


def _best(record: SqlOutbox, due: int, name: str) -> tuple[float, float]:
    """Seconds of the best round, and of the processor in the best; each with people of its own."""
    channel = NullChannel()
    works = pump(record, channel)
    best = best_cpu = float("inf")
    for number in range(ROUNDS):
        enrolled(record, due, now_due(), prefix=f"{name}{number}-")
        began, cpu = time.perf_counter(), time.process_time()
        works.plan()
        while works.send(channel.name):
            pass
        best, best_cpu = min(best, time.perf_counter() - began), min(best_cpu, time.process_time() - cpu)
        if is_busy(record):
            raise AssertionError("something is left to send")
    return best, best_cpu


if __name__ == "__main__":
    print(json.dumps(main(*(int(argument) for argument in sys.argv[1:]))))
