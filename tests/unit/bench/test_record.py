from pathlib import Path

import pytest

from bench.__main__ import main
from bench._record import BEGIN, END

GOOD = """
import json
print("on the way")
print(json.dumps({"bench": "latency", "median_ms": 8.5, "worst_ms": 51, "rounds": 3, "each_ms": [7.5, 8.5, 51]}))
"""
BAD = "import sys; sys.exit('nothing was measured')"


def benches(root: Path) -> Path:
    """A folder of benches beside its docs, as in the repository: one that measures, and one that fails."""
    folder = root / "bench"
    folder.mkdir()
    (folder / "burst.py").write_text(BAD)
    (folder / "latency.py").write_text(GOOD)
    (folder / "_shared.py").write_text(BAD)
    (root / "docs" / "plots").mkdir(parents=True)
    (root / "docs" / "performance.md").write_text(f"# Before\n\n{BEGIN}\n\nan earlier run\n\n{END}\n\nAfter.\n")
    (root / "docs" / "plots" / "embedded.svg").write_text("an earlier plot")
    return folder


@pytest.fixture(scope="module")
def docs(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What a recorded run leaves."""
    folder = benches(tmp_path_factory.mktemp("recorded"))
    main(["--record"], folder)
    return folder.parent / "docs"


@pytest.fixture(scope="module")
def page(docs: Path) -> str:
    return (docs / "performance.md").read_text()


def test_a_bench_that_fails_stops_no_other(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    assert main([], benches(tmp_path)) == 1
    told = capfd.readouterr()
    assert '"median_ms": 8.5' in told.out
    assert "[1/2] burst\nnothing was measured\nfailed after" in told.err
    assert "[2/2] latency\ndone after" in told.err


def test_one_bench_runs_by_its_name_and_leaves_the_page_alone(tmp_path: Path) -> None:
    folder = benches(tmp_path)
    assert main(["latency"], folder) == 0
    assert "an earlier run" in (tmp_path / "docs" / "performance.md").read_text()


def test_a_bench_that_is_not_there_is_named(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    assert main(["latency", "speed"], benches(tmp_path)) == 2
    assert capfd.readouterr().err == "no such bench: speed; there are burst, latency\n"


def test_a_recorded_run_takes_the_place_of_the_last_one_and_of_nothing_else(page: str) -> None:
    assert page.startswith(f"# Before\n\n{BEGIN}\n\n")
    assert page.endswith(f"\n\n{END}\n\nAfter.\n")
    assert "an earlier run" not in page


def test_each_row_says_what_was_asked_what_was_measured_and_whether_that_is_enough(page: str) -> None:
    rows = page.splitlines()
    assert "| one nudge on an idle system: median | at most 10 ms | 8.5 ms | yes |" in rows
    assert "| ... worst | at most 50 ms | 51 ms | no |" in rows


def test_a_row_is_there_when_its_bench_failed_or_was_left_out(page: str) -> None:
    rows = page.splitlines()
    assert "| 10,000 due in the same second: the last one's call, embedded | at most 1 s | failed |  |" in rows
    assert "| `burst` | failed |" in rows
    assert "| import | at least 10,000 rows/s | not run |  |" in rows


def test_all_figures_are_kept_a_list_with_strokes(page: str) -> None:
    assert "| `latency` | median_ms 8.5, worst_ms 51, rounds 3, each_ms 7.5 / 8.5 / 51 |" in page.splitlines()


def test_one_bench_is_recorded_anew_beside_the_last_run_of_the_others(tmp_path: Path) -> None:
    folder = benches(tmp_path)
    main(["--record"], folder)
    # longer as well: what Python has compiled is known by its size and second
    (folder / "latency.py").write_text(GOOD.replace("8.5", "9.5") + "\n")
    main(["--record", "latency"], folder)
    rows = (tmp_path / "docs" / "performance.md").read_text().splitlines()
    assert "| one nudge on an idle system: median | at most 10 ms | 9.5 ms | yes |" in rows
    assert "| `burst` | failed |" in rows


def test_only_plots_of_this_run_are_kept(docs: Path, page: str) -> None:
    assert [plot.name for plot in (docs / "plots").glob("*.svg")] == ["latency.svg"]
    assert "](plots/latency.svg)" in page
    assert "](plots/embedded.svg)" not in page
