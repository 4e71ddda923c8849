"""Deadlines, on a clock of ours."""

import pytest

from scheduler.channels import deadline as module
from scheduler.channels.deadline import Deadline


def test_a_step_has_its_timeout_or_what_is_left_and_nothing_once_the_time_is_over(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    shown = 1000.0
    monkeypatch.setattr(module, "steady", lambda: shown)
    deadline = Deadline.within(30.0)
    assert deadline.clip(20.0) == 20.0
    shown = 1025.0
    assert deadline.clip(20.0) == 5.0
    shown = 1030.0
    with pytest.raises(TimeoutError):
        deadline.clip(20.0)


def test_it_has_passed_from_its_own_instant_on() -> None:
    assert [Deadline.within(seconds).passed for seconds in (30.0, 0.0, -1.0)] == [False, True, True]
