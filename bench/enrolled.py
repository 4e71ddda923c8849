"""What it costs to carry 1,000 due nudges while more and more people are enrolled who have nothing due.

The same number is due in each case; the ratio of the last to the first tells whether work grows with what is due or
with who is enrolled. Best of some rounds, planned and sent by a null channel; in time that passed, and in time of the
processor, which a busy machine disturbs less. Run `python -m bench.enrolled [PEOPLE ...]`, the fewest first.
"""

from __future__ import annotations

import json
import sys
import time
from datetime import timedelta

from bench._crowd import NullChannel, now_due
from bench._plant import enrolled, is_busy, outbox, pump
from scheduler.storage.outbox import SqlOutbox

PEOPLE = (1_000, 10_000, 100_000)
DUE = 1_000
ROUNDS = 5


def main(*people: int) -> dict[str, object]:
    people = people or PEOPLE
    taken, cpu = [], []
    with outbox() as record:
        before = 0
        for number in people:
            enrolled(record, number - before, now_due() + timedelta(hours=4), prefix=f"idle{number}-")
            best, best_cpu = _best(record, f"due{number}-")
            taken.append(1000 * best)
            cpu.append(1000 * best_cpu)
            before = number
    return {
        "bench": "enrolled",
        "due": DUE,
        "people": people,
        "ms": [round(each, 1) for each in taken],
        "cpu_ms": [round(each, 1) for each in cpu],
        "ratio": round(taken[-1] / taken[0], 2),
        "cpu_ratio": round(cpu[-1] / cpu[0], 2),
    }


def _best(record: SqlOutbox, name: str) -> tuple[float, float]:
    """Seconds of the best round, and of the processor in the best; each with people of its own."""
    channel = NullChannel()
    works = pump(record, channel)
    best = best_cpu = float("inf")
    for number in range(ROUNDS):
        enrolled(record, DUE, now_due(), prefix=f"{name}{number}-")
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
