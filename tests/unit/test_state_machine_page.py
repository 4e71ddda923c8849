"""docs/state-machine.md draws the moves that the code allows, and explains every state."""

from __future__ import annotations

import re
from pathlib import Path

from scheduler.delivery.delivery import State
from scheduler.delivery.states import MOVES

PAGE = (Path(__file__).parents[2] / "docs" / "state-machine.md").read_text(encoding="utf-8")


def test_the_drawing_shows_exactly_the_legal_moves() -> None:
    drawn = set(re.findall(r"^ +(\w+) --> (\w+)$", PAGE, flags=re.MULTILINE))
    assert drawn == {(str(current), str(new)) for current, moves in MOVES.items() for new in moves}


def test_the_drawing_ends_where_no_move_leads_on() -> None:
    final = set(re.findall(r"^ +(\w+) --> \[\*\]$", PAGE, flags=re.MULTILINE))
    assert final == {str(state) for state, moves in MOVES.items() if not moves}


def test_every_state_is_explained() -> None:
    explained = re.findall(r"^\| `(\w+)` \| \w", PAGE, flags=re.MULTILINE)
    assert sorted(explained) == sorted(State)
