import json
import re
from pathlib import Path
from urllib.parse import unquote, urlsplit

from config.example import example
from config.loading import load
from messages.catalogue import CATALOGUE, NUDGES
from messages.rendering import Renderer


def test_the_example_loads_without_a_fault_or_warning_in_any_zone(tmp_path: Path) -> None:
    source = tmp_path / "legup.yaml"
    source.write_text(example("Asia/Kathmandu"))
    loaded = load(source, nudges=NUDGES, languages=lambda own: Renderer(own).languages(), environ={})
    assert loaded.faults == ()
    assert loaded.config is not None
    (me,) = loaded.config.people
    assert (me.id, me.preferences.timezone, me.preferences.channels) == ("me", "Asia/Kathmandu", ("console",))
    assert {nudge.nudge: str(nudge.schedule) for nudge in me.preferences.nudges if nudge.on} == {
        "hydration": "every 3 h from 09:00 to 18:00",
        "potassium": "at 16:30",
        "sitting_break": "every 2 h from 09:30 to 15:30 on weekdays",
        "bedtime_stretch": "None",
    }
    assert {nudge.nudge for nudge in me.preferences.nudges} == set(NUDGES)


def test_the_zone_is_put_in_once_and_the_editor_finds_the_schema() -> None:
    text = example("America/New_York")
    found = re.match(r"# yaml-language-server: \$schema=(file://\S+)\n", text)
    assert found is not None
    assert "properties" in json.loads(Path(unquote(urlsplit(found[1]).path)).read_text(encoding="utf-8"))
    assert text.count("\ntimezone: America/New_York\n") == 1
    assert "Europe/London" not in text


def test_nudges_that_a_provider_may_limit_say_so_and_those_that_are_off_say_when_they_would_come() -> None:
    lines = {line.split(":")[0].strip(): line for line in example("UTC").splitlines()}
    for nudge in ("hydration", "potassium", "daily_exercise"):
        assert "switch off if your provider limits this" in lines[nudge]
    for nudge in ("daily_exercise", "legs_up", "support_hose", "magnesium"):
        assert f"# {CATALOGUE[nudge].schedule}" in lines[nudge]
    assert "ask your provider first" in lines["magnesium"]
