"""What has stopped stays silent from the commit on, on a real SQLite file. Two thousand times in tests/torture."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path

from scheduler.storage.sqlite import open_sqlite
from tests.standins.outbox_parts import KEY
from tests.standins.stop_race import race


def test_after_a_stop_nothing_of_that_person_begins_but_the_confirmation(tmp_path: Path) -> None:
    with closing(open_sqlite(tmp_path / "legup.db", contact_key=KEY)) as outbox:
        # what is raced for is who comes first, not how long a disk takes
        with outbox._database.driver() as cursor:
            cursor.execute("PRAGMA synchronous = OFF")
        run = race(outbox, 200)
    assert run.keeps_the_promise(), run
    assert 0 < run.nudged < run.people, "now the one comes first and now the other"
