"""The watchman on a terminal: one line, and an exit code that a monitor understands."""

from __future__ import annotations

import json
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from scheduler.cli.alarm import ALARM, CANNOT_TELL, sound_alarm
from scheduler.cli.failure import Failure
from scheduler.storage.sqlite import open_sqlite


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "legup.yaml"
    path.write_text("database: legup.db\nnot even: [a good, file")
    return path


def looked(file: Path, ago: timedelta) -> None:
    outbox = open_sqlite(file.parent / "legup.db", contact_key=b"key")
    outbox.tick(datetime.now(UTC) - ago)
    outbox.close()


def test_all_well_is_one_line_and_0(file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file.write_text("database: legup.db\nbedtyme: a fault that is none of the watchman's business\n")
    looked(file, timedelta(seconds=20))
    assert sound_alarm(file, as_json=False) == 0
    assert capsys.readouterr().out.startswith("ok: the service looked at what is due 2")


def test_an_alarm_is_one_line_and_1(file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file.write_text("database: legup.db\n")
    looked(file, timedelta(minutes=20))
    assert sound_alarm(file, as_json=False) == ALARM
    out = capsys.readouterr().out
    assert out.startswith("ALARM: the service has not looked at what is due for 20 min")
    assert out.count("\n") == 1


def test_programs_get_a_list(file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file.write_text("people: []\ndatabase: legup.db\n")
    assert sound_alarm(file, as_json=True) == ALARM
    (told,) = json.loads(capsys.readouterr().out)
    assert told["trouble"] == "silent"
    looked(file, timedelta(0))
    assert sound_alarm(file, as_json=True) == 0
    assert json.loads(capsys.readouterr().out) == []


def test_the_environment_names_the_database_without_the_file_being_read(
    file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LEGUP_DATABASE", "other.db")
    with pytest.MonkeyPatch.context() as elsewhere:
        elsewhere.chdir(file.parent)
        assert sound_alarm(file, as_json=False) == ALARM
        looked(file, timedelta(0))
        (file.parent / "legup.db").rename(file.parent / "other.db")
        assert sound_alarm(file, as_json=False) == 0


@pytest.mark.parametrize("content", [b"not: [yaml", b"\xff\xfe"])
def test_a_file_that_cannot_be_read_leaves_it_untold(file: Path, content: bytes) -> None:
    file.write_bytes(content)
    with pytest.raises(Failure) as failed:
        sound_alarm(file, as_json=False)
    assert failed.value.code == CANNOT_TELL


@pytest.mark.parametrize("text", ["database: mysql://u:p@h/d\n", None])
def test_a_database_of_another_kind_and_a_missing_file_leave_it_untold(file: Path, text: str | None) -> None:
    file.unlink() if text is None else file.write_text(text)
    with pytest.raises(Failure) as failed:
        sound_alarm(file, as_json=False)
    assert failed.value.code == CANNOT_TELL
    assert "u:p" not in str(failed.value)


def test_the_look_is_cheap_it_loads_no_provider_no_template_and_no_migration(file: Path) -> None:
    file.write_text("database: legup.db\n")
    looked(file, timedelta(0))
    script = f"""
import sys
from pathlib import Path
from scheduler.cli.alarm import sound_alarm
assert sound_alarm(Path({str(file)!r}), as_json=False) == 0
print(*sys.modules)
"""
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    loaded = {name.partition(".")[0] for name in done.stdout.split()}
    assert not {"alembic", "twilio", "apprise", "smtplib", "requests", "jinja2", "apscheduler", "rich"} & loaded
