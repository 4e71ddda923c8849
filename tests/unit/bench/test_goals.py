from pathlib import Path

import pytest

import bench._goals
from bench._goals import GOALS, Goal
from bench._pictures import PICTURES, Compared

FOLDER = Path(bench._goals.__file__).parent
NAMED = {(goal.bench, goal.figure) for goal in GOALS} | {
    (row.bench, row.figure) for picture in PICTURES if isinstance(picture, Compared) for row in picture.rows
}


@pytest.mark.parametrize(("bench_name", "figure"), sorted(NAMED))
def test_each_figure_that_is_asked_for_or_drawn_is_one_that_its_bench_measures(bench_name: str, figure: str) -> None:
    source = (FOLDER / f"{bench_name}.py").read_text(encoding="utf-8")
    rival = figure.removeprefix("over_").removesuffix("_per_s")
    assert f'"{figure}"' in source or f'rival("{rival}"' in source


def test_a_goal_is_met_from_below_or_from_above() -> None:
    run = {"latency": {"worst_ms": 50, "rounds": 20}}
    assert Goal("worst", 50, "latency", "worst_ms", " ms", at_most=True).row(run)[2:] == ("50 ms", "yes")
    assert Goal("worst", 49, "latency", "worst_ms", " ms", at_most=True).row(run)[2:] == ("50 ms", "no")
    assert Goal("rounds", 20, "latency", "rounds").row(run)[2:] == ("20", "yes")
    assert Goal("rounds", 21, "latency", "rounds").row(run)[2:] == ("20", "no")


def test_a_goal_against_a_missing_rival_is_neither_met_nor_missed() -> None:
    goal = Goal("over huey", 3, "embedded", "over_huey", " x")
    assert goal.row({"embedded": {"nudges_per_s": 9_000}}) == ("over huey", "at least 3 x", "not measured", "")
