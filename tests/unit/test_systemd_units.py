"""The units that ship: systemd has nothing to say about them, and they hand over every secret legup knows."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest
from pydantic import BaseModel

from config.accounts import SmtpAccount, TwilioAccount
from config.settings import WebSection

UNITS = Path(__file__).parents[2] / "systemd"
SYSTEM_UNIT = UNITS / "legup.service"
USER_UNIT = UNITS / "legup-user.service"
WORKER_UNIT = UNITS / "legup-worker.service"

needs_systemd = pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="systemd-analyze is not installed")


def analyze(folder: Path, *arguments: str) -> str:
    """Everything that systemd-analyze says: `verify` reports what it dislikes and still exits 0."""
    done = subprocess.run(
        ["systemd-analyze", *arguments],
        env={**os.environ, "XDG_RUNTIME_DIR": str(folder)},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    return done.stdout + ("" if done.returncode == 0 else f"exit {done.returncode}")


def with_a_program_that_exists(unit: Path, folder: Path) -> str:
    """A copy whose ExecStart is there: `verify` looks, and legup is not installed where the unit expects it."""
    copy = folder / unit.name
    copy.write_text(re.sub(r"(?m)^ExecStart=\S+", "ExecStart=/bin/true", unit.read_text()))
    return str(copy)


@needs_systemd
def test_systemd_finds_nothing_wrong_with_the_system_unit(tmp_path: Path) -> None:
    assert analyze(tmp_path, "verify", "--man=no", with_a_program_that_exists(SYSTEM_UNIT, tmp_path)) == ""


@needs_systemd
def test_systemd_finds_nothing_wrong_with_the_workers_unit(tmp_path: Path) -> None:
    assert analyze(tmp_path, "verify", "--man=no", with_a_program_that_exists(WORKER_UNIT, tmp_path)) == ""


def test_a_worker_is_shut_in_as_the_service_is() -> None:
    service, worker = ({*_settings(unit)} for unit in (SYSTEM_UNIT, WORKER_UNIT))
    own = {"Description", "ExecStart", "WatchdogSec", "LoadCredential"}
    assert {line for line in service ^ worker if line.partition("=")[0] not in own} == set()
    assert "LoadCredential=database_password:legup.database_password" in worker


def _settings(unit: Path) -> list[str]:
    return [line for line in unit.read_text().splitlines() if line and not line.startswith("#")]


@needs_systemd
def test_systemd_finds_nothing_wrong_with_the_user_unit(tmp_path: Path) -> None:
    assert analyze(tmp_path, "verify", "--user", "--man=no", with_a_program_that_exists(USER_UNIT, tmp_path)) == ""


@needs_systemd
def test_the_system_unit_is_hardly_exposed(tmp_path: Path) -> None:
    said = analyze(tmp_path, "security", "--offline=true", "--threshold=15", "--no-pager", str(SYSTEM_UNIT))
    assert "exit" not in said.splitlines()[-1], said.splitlines()[-1]


@needs_systemd
def test_systemd_finds_nothing_wrong_with_the_watchman(tmp_path: Path) -> None:
    with_a_program_that_exists(UNITS / "legup-watch.service", tmp_path)
    timer = str(shutil.copy(UNITS / "legup-watch.timer", tmp_path))
    assert analyze(tmp_path, "verify", "--man=no", timer) == ""


def test_the_watchman_looks_at_the_same_state_as_the_service_and_runs_one_command() -> None:
    watchman = (UNITS / "legup-watch.service").read_text()
    assert "ExecStart=/opt/legup/bin/legup status --alarm" in watchman
    for line in ("User=legup", "Environment=LEGUP_CONFIG=/etc/legup/legup.yaml", "StateDirectory=legup"):
        assert line in watchman
        assert line in SYSTEM_UNIT.read_text()


def secrets(model: type[BaseModel], section: str) -> set[str]:
    return {f"{section}__{name}" for name, field in model.model_fields.items() if "SecretStr" in str(field.annotation)}


def test_the_system_unit_loads_a_credential_for_every_secret_setting() -> None:
    sections = secrets(TwilioAccount, "twilio") | secrets(SmtpAccount, "smtp") | secrets(WebSection, "web")
    wanted = sections | {"secret_key", "heartbeat_url"}
    loaded = dict(re.findall(r"(?m)^LoadCredential=([^:]+):(.+)$", SYSTEM_UNIT.read_text()))
    assert set(loaded) == wanted
    assert all(path == f"legup.{name}" for name, path in loaded.items()), "a store is shared: names need our prefix"


def test_the_notes_name_every_credential_and_both_units() -> None:
    notes = (UNITS / "README.md").read_text()
    for name in re.findall(r"(?m)^LoadCredential=[^:]+:(.+)$", SYSTEM_UNIT.read_text()):
        assert f"`{name}`" in notes
    assert SYSTEM_UNIT.name in notes
    assert USER_UNIT.name in notes
    assert "legup-watch.timer" in notes
