"""Providers in a bad mood, through the whole pipeline over real sockets; tests/torture has it with 10,000 nudges."""

from __future__ import annotations

from pathlib import Path

from scheduler.delivery.delivery import State
from tests.standins.ordeal import NUDGES, endure


def test_whatever_the_providers_do_nothing_is_doubled_and_every_nudge_ends_as_it_should(tmp_path: Path) -> None:
    verdict = endure(tmp_path, people=60, seed=20261123)
    assert verdict.faults == []
    assert verdict.states.total() == 60 * NUDGES
    assert verdict.states[State.SENT] > 150
    assert verdict.tries > 240, "nothing had to be tried again: the stand-ins were not hostile"
