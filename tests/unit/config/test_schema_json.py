import json
from collections.abc import Callable
from importlib.resources import files
from typing import Any

import jsonschema
import pytest

from config.example import example
from config.loading import Loaded
from config.schema_json import json_schema
from config.yaml_text import read_yaml
from messages.catalogue import NUDGES
from messages.rendering import Renderer

LoadText = Callable[..., Loaded]


@pytest.fixture(scope="module")
def schema() -> dict[str, Any]:
    return json_schema(NUDGES, Renderer().languages())


def fits(schema: dict[str, Any], text: str) -> bool:
    written = read_yaml(text, "f")
    assert written.faults == []
    return bool(jsonschema.Draft7Validator(schema).is_valid(written.values))


def test_the_packaged_schema_is_the_one_that_is_printed(schema: dict[str, Any]) -> None:
    packaged = files("config").joinpath("schema.json").read_text(encoding="utf-8")
    assert packaged == json.dumps(schema, indent=2, ensure_ascii=False) + "\n", "legup schema > config/schema.json"


def test_the_schema_is_sound_and_every_reference_leads_somewhere(schema: dict[str, Any]) -> None:
    jsonschema.Draft7Validator.check_schema(schema)
    text = json.dumps(schema)
    assert {f"#/definitions/{name}" for name in schema["definitions"]} >= {
        part.split('"')[0] for part in text.split('"$ref": "')[1:]
    }
    assert '"null"' not in text


def test_every_key_has_its_help(schema: dict[str, Any]) -> None:
    def described(part: dict[str, Any]) -> bool:
        reference = part.get("$ref") or part.get("allOf", [{}])[0].get("$ref", "")
        return "description" in part or "description" in schema["definitions"].get(reference.rpartition("/")[2], {})

    models = [schema, *schema["definitions"].values(), schema["definitions"]["NudgeSection"]["anyOf"][-1]]
    bare = [key for model in models for key, part in model.get("properties", {}).items() if not described(part)]
    assert bare == []


def test_an_editor_is_offered_the_names_of_nudges_and_languages(schema: dict[str, Any]) -> None:
    for model in (schema, schema["definitions"]["PersonSection"]):
        assert tuple(model["properties"]["nudges"]["properties"]) == NUDGES
        assert model["properties"]["language"]["enum"] == ["en", "es"]


def test_the_example_fits(schema: dict[str, Any]) -> None:
    assert fits(schema, example("Asia/Kathmandu"))


ME = "timezone: UTC\npeople:\n  - id: me\n"
GOOD = [
    "    nudges: {hydration: on}",
    "    nudges: {hydration: OFF, potassium: true}",
    "    nudges: {hydration: At 08:00 and bedtime}",
    "    nudges: {hydration: 30 min before bedtime, potassium: every 2 h on mon}",
    "    nudges: {hydration: {when: 'at 8:00, 9:00', late: 1 h 30 min, priority: 1, weeks: 14-, starts: 2026-12-01}}",
    "    nudges: {hydration: {channel: [console]}}",
    "    wake: 7:00",
    "    quiet_hours: []",
    "    quiet_hours: ['22:30-07:00', 12:00 - 24:00]",
    "    quiet_hours: 22:30-07:00",
    "    discreet: no",
    "    discreet: true",
    "    consent: asked",
    "    due_date: 2027-03-14",
    "    paused_until: 2027-03-14 08:00",
    "    paused_until: 2027-03-14T08:00:00Z",
    "    phone: '+44 7911 123456'",
    "    email: sam@example.org",
    "    apprise: ntfy://topic",
    "retention: 30 days",
    "web: {port: 80, public_url: https://example.org}",
    "limits: {sms: {messages_per_second: 0.5}}",
    f"twilio: {{account_sid: AC{'0' * 32}, auth_token: x, from_number: LEGUP}}",
    "smtp: {host: h, from_address: legup <a@example.org>, security: tls}",
]
BAD = [
    "    nudges: {hydraton: on}",
    "    nudges: {hydration: sometimes}",
    "    nudges: {hydration: }",
    "    nudges: {hydration: 8}",
    "    nudges: {hydration: {whn: on}}",
    "    nudges: {hydration: {when: at 08:00, 12:00}}",
    "    nudges: {hydration: {late: 45}}",
    "    nudges: {hydration: {priority: 0}}",
    "    nudges: {hydration: {weeks: 14}}",
    "    nudges: [hydration]",
    "    wake: 7",
    "    wake: 25:00",
    "    wake: true",
    "    wake:",
    "    quiet_hours: 22",
    "    quiet_hours: ['22:30']",
    "    discreet: maybe",
    "    consent: yes",
    "    channel: smss",
    "    channel: [console, console]",
    "    channel: []",
    "    language: fr",
    "    daily_limit: 0",
    "    due_date: 14.3.2027",
    "    due_date: 20270314",
    "    paused_until: tomorrow",
    "    phone: 447911123456",
    "    phone: 07911 123456",
    "    email: sam",
    "    name: 5",
    "    wkae: 07:00",
    "  - name: no id",
    "  - id: a b",
    "  - me",
    "retention: 90",
    "web: {port: 99999}",
    "web: {public_url: example.org}",
    "limits: {console: {concurrency: 1}}",
    "twilio: {account_sid: x}",
    "smtp: {host: h, from_address: nobody}",
    "smtp: {host: h, from_address: a@example.org, security: ssl}",
    "secret_key: short",
    "tiemzone: UTC",
]


@pytest.mark.parametrize("line", GOOD)
def test_what_loads_fits_the_schema(schema: dict[str, Any], load_text: LoadText, line: str) -> None:
    assert load_text(f"{ME}{line}\n").config is not None
    assert fits(schema, f"{ME}{line}\n")


@pytest.mark.parametrize("line", BAD)
def test_what_a_schema_can_know_to_be_wrong_does_not_load_either(
    schema: dict[str, Any], load_text: LoadText, line: str
) -> None:
    assert not fits(schema, f"{ME}{line}\n")
    assert load_text(f"{ME}{line}\n").config is None


def test_a_file_without_people_does_not_fit(schema: dict[str, Any]) -> None:
    assert not fits(schema, "timezone: UTC\n")
    assert not fits(schema, "people: []\n")
