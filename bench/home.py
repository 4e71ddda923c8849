"""What `legup run` costs one person at home while nothing is due: memory, processor time, and how long it sleeps.

Its web pages are off. Looked at for a while after the welcome has gone out; a wake-up is the first time after a quiet
moment that any of its threads has run. Linux only. Run `python -m bench.home [SECONDS]`.
"""

from __future__ import annotations

import json
import sys
import time
from datetime import timedelta
from itertools import pairwise
from pathlib import Path
from tempfile import TemporaryDirectory

from bench._crowd import now_due
from bench._service import Service, service

SECONDS = 95
SETTLING = 5.0
"""Seconds in which the welcome goes out."""
MOMENT = 0.1


def main(seconds: int = SECONDS) -> dict[str, object]:
    with TemporaryDirectory() as folder, service(Path(folder), f"{now_due() + timedelta(hours=6):%H:%M}") as home:
        time.sleep(SETTLING)
        cpu = home.cpu()
        awake = _wakings(home, seconds)
        return {
            "bench": "home",
            "seconds": seconds,
            "start_s": round(home.start, 1),
            "memory_mb": round(home.megabytes()),
            "cpu_percent": round(100 * (home.cpu() - cpu) / seconds, 2),
            "wake_ups": len(awake),
            "shortest_sleep_s": round(min(later - earlier for earlier, later in pairwise(awake))),
        }


def _wakings(home: Service, seconds: int) -> list[float]:
    """When it woke, looked at ten times a second."""
    awake, ran = [], True
    before, end = home.switches(), time.perf_counter() + seconds
    while (now := time.perf_counter()) < end:
        switches = home.switches()
        if switches != before and not ran:
            awake.append(now)
        before, ran = switches, switches != before
        time.sleep(MOMENT)
    return awake


if __name__ == "__main__":
    print(json.dumps(main(*(int(argument) for argument in sys.argv[1:]))))
