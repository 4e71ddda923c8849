"""How many nudges a second the whole embedded pipeline carries: `legup run`'s own clockwork, threads and SQLite file.

All are due at once, for two nudges each. Claimed with every check, rendered, committed as sending, handed to a channel
that takes them at once, committed as sent. Beside it, in the same run, APScheduler with a job per reminder and huey
with a task per message that do nothing. Run `python -m bench.embedded [NUDGES [JOBS]]`.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

from bench._crowd import NullChannel, now_due
from bench._plant import carried, enrolled, outbox
from bench._rivals import rival

NUDGES = 100_000
JOBS = 20_000
"""Of a rival in memory; of one on a file a twentieth, which takes as long."""


def main(nudges: int = NUDGES, jobs: int = JOBS) -> dict[str, object]:
    with outbox() as record:
        due = now_due()
        enrolled(record, nudges // 2, due - timedelta(minutes=10), due)
        cpu = time.process_time()
        ours = nudges / carried(record, NullChannel(), nudges)
        cpu = time.process_time() - cpu
    return {
        "bench": "embedded",
        "nudges": nudges,
        "nudges_per_s": round(ours),
        "cpu_us_per_nudge": round(1_000_000 * cpu / nudges),
        **_rivals(ours, jobs),
    }


def _rivals(ours: float, jobs: int) -> Mapping[str, float]:
    few = jobs // 20
    with TemporaryDirectory() as name:
        folder = Path(name)
        return {
            **rival("apscheduler_in_memory", ours, "apscheduler", "memory", jobs),
            **rival("apscheduler_on_sqlite", ours, "apscheduler", f"sqlite:///{folder / 'jobs.db'}", few),
            **rival("huey_on_sqlite", ours, "huey", "sqlite", folder / "huey.db", few),
        }


if __name__ == "__main__":
    print(json.dumps(main(*(int(argument) for argument in sys.argv[1:]))))
