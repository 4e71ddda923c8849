"""What `legup run` costs one person at home while nothing is due: memory, processor time, and how often it wakes.

Its web pages are off. Looked at for a while after the welcome has gone out. Linux only. Run `python -m bench.home
[SECONDS]`.
"""

from __future__ import annotations

import json
import sys
import time
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

from bench._crowd import now_due
from bench._service import service

SECONDS = 62
SETTLING = 5.0
"""Seconds in which the welcome goes out."""


def main(seconds: int = SECONDS) -> dict[str, object]:
    with TemporaryDirectory() as folder, service(Path(folder), f"{now_due() + timedelta(hours=6):%H:%M}") as home:
        time.sleep(SETTLING)
        wakings, cpu = home.wakings(), home.cpu()
        time.sleep(seconds)
        return {
            "bench": "home",
            "seconds": seconds,
            "start_s": round(home.start, 1),
            "memory_mb": round(home.megabytes()),
            "cpu_percent": round(100 * (home.cpu() - cpu) / seconds, 2),
            "context_switches": home.wakings() - wakings,
        }


if __name__ == "__main__":
    print(json.dumps(main(*(int(argument) for argument in sys.argv[1:]))))
