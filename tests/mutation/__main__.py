"""Mutation testing of the pure core: what share of small slips in it would a test find?"""

from __future__ import annotations

import argparse
import gc
import importlib
import os
import sys
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path

from tests.mutation.mutants import Mutant, mutants
from tests.mutation.trial import Verdict, begin, verdict_of

TESTS = {
    "planning": (
        "tests/unit/planning",
        "tests/properties/test_planning_timetable.py",
        "tests/properties/test_planning_decision.py",
        "tests/properties/test_planning_spread.py",
    ),
    "delivery": ("tests/unit/delivery", "tests/integration/service/test_pump.py"),
    "conversation": ("tests/unit/conversation",),
}
"""By package, the fast tests that are there to hold it."""
LOADED_ONCE = ("hypothesis.strategies", "sqlalchemy", "alembic.command", "messages.rendering", "config.loading")
"""Imported before the processes are forked, to save each of them a second. Nothing that imports what is mutated."""
LEAST = 85
"""Per cent that must be killed."""


def main() -> int:
    """The exit code: 0 when enough mutants are killed."""
    options = argparse.ArgumentParser(prog="make mutation", description=__doc__)
    options.add_argument("packages", nargs="*", default=list(TESTS), metavar="PACKAGE", help=", ".join(TESTS))
    options.add_argument(
        "--only", action="append", metavar="MODULE", help="only this module, such as quiet; repeatable"
    )
    options.add_argument("--every", type=int, default=1, metavar="N", help="only every Nth mutant")
    options.add_argument("--processes", type=int, default=2)
    given = options.parse_args()
    for name in LOADED_ONCE:
        importlib.import_module(name)
    gc.freeze()  # no process needs to look again at what all of them share
    good = True
    for package in given.packages:
        files = sorted(
            file for file in Path("scheduler", package).glob("*.py") if not given.only or file.stem in given.only
        )
        chosen = [mutant for file in files for mutant in mutants(file)][:: given.every]
        good &= _judged(package, chosen, given.processes)
    return 0 if good else 1


def _judged(package: str, chosen: Sequence[Mutant], processes: int) -> bool:
    begun = time.monotonic()
    _, status = os.waitpid(begin(None, [TESTS[package]], 600), 0)
    taken = time.monotonic() - begun
    if status != 0:
        sys.exit(f"{package}: the tests fail without any mutant; mend them first")
    print(f"{package}: {len(chosen)} mutants; its tests take {taken:.0f} s", flush=True)
    counts: Counter[Verdict] = Counter()
    survivors: Counter[Path] = Counter()
    for mutant, verdict in _tried(package, chosen, processes, int(20 + 10 * taken)):
        counts[verdict] += 1
        if verdict is Verdict.SURVIVED:
            survivors[mutant.file] += 1
            print(f"survived: {mutant}", flush=True)
        if counts.total() % 50 == 0:
            print(f"... {counts.total()} of {len(chosen)}, {counts[Verdict.SURVIVED]} survived", flush=True)
    for file, number in sorted(survivors.items()):
        print(f"{number:4} survived in {file}")
    killed = 100 * (counts.total() - counts[Verdict.SURVIVED]) / max(counts.total(), 1)
    minutes = (time.monotonic() - begun) / 60
    print(
        f"{package}: {killed:.1f} % of {counts.total()} killed ({counts[Verdict.TIMEOUT]} by time), {minutes:.0f} min"
    )
    return killed >= LEAST


def _tried(package: str, chosen: Sequence[Mutant], processes: int, seconds: int) -> Iterator[tuple[Mutant, Verdict]]:
    """Every mutant with what became of it, as it comes."""
    running: dict[int, Mutant] = {}
    waiting = list(reversed(chosen))
    while waiting or running:
        while waiting and len(running) < processes:
            mutant = waiting.pop()
            running[begin(mutant, _nearest_first(package, mutant), seconds)] = mutant
        number, status = os.wait()
        yield running.pop(number), verdict_of(status)


def _nearest_first(package: str, mutant: Mutant) -> tuple[tuple[str, ...], ...]:
    """The module's own tests first: they mostly kill it, and the rest need not even be imported."""
    own = Path("tests/unit", package, f"test_{mutant.file.stem}.py")
    return ((str(own),), TESTS[package]) if own.exists() else (TESTS[package],)


if __name__ == "__main__":
    sys.exit(main())
