"""STOP against sending at length: the promise of two thousand stops after which nothing begins."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path

from scheduler.storage.sqlite import open_sqlite
from tests.standins.outbox_parts import KEY
from tests.standins.stop_race import race


def test_two_thousand_stops_hold_from_their_commit_on(tmp_path: Path) -> None:
    with closing(open_sqlite(tmp_path / "legup.db", contact_key=KEY)) as outbox:
        run = race(outbox, 2_000)
    print(f"stops: {run.people} raced, {run.nudged} nudged before, {len(run.late)} after")  # noqa: T201 - progress
    assert run.keeps_the_promise(), run
