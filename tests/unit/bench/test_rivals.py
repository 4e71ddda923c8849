from pathlib import Path

import pytest

from bench._rivals import rival


def test_a_rival_is_measured_in_a_process_of_its_own_and_compared() -> None:
    measured = rival("apscheduler", 1e9, "apscheduler", "memory", 5)
    assert set(measured) == {
        "apscheduler_enqueued_per_s",
        "apscheduler_per_s",
        "apscheduler_bytes_per_pending_job",
        "over_apscheduler",
    }
    assert measured["over_apscheduler"] > 1


def test_a_rival_that_fails_does_not_take_our_figures_with_it(capfd: pytest.CaptureFixture[str]) -> None:
    assert rival("apscheduler", 1.0, "apscheduler", "nowhere://", 5) == {}
    assert capfd.readouterr().err.endswith("apscheduler failed and is left out\n")


def test_a_rival_that_is_not_installed_is_said_to_be_missing(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    assert rival("huey", 1.0, "huey", "sqlite", tmp_path / "huey.db", 5, installed=tmp_path) == {}
    assert capfd.readouterr().err == "huey is not installed and is left out\n"
