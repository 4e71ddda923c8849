"""The JSON Schema of the file (draft 7, which every YAML language server reads): completion and help while editing."""

from __future__ import annotations

from collections.abc import Collection
from datetime import timedelta
from typing import Any

from pydantic import BaseModel
from pydantic.json_schema import GenerateJsonSchema, JsonSchemaValue

from config.roster_row import LONGEST_SOURCE
from config.schedule import format_duration
from config.settings import PersonSection, Settings

DIALECT = "http://json-schema.org/draft-07/schema#"
REFERENCE = "#/definitions/{model}"


def json_schema(nudges: Collection[str], languages: Collection[str]) -> dict[str, Any]:
    """The schema of a file, for these nudges and languages."""
    schema, definitions = _made(Settings, REFERENCE, nudges, languages)
    schema["properties"]["people"]["minItems"] = 1
    for section in ("TwilioSection", "SmtpSection"):
        del definitions[section]["required"]  # the environment may hold what the file lacks
    return {
        "$schema": DIALECT,
        "title": "legup's configuration",
        "description": "Who gets which nudge, and when. Times are local times of the person's zone.",
        "type": "object",
        "properties": _tidy(schema["properties"]),
        "anyOf": [{"required": ["people"]}, {"required": ["plans"]}],
        "additionalProperties": False,
        "definitions": _tidy(definitions),
    }


def row_schemas(nudges: Collection[str], languages: Collection[str], reference: str) -> dict[str, Any]:
    """The schemas of a roster's row in JSON, as `Row`, and of what it is made of; `reference` says where they stand."""
    row, definitions = _made(PersonSection, reference, nudges, languages)
    row["required"] = []
    row["properties"] |= {
        "consent_source": {
            "type": "string",
            "maxLength": LONGEST_SOURCE,
            "description": "Where they agreed, if elsewhere: the first line of their consent log.",
            "examples": ["clinic form"],
        },
        "consent_date": {**row["properties"]["due_date"], "description": "When they agreed there."},
    }
    return {"Row": _tidy(row), **_tidy(definitions)}


def _made(
    model: type[BaseModel], reference: str, nudges: Collection[str], languages: Collection[str]
) -> tuple[dict[str, Any], dict[str, Any]]:
    """A model's schema, and those of the models in it."""
    schema = model.model_json_schema(ref_template=reference, schema_generator=_Generator, mode="validation")
    definitions = schema.pop("$defs")
    for each in (schema, *definitions.values()):
        properties = each.get("properties", {})
        if "language" in properties:
            properties["language"]["enum"] = sorted(languages)
        if "nudges" in properties:
            properties["nudges"] |= _nudges(nudges, reference)
    definitions["NudgeSection"] = _either_form(definitions["NudgeSection"])
    return schema, definitions


class _Generator(GenerateJsonSchema):
    """Leaves out null (an empty value is a fault, and an editor would offer it); a duration reads as in the file."""

    def nullable_schema(self, schema: Any) -> JsonSchemaValue:
        return self.generate_inner(schema["schema"])

    def encode_default(self, dft: Any) -> Any:
        return format_duration(dft) if isinstance(dft, timedelta) else super().encode_default(dft)


def _nudges(nudges: Collection[str], reference: str) -> dict[str, Any]:
    section = {"$ref": reference.format(model="NudgeSection")}
    return {"properties": dict.fromkeys(nudges, section), "additionalProperties": False}


def _either_form(long: dict[str, Any]) -> dict[str, Any]:
    """`hydration: on` beside `hydration: {when: on}`."""
    short = long["properties"]["when"]
    return {"description": long["description"], "anyOf": [*short["anyOf"], long]}


def _tidy(schema: Any) -> Any:
    """Without titles and defaults that say nothing, and with nothing beside a reference, where draft 7 overlooks it."""
    if isinstance(schema, list):
        return [_tidy(item) for item in schema]
    if not isinstance(schema, dict):
        return schema
    tidy = {key: _tidy(value) for key, value in schema.items() if not _says_nothing(key, value)}
    if isinstance(tidy.get("description"), str):
        tidy["description"] = " ".join(tidy["description"].split())
    if "$ref" in tidy and len(tidy) > 1:
        tidy["allOf"] = [{"$ref": tidy.pop("$ref")}]
    return tidy


def _says_nothing(key: str, value: Any) -> bool:
    """A title that repeats its key, or a default that is a whole section or nothing."""
    return (key == "title" and isinstance(value, str)) or (
        key == "default" and (value in (None, "") or isinstance(value, dict))
    )
