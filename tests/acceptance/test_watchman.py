"""The watchman and the heartbeat, with a real service: well, hanging, and gone."""

from __future__ import annotations

import os
import signal
import sqlite3
import subprocess
import time
from pathlib import Path

from tests.standins.commands import FILE, LEGUP, Process, environment, legup
from tests.standins.gathering import Gathering
from tests.standins.http import Answer, Call, HttpStandIn

MINUTE_US = 60_000_000


def watchman(home: Path) -> tuple[int, str]:
    """His exit code and his one line."""
    done = legup(home, "status", "--alarm")
    assert done.err == ""
    assert done.out.count("\n") == 1
    return done.code, done.out


def let_minutes_pass(home: Path, minutes: int) -> None:
    """For the record: everything in it is so much older."""
    with sqlite3.connect(home / "state" / "legup.db") as connection:
        connection.execute("UPDATE marks SET at = at - ? WHERE name = 'tick'", (minutes * MINUTE_US,))
        connection.execute("UPDATE nudges SET next_due_at = next_due_at - ?", (24 * 60 * MINUTE_US,))


def test_a_service_calls_its_monitor_and_a_hanging_one_is_noticed_from_outside(tmp_path: Path) -> None:
    calls: Gathering[Call] = Gathering()

    def monitor(call: Call) -> Answer:
        calls.add(call)
        return Answer()

    (tmp_path / "legup.yaml").write_text(FILE)
    assert watchman(tmp_path)[0] == 1, "nothing has ever run here"
    with HttpStandIn(monitor) as server:
        url = f"{server.url}/ping/4711"
        with Process(tmp_path, "run", LEGUP_HEARTBEAT_URL=url) as running:
            assert [each.path for each in calls.wait_for(1, 60)] == ["/ping/4711"]
            code, said = watchman(tmp_path)
            assert (code, said[:3]) == (0, "ok:")
            running.interrupt(signal.SIGSTOP)
            let_minutes_pass(tmp_path, 7)
            code, said = watchman(tmp_path)
            assert code == 1
            assert "has not looked at what is due for 7 min" in said
            assert " late" in said
            running.interrupt(signal.SIGCONT)
            running.interrupt()
            assert running.ended() == 0, "right after a halt the kernel hands the signal to any thread"


def test_the_watchman_is_cheap(tmp_path: Path) -> None:
    (tmp_path / "legup.yaml").write_text(FILE)
    assert legup(tmp_path, "db", "upgrade").code == 0
    words = [*LEGUP, "status", "--alarm"]
    before, began = os.times(), time.monotonic()
    subprocess.run(words, cwd=tmp_path, env=environment(tmp_path), capture_output=True, check=False)
    after = os.times()
    spent = (after.children_user - before.children_user) + (after.children_system - before.children_system)
    assert spent < 3.0, f"{spent:.2f} s of CPU, {time.monotonic() - began:.2f} s in all"
