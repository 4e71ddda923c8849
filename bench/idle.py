"""What `legup run` costs while very many people are enrolled and nothing is due: its start, memory, processor time.

They are of a roster in the database; the file has one person more. Linux only. Run `python -m bench.idle [PEOPLE
[SECONDS]]`; with a million people, the enrolment before takes some minutes.
"""

from __future__ import annotations

import json
import sys
import time
from datetime import datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

from bench._crowd import crowd, now_due, unwelcomed
from bench._plant import BEFORE
from bench._service import service
from scheduler.storage.sqlite import open_sqlite

PEOPLE = 50_000
NUDGES = 4
SECONDS = 31


def main(people: int = PEOPLE, seconds: int = SECONDS) -> dict[str, object]:
    with TemporaryDirectory() as folder:
        enrolled_per_s = _enrol(Path(folder), people)
        with service(Path(folder), f"{_later(1):%H:%M}") as idle:
            start_cpu = idle.cpu()
            time.sleep(1)
            cpu = idle.cpu()
            time.sleep(seconds)
            return {
                "bench": "idle",
                "people": people,
                "nudges": people * NUDGES,
                "enrolled_people_per_s": round(enrolled_per_s),
                "start_s": round(idle.start, 1),
                "start_cpu_s": round(start_cpu, 1),
                "memory_mb": round(idle.megabytes()),
                "cpu_percent": round(100 * (idle.cpu() - cpu) / seconds, 2),
            }


def _enrol(folder: Path, people: int) -> float:
    """People per second."""
    began = time.perf_counter()
    record = open_sqlite(folder / "legup.db", contact_key=b"bench", bulk=True)
    due = [_later(hours) for hours in range(1, NUDGES + 1)]
    record.enrol(unwelcomed(crowd(people, *due)), due[0] - BEFORE, origin="roster", whole=False)
    record.close()
    return people / (time.perf_counter() - began)


def _later(hours: int) -> datetime:
    return now_due() + timedelta(hours=hours)


if __name__ == "__main__":
    print(json.dumps(main(*(int(argument) for argument in sys.argv[1:]))))
