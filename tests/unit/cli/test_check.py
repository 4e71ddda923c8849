"""`check` and `schema`: what is wrong with the file, and what it may hold."""

import json
from pathlib import Path

from tests.standins.commands import Legup

BROKEN = """\
timezone: Europe/London
people:
  - id: sam
    wake: "25:00"
    nudges:
      hydration: every 3 h form 09:00
      potassium: at 03:00
      waterr: on
"""


def test_a_good_file_is_counted(legup: Legup, file: Path) -> None:
    ended = legup("check")
    assert (ended.code, ended.out, ended.err) == (0, "ok: 1 person, 2 nudges\n", "")


def test_every_fault_has_its_place_and_a_phrase_its_caret(legup: Legup, file: Path) -> None:
    file.write_text(BROKEN)
    ended = legup("check")
    lines = ended.out.splitlines()
    assert ended.code == 1
    assert any(line.startswith("legup.yaml:4:") and "25:00" in line for line in lines)
    assert any(line.startswith("legup.yaml:8:") and "hydration" in line for line in lines)
    caret = next(number for number, line in enumerate(lines) if line.strip() == "^")
    assert lines[caret - 1][lines[caret].index("^") :].startswith("form")
    assert lines[-1].endswith("faults")


def test_an_empty_phrase_has_no_caret(legup: Legup, file: Path) -> None:
    file.write_text(file.read_text().replace("bedtime_stretch: on", 'daily_exercise: ""'))
    ended = legup("check")
    assert ended.code == 1
    assert "legup.yaml:8:" in ended.out
    assert "^" not in ended.out


def test_a_fault_that_only_planning_knows_has_its_place_too(legup: Legup, file: Path) -> None:
    file.write_text(file.read_text().replace("bedtime_stretch: on", "potassium: at 03:00"))
    ended = legup("check")
    assert ended.code == 1
    assert "legup.yaml:8:" in ended.out
    assert "quiet hours" in ended.out


def test_warnings_alone_leave_the_exit_code_at_0(legup: Legup, file: Path) -> None:
    file.write_text(file.read_text().replace("every 3 h", "every 10 min"))
    ended = legup("check")
    assert ended.code == 0
    assert "warning: " in ended.out
    assert "ok: 1 person" in ended.out


def test_json_has_every_finding(legup: Legup, file: Path) -> None:
    file.write_text(BROKEN)
    ended = legup("--config", "legup.yaml", "check", "--json")
    found = json.loads(ended.out)
    assert ended.code == 1
    assert {each["severity"] for each in found} == {"fault"}
    assert {(each["file"], each["line"]) for each in found} >= {("legup.yaml", 4), ("legup.yaml", 6), ("legup.yaml", 8)}
    assert ["people", 0, "wake"] in [each["path"] for each in found]


def test_a_command_that_needs_the_config_shows_its_faults_and_does_nothing(legup: Legup, file: Path) -> None:
    file.write_text(BROKEN)
    for command in (["preview"], ["run"], ["send", "hydration", "--to", "sam"], ["status"], ["log"], ["db", "path"]):
        ended = legup(*command)
        assert (ended.code, ended.out) == (1, ""), command
        assert "legup.yaml:4:" in ended.err
        assert "nothing was done" in ended.err
    assert not (file.parent / "state").exists()


def test_the_schema_is_the_one_that_ships(legup: Legup) -> None:
    assert legup("schema").out == Path(__file__).parents[3].joinpath("config/schema.json").read_text()
