"""The demo as a user sees it: a day that always goes the same way, and leaves nothing behind."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.standins.commands import Ended, legup

# What became of each slot of the story; a pipe is 120 wide, so that every line of the table fits.
TABLE = """\
07:00 welcome console sent on time
09:00 hydration console sent on time
09:30 sitting break console sent on time
10:30 daily exercise email sent on time
11:30 sitting break missed the laptop slept through its life of 45 min
12:00 hydration console sent 40 min late, but within its life of 45 min
13:30 sitting break not sent quiet hours
15:00 hydration console sent on time
15:30 sitting break console sent on time
16:30 potassium email sent on time
18:00 hydration console sent on time
20:00 legs up console sent on time
22:00 bedtime stretch console sent the mail server refuses the recipient's address (552), so by the second channel
"""


def demo(home: Path, *arguments: str) -> Ended:
    """Run it far from this tree, with everything it could leave behind going to `home`."""
    return legup(home, "demo", "--seconds", "0", *arguments, TMPDIR=str(home), COLUMNS="140")


def test_the_program_is_installed_under_its_name(tmp_path: Path) -> None:
    program = Path(sys.executable).with_name("legup")
    told = subprocess.run([program, "--version"], cwd=tmp_path, capture_output=True, text=True, check=True).stdout
    assert re.fullmatch(r"legup \d\S+\n", told)


# An ordinary day, and the two on which London's clocks change.
@pytest.mark.parametrize("day", ["2026-11-23", "2026-03-29", "2026-10-25"])
def test_the_day_goes_as_told_and_nothing_is_left_behind(tmp_path: Path, day: str) -> None:
    done = demo(tmp_path, "--date", day)
    assert (done.code, done.err) == (0, "")
    story, _, summary = done.out.partition("The day, slot by slot\n")
    table, _, totals = summary.partition("\n\n")
    rows = [re.sub(r"\s+", " ", line).strip() for line in table.splitlines()[1:]]
    assert "\n".join(rows) + "\n" == TABLE
    assert "11 sent, 1 missed, 1 not sent." in totals
    assert "2 letters" in totals
    assert "Nothing was sent outside this machine." in totals
    assert "(due 12:00)" in story
    assert list(tmp_path.iterdir()) == []


def test_a_day_that_is_none_is_refused_in_one_line(tmp_path: Path) -> None:
    done = demo(tmp_path, "--date", "tomorrow")
    assert done.code == 2
    assert "'tomorrow' is not a day; expected one such as 2026-11-23" in done.err
    assert done.out == ""
