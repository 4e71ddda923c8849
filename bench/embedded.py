"""How many nudges a second the whole embedded pipeline carries: `legup run`'s own clockwork, threads and SQLite file.

All are due at once, for two nudges each. Claimed with every check, rendered, committed as sending, handed to a channel
that takes them at once, committed as sent. Beside it, in the same run, APScheduler with a job per reminder that does
nothing. Run `python -m bench.embedded [NUDGES [JOBS]]`.
"""

from __future__ import annotations

import json
import sys
import time
from datetime import timedelta

from bench._apscheduler import in_memory, on_sqlite
from bench._crowd import NullChannel, now_due
from bench._plant import carried, enrolled, outbox

NUDGES = 100_000
JOBS = 20_000
"""Of APScheduler in memory; in its SQLAlchemy store a twentieth, which takes as long."""


def main(nudges: int = NUDGES, jobs: int = JOBS) -> dict[str, object]:
    with outbox() as record:
        due = now_due()
        enrolled(record, nudges // 2, due - timedelta(minutes=10), due)
        cpu = time.process_time()
        ours = nudges / carried(record, NullChannel(), nudges)
        cpu = time.process_time() - cpu
    memory, sqlite = in_memory(jobs), on_sqlite(jobs // 20)
    return {
        "bench": "embedded",
        "nudges": nudges,
        "nudges_per_s": round(ours),
        "cpu_us_per_nudge": round(1_000_000 * cpu / nudges),
        "apscheduler_in_memory_per_s": round(memory),
        "apscheduler_on_sqlite_per_s": round(sqlite),
        "over_apscheduler_in_memory": round(ours / memory, 1),
        "over_apscheduler_on_sqlite": round(ours / sqlite, 1),
    }


if __name__ == "__main__":
    print(json.dumps(main(*(int(argument) for argument in sys.argv[1:]))))
