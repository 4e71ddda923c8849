"""How fast a roster is imported: a table of people on four plans, as `legup people import` does it, looked through,
then enrolled on SQLite with a welcome each; and the same table once more, when nobody has changed.

Figures are rows per second of the whole import, and of its two halves. Run `python -m bench.roster [ROWS]`.
"""

from __future__ import annotations

import csv
import json
import random
import resource
import sys
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter

from config.accounts import TwilioAccount
from config.merging import laid_over
from config.settings import Config, Plans, Service, Wishes
from scheduler.delivery.ports import Outbox
from scheduler.service.garbage import rarely_collected
from scheduler.service.importing import Roster
from scheduler.service.rosters import Choice, import_roster, keep_up, origins, reader_of
from scheduler.storage.sqlite import open_sqlite

ROWS = 100_000
NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)
NUDGES = {"hydration": "on", "potassium": "on", "sitting_break": "on", "bedtime_stretch": "on"}
ACCOUNT = {"account_sid": f"AC{'0' * 32}", "auth_token": "made up", "from_number": "+447911000000"}
COLUMNS = ("id", "phone", "name", "plan", "language", "due_date", "consent", "consent_source", "consent_date")


def main(rows: int = ROWS) -> dict[str, object]:
    config = _config()
    with TemporaryDirectory() as folder, rarely_collected():
        source = Path(folder) / "roster.csv"
        with source.open("w", encoding="utf-8", newline="") as stream:
            csv.writer(stream).writerows([COLUMNS, *_people(rows)])
        with closing(open_sqlite(Path(folder) / "legup.db", contact_key=b"bench", bulk=True)) as outbox:
            before = _cpu()
            looking, enrolling = _import(source, config, outbox)
            cpu = _cpu() - before
            again = sum(_import(source, config, outbox))
            began = perf_counter()
            keep_up(outbox, config, NOW)
            starting = perf_counter() - began
        size = (Path(folder) / "legup.db").stat().st_size
    return {
        "bench": "roster",
        "rows": rows,
        "imported_per_s": round(rows / (looking + enrolling)),
        "looked_through_per_s": round(rows / looking),
        "enrolled_per_s": round(rows / enrolling),
        "cpu_us_per_row": round(1e6 * cpu / rows),
        "again_per_s": round(rows / again),
        "unchanged_plans_at_start_ms": round(starting * 1000, 2),
        "bytes_per_person": round(size / rows),
        "most_memory_mb": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024),
    }


def _cpu() -> float:
    """Seconds of processor time so far, ours and that of processes that helped and have ended."""
    used = (resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return sum(each.ru_utime + each.ru_stime for each in used)


def _import(source: Path, config: Config, outbox: Outbox) -> tuple[float, float]:
    """Seconds of looking through, and of enrolling."""
    roster = Roster(source, reader_of(config, NOW.date()))
    began = perf_counter()
    for finding in roster.findings(origins(config, outbox), lambda _: None):
        if not finding.fault.warning:
            raise AssertionError(str(finding))
    looked = perf_counter()
    import_roster(outbox, roster, config, NOW, Choice(), lambda _: None)
    return looked - began, perf_counter() - looked


def _people(rows: int) -> Iterator[tuple[str, ...]]:
    chance = random.Random(1)
    for index in range(rows):
        due = date(2026, 12, 1) + timedelta(days=chance.randrange(280))
        phone = f"+4479{chance.randrange(10**8):08}"
        source, day = f"clinic {index % 100}", f"2026-11-{index % 28 + 1:02}"
        yield f"p{index:08}", phone, "Ann", f"plan {index % 4}", "en", due.isoformat(), "given", source, day


def _config() -> Config:
    top = Wishes.model_validate({"timezone": "Europe/London", "channel": "sms", "nudges": NUDGES})
    plans = {f"plan {index}": Wishes.model_validate({"spread": f"{index} min"}) for index in range(4)}
    account = TwilioAccount.model_validate(ACCOUNT)
    return Config((), Service(twilio=account), Plans(top, {name: laid_over(each, top) for name, each in plans.items()}))


if __name__ == "__main__":
    print(json.dumps(main(*(int(argument) for argument in sys.argv[1:]))))
